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
