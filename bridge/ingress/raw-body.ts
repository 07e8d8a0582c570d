import type { IncomingMessage } from "node:http";

export type RawBody =
  | { kind: "read"; body: Buffer }
  /** Announced, or found while reading, to be longer than the limit. */
  | { kind: "too-large" }
  | { kind: "too-slow" }
  /** The sender went away before the end. */
  | { kind: "broken-off" };

const FIRST_BYTES = 16_384;

/**
 * The bytes as they were sent, never inflated: unpacking would come before the signature check. A body that announces more
 * than `limitBytes` is refused before a byte of it is read; one that does not announce is counted while it streams.
 */
export function readRawBody(
  request: IncomingMessage,
  { limitBytes, timeoutMs }: { limitBytes: number; timeoutMs: number },
): Promise<RawBody> {
  const announced = Number(request.headers["content-length"] ?? 0);
  if (announced > limitBytes) return Promise.resolve({ kind: "too-large" });

  return new Promise((resolve) => {
    // One growing buffer, not a list: a body sent byte by byte would cost a hundred times its length in list entries.
    let held = Buffer.alloc(Math.min(announced || FIRST_BYTES, limitBytes));
    let length = 0;
    const settle = (outcome: RawBody) => {
      clearTimeout(timer);
      request.off("data", onData).off("end", onEnd).off("close", onBreak).off("error", onBreak);
      request.pause();
      resolve(outcome);
    };
    const onData = (chunk: Buffer) => {
      const needed = length + chunk.length;
      if (needed > limitBytes) return settle({ kind: "too-large" });
      if (needed > held.length) held = grown(held, Math.min(limitBytes, Math.max(needed, held.length * 2)));
      chunk.copy(held, length);
      length = needed;
    };
    const onEnd = () => settle({ kind: "read", body: held.subarray(0, length) });
    const onBreak = () => settle({ kind: "broken-off" });
    const timer = setTimeout(() => settle({ kind: "too-slow" }), timeoutMs);
    request.on("data", onData).on("end", onEnd).on("close", onBreak).on("error", onBreak);
  });
}

function grown(held: Uint8Array, size: number): Buffer<ArrayBuffer> {
  const larger = Buffer.alloc(size);
  larger.set(held);
  return larger;
}
