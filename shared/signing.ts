/**
 * Request signing between the hosted functions and the bridge.
 * `v1=` + hex HMAC-SHA256(secret, "v1:<unix seconds>:<METHOD>:<path with query>:<body>").
 * WebCrypto only, so the same file runs in Deno and in Node.
 */
export const TIMESTAMP_HEADER = "x-ic-timestamp";
export const SIGNATURE_HEADER = "x-ic-signature";
/** Both directions: a stamp from the future would outlive the replay window. */
export const MAX_SKEW_SECONDS = 300;

export interface SignedParts {
  method: string;
  /** Path and query as sent, without scheme and host. */
  path: string;
  /** Unix seconds, decimal. */
  timestamp: string;
  body: string;
}

export type SignatureVerdict =
  | { ok: true }
  | {
      ok: false;
      reason:
        | "signature-missing"
        | "timestamp-malformed"
        | "timestamp-outside-window"
        | "signature-malformed"
        | "signature-mismatch";
    };

const encoder = new TextEncoder();

const importKey = (secret: string, usage: "sign" | "verify") =>
  crypto.subtle.importKey("raw", encoder.encode(secret), { name: "HMAC", hash: "SHA-256" }, false, [usage]);

const signedBytes = ({ method, path, timestamp, body }: SignedParts) =>
  encoder.encode(`v1:${timestamp}:${method.toUpperCase()}:${path}:${body}`);

/** The value of `x-ic-signature` for a request. */
export async function signRequest(parts: SignedParts, secret: string): Promise<string> {
  const mac = await crypto.subtle.sign("HMAC", await importKey(secret, "sign"), signedBytes(parts));
  return `v1=${Array.from(new Uint8Array(mac), (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** Checks one request against every secret now valid; comparison is WebCrypto's own constant-time verify. */
export async function verifySignedRequest(request: {
  method: string;
  path: string;
  timestamp: string | undefined;
  signature: string | undefined;
  body: string;
  secrets: readonly string[];
  nowMs: number;
}): Promise<SignatureVerdict> {
  const { timestamp, signature } = request;
  if (!timestamp || !signature) return { ok: false, reason: "signature-missing" };
  if (!/^\d{1,12}$/.test(timestamp)) return { ok: false, reason: "timestamp-malformed" };
  if (Math.abs(request.nowMs - Number(timestamp) * 1000) > MAX_SKEW_SECONDS * 1000) {
    return { ok: false, reason: "timestamp-outside-window" };
  }
  const hex = /^v1=([0-9a-f]{64})$/.exec(signature)?.[1];
  if (hex === undefined) return { ok: false, reason: "signature-malformed" };
  const given = Uint8Array.from({ length: 32 }, (_, index) => Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16));
  const bytes = signedBytes({ ...request, timestamp });
  for (const secret of request.secrets) {
    if (await crypto.subtle.verify("HMAC", await importKey(secret, "verify"), given, bytes)) return { ok: true };
  }
  return { ok: false, reason: "signature-mismatch" };
}
