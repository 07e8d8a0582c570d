/** The wait before the first repeat is drawn from 0 to this; it doubles with each repeat. */
const BASE_MS = 200;
const CEILING_MS = 2_000;

/** Full jitter: many callers that failed together must not come back together. `fraction` is in [0, 1). */
export function backoffMs(repeat: number, fraction: number): number {
  return Math.floor(Math.min(CEILING_MS, BASE_MS * 2 ** repeat) * fraction);
}

/**
 * Milliseconds that a `Retry-After` header asks for: delta seconds or an HTTP date (RFC 9110 §10.2.3). Undefined when it is
 * absent or unreadable.
 */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  const value = header?.trim();
  if (value === undefined || value === "") return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1_000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

/** Said with a 429, or by some with another status, when nothing tells for how long. */
const PAUSE_WITHOUT_A_WORD_MS = 1_000;
/** No vendor of ours counts over more than an hour. */
const MAX_PAUSE_MS = 3_600_000;

/**
 * How long an answer asks us to stay away; undefined when it does not. OnCall says it in `ratelimit-reset` (seconds), GitHub
 * with 403 and `x-ratelimit-reset` (epoch seconds), Statuspage with 420.
 */
export function pauseAskedForMs(
  { status, headers }: { status: number; headers: Readonly<Record<string, string>> },
  now: number,
): number | undefined {
  const spent = status === 429 || status === 420 || (status === 403 && headers["x-ratelimit-remaining"] === "0");
  const asked = retryAfterMs(headers["retry-after"], now);
  if (!spent && asked === undefined) return undefined;
  const resetAt = Number(headers["x-ratelimit-reset"]) * 1_000 - now;
  const pauseMs =
    asked ?? retryAfterMs(headers["ratelimit-reset"], now) ?? (resetAt > 0 ? resetAt : PAUSE_WITHOUT_A_WORD_MS);
  return Math.min(MAX_PAUSE_MS, pauseMs);
}
