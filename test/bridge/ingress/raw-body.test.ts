import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { expect, test } from "vitest";
import { type RawBody, readRawBody } from "../../../bridge/ingress/raw-body.ts";
import { refuseUnread } from "../../../bridge/ingress/reply.ts";
import { withinTime } from "../../../bridge/ingress/within-time.ts";
import { type Logger, silentLogger } from "../../../bridge/platform/logger.ts";
import { ROUTES } from "../../../bridge/routes.ts";

/** Sends these bytes and gives what the reader made of them. */
async function reading(
  pieces: readonly string[],
  { limitBytes = 1_000, timeoutMs = 2_000, hangUp = false } = {},
): Promise<RawBody> {
  let read: (outcome: RawBody) => void = () => {};
  const outcome = new Promise<RawBody>((resolve) => {
    read = resolve;
  });
  const server = createServer(async (request, response) => {
    const body = await readRawBody(request, { limitBytes, timeoutMs });
    if (body.kind === "read") response.end();
    else refuseUnread(request, response, { status: 400, body: {} });
    read(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.on("error", () => {});
  for (const piece of pieces) await new Promise((resolve) => socket.write(piece, resolve));
  if (hangUp) socket.destroy();
  try {
    return await outcome;
  } finally {
    socket.destroy();
    server.closeAllConnections();
    server.close();
  }
}

const head = (header: string) => `POST / HTTP/1.1\r\nHost: x\r\n${header}\r\n\r\n`;

test("the bytes come as they were sent", async () => {
  const outcome = await reading([head("Content-Length: 5"), "ab", "cde"]);
  expect(outcome.kind === "read" && String(outcome.body)).toBe("abcde");
});

test("a body sent one byte at a time is put together", async () => {
  const pieces = Array.from("the quick brown fox".repeat(40), (letter) => `1\r\n${letter}\r\n`);
  const outcome = await reading([head("Transfer-Encoding: chunked"), pieces.join(""), "0\r\n\r\n"]);
  expect(outcome.kind === "read" && String(outcome.body)).toBe("the quick brown fox".repeat(40));
});

test("no body is an empty one", async () => {
  const outcome = await reading([head("X-A: 1")]);
  expect(outcome.kind === "read" && outcome.body.length).toBe(0);
});

test("a body may be as long as the limit and not a byte longer, announced or not", async () => {
  const chunk = (length: number) => `${length.toString(16)}\r\n${"x".repeat(length)}\r\n0\r\n\r\n`;
  expect((await reading([head("Content-Length: 1000"), "x".repeat(1_000)])).kind).toBe("read");
  expect((await reading([head("Content-Length: 1001")])).kind).toBe("too-large");
  expect((await reading([head("Transfer-Encoding: chunked"), chunk(1_000)])).kind).toBe("read");
  expect((await reading([head("Transfer-Encoding: chunked"), chunk(1_001)])).kind).toBe("too-large");
});

test("a body that stops in the middle is given up in time", async () => {
  expect((await reading([head("Content-Length: 100"), "half"], { timeoutMs: 60 })).kind).toBe("too-slow");
});

test("a sender that goes away is noticed at once", async () => {
  expect((await reading([head("Content-Length: 100"), "half"], { hangUp: true })).kind).toBe("broken-off");
});

test("work that takes longer than its route allows is answered 503 and told to stop, and its later failure is logged", async () => {
  const [first] = ROUTES;
  if (!first) throw new Error("no routes");
  const events: string[] = [];
  const log: Logger = {
    ...silentLogger,
    warn: (event) => void events.push(event),
    error: (event) => void events.push(event),
  };
  const ending = new AbortController();
  const work = new Promise<never>((_, reject) => {
    ending.signal.addEventListener("abort", () => reject(new Error("stopped")));
  });
  const reply = await withinTime(work, { ...first, timeoutMs: 30 }, ending, log);
  expect(reply).toMatchObject({ status: 503, headers: { "retry-after": "1" } });
  await expect(work).rejects.toThrow("stopped");
  expect(events).toEqual(["request-too-slow", "request-failed-late"]);
});
