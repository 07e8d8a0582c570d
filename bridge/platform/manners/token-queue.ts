import { AppError } from "../app-error.ts";
import type { Clock } from "../clock.ts";

/** Who goes first when there are not enough tokens for everybody, most urgent first. */
export const PRIORITIES = ["approval", "invite", "command", "context"] as const;
export type Priority = (typeof PRIORITIES)[number];

/**
 * The part of a burst that requests for context leave alone. Polling goes on by itself and would otherwise spend every
 * token as it comes, so that whoever presses a button finds none.
 */
const KEPT_FROM_CONTEXT = 1 / 4;
const LAST = PRIORITIES.indexOf("context");

/** How many requests may go at once, and how long it takes until there is one more. */
export interface TokenRate {
  burst: number;
  refillMs: number;
}

/** Our own limit would make this request wait for longer than its caller does. Nothing was sent. */
export class TokensSpentError extends AppError {
  override readonly name = "TokensSpentError";

  constructor(
    readonly whose: string,
    readonly waitMs: number,
  ) {
    super(`the request budget of ${whose} is used up for ${Math.ceil(waitMs)} ms more; nothing was sent`);
  }
}

/** A bucket of request tokens with one queue in front of it, in order of priority and then of arrival. */
export interface TokenQueue {
  /**
   * Resolves with the milliseconds waited when one request may go.
   * @throws TokensSpentError at once when that cannot be within `withinMs`, later when more urgent requests went ahead
   */
  take(priority: Priority, withinMs: number): Promise<number>;
  /** The other side asked to be left alone: nobody goes for so long. */
  pause(ms: number): void;
}

interface Waiting {
  rank: number;
  since: number;
  go: () => void;
}

export function createTokenQueue(deps: {
  whose: string;
  rate: TokenRate;
  clock: Pick<Clock, "monotonic">;
}): TokenQueue {
  const { whose, rate, clock } = deps;
  const queue: Waiting[] = [];
  let bucket = { tokens: rate.burst, at: clock.monotonic() };
  let silentUntil = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;

  const refill = (now: number) => {
    bucket = { tokens: Math.min(rate.burst, bucket.tokens + (now - bucket.at) / rate.refillMs), at: now };
  };
  const kept = Math.floor(rate.burst * KEPT_FROM_CONTEXT);
  /** Until there is a token for a request of this rank with `ahead` others before it. */
  const waitMs = (ahead: number, rank: number, now: number) =>
    Math.max(0, silentUntil - now, (ahead + 1 + (rank === LAST ? kept : 0) - bucket.tokens) * rate.refillMs);

  const serve = () => {
    clearTimeout(timer);
    timer = undefined;
    const now = clock.monotonic();
    refill(now);
    for (let [next] = queue; next !== undefined; [next] = queue) {
      const inMs = waitMs(0, next.rank, now);
      if (inMs > 0) {
        timer = setTimeout(serve, Math.ceil(inMs));
        return;
      }
      bucket.tokens -= 1;
      queue.shift();
      next.go();
    }
  };

  return {
    take(priority, withinMs) {
      const since = clock.monotonic();
      const rank = PRIORITIES.indexOf(priority);
      refill(since);
      const ahead = queue.filter((other) => other.rank <= rank).length;
      const expectedMs = waitMs(ahead, rank, since);
      if (expectedMs > withinMs) return Promise.reject(new TokensSpentError(whose, expectedMs));
      return new Promise((resolve, reject) => {
        const giveUp = setTimeout(() => {
          queue.splice(queue.indexOf(mine), 1);
          reject(new TokensSpentError(whose, waitMs(0, rank, clock.monotonic())));
        }, withinMs);
        const mine: Waiting = {
          rank,
          since,
          go: () => {
            clearTimeout(giveUp);
            resolve(clock.monotonic() - since);
          },
        };
        queue.splice(ahead, 0, mine);
        serve();
      });
    },

    pause(ms) {
      silentUntil = Math.max(silentUntil, clock.monotonic() + ms);
    },
  };
}
