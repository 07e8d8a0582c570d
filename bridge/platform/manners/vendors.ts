import type { TokenRate } from "./token-queue.ts";

interface VendorRules {
  /** Absent: the caller keeps a budget that all replicas share, or the limit is one of single methods. */
  rate?: TokenRate;
  /**
   * `none` where a refusal by us would cost more than one more failing request: what is posted there is rare, and nobody
   * waits for it to recover.
   */
  breaker: "own" | "none";
}

const perMinute = (requests: number): TokenRate => ({ burst: requests / 2, refillMs: 60_000 / (requests / 2) });

/**
 * Everybody this process calls. Budgets are kept by each process, so each takes about half of what the vendor allows: two
 * replicas together stay within it, and a vendor that says "too many" all the same silences us for as long as it asks.
 */
const RULES = {
  /** 300 requests in 5 minutes by its documentation. */
  oncall: { rate: perMinute(60), breaker: "own" },
  /** Grafana Cloud names no number for queries; one first message of a room needs about ten. */
  mimir: { rate: perMinute(300), breaker: "own" },
  loki: { rate: perMinute(120), breaker: "own" },
  tempo: { rate: perMinute(120), breaker: "own" },
  /** 5,000 an hour. */
  github: { rate: { burst: 100, refillMs: 1_500 }, breaker: "own" },
  /** 4 a second for the users of one directory. */
  workos: { rate: { burst: 4, refillMs: 500 }, breaker: "own" },
  /** It tells the quota in its answers and differs by key. */
  linear: { rate: perMinute(60), breaker: "own" },
  /** Reads only. Its budget of one request a second is one item in the index table, for all replicas. */
  statuspage: { breaker: "own" },
  /** Counted per method and channel. */
  slack: { breaker: "own" },
  /** The SDKs of AWS have retry quotas of their own. */
  bedrock: { breaker: "own" },
  secrets: { breaker: "own" },
  /** Ours, in a process of its own. */
  "audit-signer": { breaker: "own" },
  /** The doorbell has its own budget, shared by the replicas. */
  "slack-trigger": { breaker: "none" },
  "slack-response": { breaker: "none" },
  "fallback-webhook": { breaker: "none" },
} as const satisfies Record<string, VendorRules>;

export type Vendor = keyof typeof RULES;
export const rulesOf = (vendor: Vendor): VendorRules => RULES[vendor];
