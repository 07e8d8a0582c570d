import { RateLimitedError } from "./slack-error.ts";

/** Calls a minute of one method in one workspace (docs.slack.dev/apis/web-api/rate-limits). */
export const TIERS = { 1: 1, 2: 20, 3: 50, 4: 100 } as const;
export type Tier = keyof typeof TIERS | "message" | "unlimited";

/** About one message a second in a channel; short bursts pass. */
const MESSAGE_BURST = 5;
const MESSAGE_REFILL_MS = 1_000;

/** Counts calls as Slack does: per method and app over a minute, messages per channel. */
export class RateLimiter {
  readonly #windowMs: number;
  readonly #calls = new Map<string, number[]>();
  readonly #buckets = new Map<string, { tokens: number; at: number }>();

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /** @throws RateLimitedError when `key` was called `limit` times within the last minute. */
  takePerMinute(key: string, limit: number, now: number): void {
    const recent = (this.#calls.get(key) ?? []).filter((at) => at > now - this.#windowMs);
    this.#calls.set(key, recent);
    const oldest = recent[0];
    if (recent.length >= limit && oldest !== undefined) {
      throw new RateLimitedError(Math.max(1, Math.ceil((oldest + this.#windowMs - now) / 1000)));
    }
    recent.push(now);
  }

  /** @throws RateLimitedError when the channel's burst is spent. */
  takeMessage(key: string, now: number): void {
    const bucket = this.#buckets.get(key) ?? { tokens: MESSAGE_BURST, at: now };
    const tokens = Math.min(MESSAGE_BURST, bucket.tokens + Math.max(0, now - bucket.at) / MESSAGE_REFILL_MS);
    if (tokens < 1) {
      this.#buckets.set(key, { tokens, at: now });
      throw new RateLimitedError(Math.max(1, Math.ceil(1 - tokens)));
    }
    this.#buckets.set(key, { tokens: tokens - 1, at: now });
  }
}
