import { expect, test } from "vitest";
import { systemClock } from "../../../bridge/platform/clock.ts";
import { createHttp } from "../../../bridge/platform/http.ts";
import {
  HttpBodyError,
  HttpResponseTooLargeError,
  HttpStatusError,
  HttpTimeoutError,
  HttpUnreachableError,
} from "../../../bridge/platform/http-errors.ts";
import { silentLogger } from "../../../bridge/platform/logger.ts";
import { freePort, startLocalServer } from "../../support/local-server.ts";

const http = createHttp({ clock: systemClock, timeoutMs: 2_000, log: silentLogger, random: { fraction: () => 0.01 } });

test("an object is sent as JSON, and the JSON answer is given back", async () => {
  await using server = await startLocalServer((request, response) => {
    response.setHeader("x-seen", "yes").end(JSON.stringify({ got: JSON.parse(request.body) }));
  });
  const reply = await http.send({ method: "POST", url: `${server.url}/a`, body: { n: 1 }, retry: "never" });
  expect(reply.status).toBe(200);
  expect(reply.headers["x-seen"]).toBe("yes");
  expect(reply.json()).toEqual({ got: { n: 1 } });
  expect(server.seen[0]?.headers["content-type"]).toBe("application/json");
});

test("a safe request is repeated twice at most", async () => {
  await using server = await startLocalServer((_request, response) => void response.writeHead(503).end("busy"));
  await expect(http.send({ method: "GET", url: server.url, retry: "safe" })).rejects.toBeInstanceOf(HttpStatusError);
  expect(server.seen).toHaveLength(3);
});

test("a safe request that succeeds on its second try is a success", async () => {
  await using server = await startLocalServer(
    (_request, response, nth) => void response.writeHead(nth === 1 ? 500 : 200).end("{}"),
  );
  expect((await http.send({ method: "GET", url: server.url, retry: "safe" })).status).toBe(200);
  expect(server.seen).toHaveLength(2);
});

test("a request marked never is sent once, whatever the answer", async () => {
  await using server = await startLocalServer((_request, response) => void response.writeHead(503).end());
  await expect(http.send({ method: "POST", url: server.url, retry: "never" })).rejects.toBeInstanceOf(HttpStatusError);
  expect(server.seen).toHaveLength(1);
});

test("a final answer is not asked for again", async () => {
  await using server = await startLocalServer((_request, response) => void response.writeHead(404).end("no"));
  await expect(http.send({ method: "GET", url: server.url, retry: "safe" })).rejects.toMatchObject({
    status: 404,
    bodyText: "no",
  });
  expect(server.seen).toHaveLength(1);
});

test("Retry-After is obeyed, and not waited for when it asks for more than the time left", async () => {
  const times: number[] = [];
  await using server = await startLocalServer((_request, response, nth) => {
    times.push(performance.now());
    if (nth === 1) response.writeHead(429, { "retry-after": "1" }).end();
    else response.writeHead(429, { "retry-after": "60" }).end();
  });
  await expect(http.send({ method: "GET", url: server.url, retry: "safe", timeoutMs: 5_000 })).rejects.toMatchObject({
    status: 429,
  });
  expect(times).toHaveLength(2);
  expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(990);
});

test("redirects are not followed: the answer is an error with its status", async () => {
  await using server = await startLocalServer(
    (_request, response) => void response.writeHead(302, { location: "/b" }).end(),
  );
  await expect(http.send({ method: "GET", url: server.url, retry: "safe" })).rejects.toMatchObject({ status: 302 });
  expect(server.seen.map(({ path }) => path)).toEqual(["/"]);
});

test("the time covers the body too: headers at once and a body that never ends is a timeout", async () => {
  await using server = await startLocalServer((_request, response) => {
    response.writeHead(200);
    response.write("{");
  });
  const error = await http
    .send({ method: "GET", url: server.url, retry: "safe", timeoutMs: 150 })
    .catch((e: unknown) => e);
  expect(error).toBeInstanceOf(HttpTimeoutError);
});

test("an answer longer than the bound is refused, also when its length is not announced", async () => {
  await using server = await startLocalServer((_request, response) => {
    for (let i = 0; i < 64; i += 1) response.write("x".repeat(16_384));
    response.end();
  });
  await expect(
    http.send({ method: "GET", url: server.url, retry: "never", maxResponseBytes: 100_000 }),
  ).rejects.toBeInstanceOf(HttpResponseTooLargeError);
});

test("the text of an error answer is kept up to a bound", async () => {
  await using server = await startLocalServer(
    (_request, response) => void response.writeHead(400).end("y".repeat(100_000)),
  );
  const error = await http.send({ method: "GET", url: server.url, retry: "never" }).catch((e: unknown) => e);
  expect(error instanceof HttpStatusError && error.bodyText.length).toBe(16_384);
});

test("a success that is not JSON says so only when JSON is asked for", async () => {
  await using server = await startLocalServer((_request, response) => void response.end("<html>"));
  const reply = await http.send({ method: "GET", url: server.url, retry: "never" });
  expect(reply.text).toBe("<html>");
  expect(() => reply.json()).toThrow(HttpBodyError);
});

test("a refused connection surely sent nothing", async () => {
  const error = await http
    .send({ method: "POST", url: `http://127.0.0.1:${await freePort()}/x`, retry: "never" })
    .catch((e: unknown) => e);
  expect(error).toMatchObject({ name: "HttpUnreachableError", sent: "no" });
});

test("a name that does not resolve surely sent nothing", async () => {
  const error = await http
    .send({ method: "GET", url: "http://nowhere.invalid/", retry: "never" })
    .catch((e: unknown) => e);
  expect(error).toMatchObject({ name: "HttpUnreachableError", sent: "no" });
});

test("a connection cut after the request may have done the work", async () => {
  await using server = await startLocalServer((_request, response) => void response.destroy());
  const error = await http
    .send({ method: "POST", url: server.url, body: "x", retry: "never" })
    .catch((e: unknown) => e);
  expect(error).toBeInstanceOf(HttpUnreachableError);
  expect(error).toMatchObject({ sent: "unknown" });
  expect(server.seen).toHaveLength(1);
});

test("messages name method, host and path, never query, user or password", async () => {
  await using server = await startLocalServer(
    (_request, response) => void response.writeHead(500).end("customer text"),
  );
  const url = `${server.url}/v1/x?api_key=hunter2`;
  const error = await http.send({ method: "GET", url, retry: "never" }).catch((e: unknown) => e);
  expect(String(error)).toContain(`GET ${server.url}/v1/x answered 500`);
  expect(String(error)).not.toMatch(/hunter2|customer text/);
});
