import type { AddressInfo, Socket } from "node:net";
import { createServer } from "node:net";
import { describe, expect, test } from "vitest";
import { CertificateUnreadError, certificateEnd } from "../../../bridge/compliance/certificate-end.ts";
import { ENDS, startTlsServer } from "../../support/tls-server.ts";

const HERE = { host: "127.0.0.1", timeoutMs: 2_000 };

/** Something that listens and speaks no TLS. */
async function startPlain(onConnection: (socket: Socket) => void) {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on("error", () => undefined);
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

describe("the end of a server's certificate", () => {
  test("is read although nobody trusts it, and nothing is told to the server", async () => {
    await using server = await startTlsServer("ends2049");
    expect(await certificateEnd({ ...HERE, port: server.port })).toBe(ENDS.ends2049);
    expect(await certificateEnd({ ...HERE, host: "localhost", port: server.port })).toBe(ENDS.ends2049);
    expect(server.told()).toBe(0);
  });

  test("is read although it is past", async () => {
    await using server = await startTlsServer("ended2020");
    expect(await certificateEnd({ ...HERE, port: server.port })).toBe(ENDS.ended2020);
  });

  test("of one that accepts and never answers is unknown once the time is over", async () => {
    await using server = await startPlain(() => {});
    const failed = certificateEnd({ ...HERE, timeoutMs: 150, port: server.port });
    await expect(failed).rejects.toThrow(new CertificateUnreadError("127.0.0.1", "timed out"));
  });

  test.each<[string, (socket: Socket) => void]>([
    ["hangs up", (socket) => socket.destroy()],
    ["speaks something else", (socket) => socket.end("220 mail.example.com ESMTP\r\n")],
  ])("of one that %s is unknown, and says why", async (_, onConnection) => {
    await using server = await startPlain(onConnection);
    await expect(certificateEnd({ ...HERE, port: server.port })).rejects.toThrow(CertificateUnreadError);
  });

  test("of nobody is unknown", async () => {
    const server = await startPlain(() => {});
    const { port } = server;
    await server[Symbol.asyncDispose]();
    await expect(certificateEnd({ ...HERE, port })).rejects.toThrow("ECONNREFUSED");
  });
});
