import type { Lane } from "../platform/manners/manners.ts";

/** Slack's tiers of the methods we call: requests a minute for each method (docs.slack.dev/apis/web-api/rate-limits). */
const REQUESTS_A_MINUTE = {
  "users.info": 100,
  "users.lookupByEmail": 50,
  "usergroups.list": 20,
  "usergroups.users.list": 20,
} as const;

export type PacedMethod = keyof typeof REQUESTS_A_MINUTE | "chat.postMessage";

/** About one message a second in a channel; short bursts pass. */
const MESSAGES = { burst: 3, refillMs: 1_000 };

/** The budget that a call counts against: its method's, of which each of two replicas takes half, or its channel's. */
export function methodLane(method: PacedMethod, channel?: string): Lane {
  if (method === "chat.postMessage") return { name: `${method} ${channel ?? ""}`, rate: MESSAGES };
  const share = REQUESTS_A_MINUTE[method] / 2;
  return { name: method, rate: { burst: share, refillMs: 60_000 / share } };
}
