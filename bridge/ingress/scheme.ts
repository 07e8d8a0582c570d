import type { Instant } from "../platform/clock.ts";
import { type HeaderValues, onlyValue } from "./only-value.ts";

/** What a scheme may look at. `headers` holds every occurrence of each name, in lower case (Node's `headersDistinct`). */
export interface AuthRequest {
  method: string;
  /** Path and query as sent. */
  path: string;
  headers: HeaderValues;
  rawBody: Uint8Array;
}

export type RefusalReason =
  | "signature-missing"
  | "signature-duplicated"
  | "signature-malformed"
  | "signature-mismatch"
  | "timestamp-missing"
  | "timestamp-duplicated"
  | "timestamp-malformed"
  | "timestamp-outside-window"
  | "token-missing"
  | "token-duplicated"
  | "token-mismatch"
  | "body-not-text";

/** `secret` is the position of the secret that matched. */
export type Verdict = { ok: true; secret: number } | { ok: false; reason: RefusalReason };

/** Pure: one way to authenticate one endpoint. A path has exactly one, pinned by configuration. */
export type Scheme = (request: AuthRequest, secrets: readonly string[], now: Instant) => Verdict | Promise<Verdict>;

/** Both directions: a stamp from the future would outlive the replay window. */
export const MAX_SKEW_MS = 300_000;

export const refuse = (reason: RefusalReason): Verdict => ({ ok: false, reason });

/** Accepted when one of the secrets matches. All are tried, so that time does not tell which. */
export function firstMatch(
  secrets: readonly string[],
  matches: (secret: string) => boolean,
  otherwise: RefusalReason,
): Verdict {
  const secret = secrets.map(matches).indexOf(true);
  return secret === -1 ? refuse(otherwise) : { ok: true, secret };
}

/** The stamp of a timed scheme, as it was sent: it is part of what was signed. */
export function readTimestamp(
  headers: HeaderValues,
  name: string,
  now: Instant,
): { stamp: string } | { refused: Verdict } {
  const value = onlyValue(headers, name);
  if (value === "missing") return { refused: refuse("timestamp-missing") };
  if (value === "duplicated") return { refused: refuse("timestamp-duplicated") };
  const stamp = value.only;
  if (!/^\d{1,12}$/.test(stamp)) return { refused: refuse("timestamp-malformed") };
  if (Math.abs(now - Number(stamp) * 1_000) > MAX_SKEW_MS) return { refused: refuse("timestamp-outside-window") };
  return { stamp };
}

/**
 * The 32 bytes of a hex signature header. `prefix` may stand before the hex, or must when `demanded`.
 * The shape is checked before decoding: Node drops bad hex without a word.
 */
export function readSignature(
  headers: HeaderValues,
  name: string,
  prefix: { text: string; demanded: boolean } = { text: "", demanded: false },
): { signature: Buffer } | { refused: Verdict } {
  const value = onlyValue(headers, name);
  if (value === "missing") return { refused: refuse("signature-missing") };
  if (value === "duplicated") return { refused: refuse("signature-duplicated") };
  const has = value.only.startsWith(prefix.text);
  const hex = has ? value.only.slice(prefix.text.length) : value.only;
  if ((prefix.demanded && !has) || !/^[0-9a-f]{64}$/i.test(hex)) return { refused: refuse("signature-malformed") };
  return { signature: Buffer.from(hex, "hex") };
}
