import type { AddressInfo } from "node:net";
import { createServer as createTcpServer } from "node:net";
import { expect, test } from "vitest";
import { sendOnce } from "../../../bridge/platform/send-once.ts";
import { freePort, startLocalServer } from "../../support/local-server.ts";

const post = (url: string, extra: object = {}) =>
  sendOnce({
    method: "POST",
    url,
    body: '{"a":"é"}',
    headers: { "content-type": "application/json" },
    timeoutMs: 1_000,
    ...extra,
  });

test("a whole answer is given back whatever its status, redirects too", async () => {
  await using server = await startLocalServer((request, response) => {
    if (request.path === "/moved") response.writeHead(307, { location: "/elsewhere" }).end();
    else response.writeHead(422, { "x-a": "1" }).end("no");
  });
  expect(await post(server.url)).toMatchObject({ kind: "answered", status: 422, body: "no", headers: { "x-a": "1" } });
  expect(await post(`${server.url}/moved`)).toMatchObject({ kind: "answered", status: 307 });
  expect(server.seen.map(({ path }) => path)).toEqual(["/", "/moved"]);
  expect(server.seen[0]?.body).toBe('{"a":"é"}');
});

test("every request has a connection of its own", async () => {
  await using server = await startLocalServer((_request, response) => void response.end());
  for (let i = 0; i < 3; i += 1) await post(server.url);
  expect(server.connections()).toBe(3);
});

test("a refused connection, a name that does not resolve and a refused certificate sent nothing", async () => {
  await using plain = await startLocalServer((_request, response) => void response.end());
  expect((await post(`http://127.0.0.1:${await freePort()}/`)).kind).toBe("not-sent");
  expect((await post("http://nowhere.invalid/")).kind).toBe("not-sent");
  // A plain server cannot complete a TLS handshake.
  expect((await post(`https://127.0.0.1:${plain.port}/`)).kind).toBe("not-sent");
  expect(plain.seen).toHaveLength(0);
});

test("an answer that never comes is unknown: the work may have been done", async () => {
  await using server = await startLocalServer(() => {});
  expect((await post(server.url, { timeoutMs: 150 })).kind).toBe("unknown");
  expect(server.seen).toHaveLength(1);
});

test("a connection cut after the request is unknown, and the request was sent only once", async () => {
  await using server = await startLocalServer((_request, response) => void response.destroy());
  expect((await post(server.url)).kind).toBe("unknown");
  expect(server.seen).toHaveLength(1);
});

test("an answer whose body breaks off, or is too long, is unknown", async () => {
  await using server = await startLocalServer((request, response) => {
    response.writeHead(201, { "content-length": "1000" });
    response.write("x".repeat(10));
    if (request.path === "/cut") setImmediate(() => response.destroy());
    else response.end("y".repeat(990));
  });
  expect((await post(`${server.url}/cut`)).kind).toBe("unknown");
  expect((await post(`${server.url}/long`, { maxResponseBytes: 100 })).kind).toBe("unknown");
});

test("a handshake that hangs sent nothing when the time is over", async () => {
  const server = createTcpServer(() => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  expect((await post(`https://127.0.0.1:${port}/`, { timeoutMs: 150 })).kind).toBe("not-sent");
  server.close();
});

test("a header that cannot be written sent nothing", async () => {
  await using server = await startLocalServer((_request, response) => void response.end());
  expect((await post(server.url, { headers: { "x-a": "line\nbreak" } })).kind).toBe("not-sent");
  expect(server.seen).toHaveLength(0);
});
