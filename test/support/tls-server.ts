import { readFileSync } from "node:fs";
import type { AddressInfo, Socket } from "node:net";
import { createServer } from "node:tls";

const FIXTURE = JSON.parse(readFileSync(new URL("../fixtures/tls.json", import.meta.url), "utf8")) as Record<
  "key" | Certificate,
  string
>;
type Certificate = "ends2049" | "ended2020";

/** When the certificates of the fixture end. */
export const ENDS: Record<Certificate, number> = {
  ends2049: Date.parse("2049-12-31T23:59:59Z"),
  ended2020: Date.parse("2020-04-01T12:00:00Z"),
};

/** A server on this machine that shows one of the certificates, and counts what it is told. */
export async function startTlsServer(certificate: Certificate) {
  const open = new Set<Socket>();
  let bytes = 0;
  const server = createServer({ key: FIXTURE.key, cert: FIXTURE[certificate] }, (socket) => {
    socket.on("data", (data) => {
      bytes += data.length;
    });
    socket.on("error", () => undefined);
  });
  server.on("connection", (socket: Socket) => open.add(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    /** What callers have sent behind the handshake. */
    told: () => bytes,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
