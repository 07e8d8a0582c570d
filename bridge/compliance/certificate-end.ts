import { isIP } from "node:net";
import { connect } from "node:tls";
import { AppError } from "../platform/app-error.ts";
import type { Instant } from "../platform/clock.ts";

/** A server showed no certificate. */
export class CertificateUnreadError extends AppError {
  override readonly name = "CertificateUnreadError";
  constructor(
    readonly host: string,
    readonly why: string,
    options?: { cause: unknown },
  ) {
    super(`the certificate of ${host} could not be read: ${why}`, options);
  }
}

/**
 * When the certificate ends that a server shows to whoever connects. Nothing is sent and nothing is believed: also one that has ended
 * or that nobody trusts has a date. Certificates above it are not looked at.
 * @param timeoutMs bounds everything: the name, the connection and the handshake
 * @throws CertificateUnreadError
 */
export function certificateEnd({ host, port, timeoutMs }: { host: string; port: number; timeoutMs: number }) {
  return new Promise<Instant>((resolve, reject) => {
    const socket = connect({
      host,
      port,
      // A name is needed to get the right certificate of several; an address is no name.
      ...(isIP(host) === 0 ? { servername: host } : {}),
      rejectUnauthorized: false,
    });
    const fail = (why: string, cause?: unknown) => reject(new CertificateUnreadError(host, why, { cause }));
    const late = setTimeout(() => {
      fail("timed out");
      socket.destroy();
    }, timeoutMs);
    socket.once("secureConnect", () => {
      const end = Date.parse(socket.getPeerCertificate().valid_to);
      if (Number.isNaN(end)) fail("it names no day on which it ends");
      else resolve(end);
      socket.destroy();
    });
    socket.once("error", (error: NodeJS.ErrnoException) => fail(error.code ?? "the handshake failed", error));
    // Also a server that hangs up in the middle; after an answer this changes nothing.
    socket.once("close", () => {
      clearTimeout(late);
      fail("the connection was closed");
    });
  });
}
