import type { Instant } from "../platform/clock.ts";
import { paintId } from "./paint-id.ts";
import { closingKey, type Incident } from "./state.ts";

/** Refused this often, and for this long, it is not Slack that is away: it is the room that takes no message any more. */
const TRIES = 3;
const PATIENCE_MS = 60 * 60_000;

/**
 * A closing message that cannot be posted, and why; undefined while it stands, may still come, or was given up. Without this a room
 * that takes no message would wait for people to read one for ever, and never be archived.
 */
export function unshownClosing(state: Incident, now: Instant): { key: string; reason: string } | undefined {
  const { resolved, roomOpenedAt, life, failures } = state;
  if (!resolved || roomOpenedAt === undefined) return undefined;
  if (life.closingShownAt !== undefined || life.closingGivenUp !== undefined) return undefined;
  const key = closingKey(state);
  const failure = failures.get(paintId(state, key));
  const hopeless = failure !== undefined && failure.attempt >= TRIES && now >= resolved.at + PATIENCE_MS;
  return hopeless ? { key, reason: failure.error } : undefined;
}
