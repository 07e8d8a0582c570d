import { expect, test } from "vitest";
import { systemClock } from "../../../../bridge/platform/clock.ts";
import { HttpStatusError, HttpTimeoutError } from "../../../../bridge/platform/http-errors.ts";
import { silentLogger } from "../../../../bridge/platform/logger.ts";
import { BreakerOpenError } from "../../../../bridge/platform/manners/breaker.ts";
import { createManners } from "../../../../bridge/platform/manners/manners.ts";
import { TokensSpentError } from "../../../../bridge/platform/manners/token-queue.ts";
import { createOutbound } from "../../../../bridge/platform/outbound.ts";
import { createMetrics } from "../../../../bridge/platform/telemetry/metrics.ts";
import { type Answer, startLocalServer } from "../../../support/local-server.ts";

const OPEN_MS = 150;

async function outboundTo(answer: Answer) {
  const server = await startLocalServer(answer);
  const metrics = createMetrics();
  const shared = { clock: systemClock, log: silentLogger, timeoutMs: 500 };
  const outbound = createOutbound({
    ...shared,
    manners: createManners({ ...shared, metrics, breakerOpenMs: OPEN_MS }),
  });
  return {
    server,
    outbound,
    line: async (name: string, ...labels: string[]) =>
      (await metrics.render())
        .split("\n")
        .find((line) => line.startsWith(`${name}{`) && labels.every((label) => line.includes(label))),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
const failed = (ask: Promise<unknown>) => ask.catch((error: unknown) => error);

test("after five failed calls in a row nothing is sent, until a trial succeeds", async () => {
  let well = false;
  await using they = await outboundTo((_request, response) => void response.writeHead(well ? 200 : 503).end("{}"));
  const http = they.outbound.to("mimir");
  const ask = () => http.send({ method: "GET", url: they.server.url, retry: "never" });
  for (let n = 0; n < 5; n += 1) expect(await failed(ask())).toBeInstanceOf(HttpStatusError);
  expect(await failed(ask())).toBeInstanceOf(BreakerOpenError);
  expect(they.server.seen).toHaveLength(5);
  expect(await they.line("ic_outbound_breaker_state", 'vendor="mimir"')).toMatch(/ 2$/);
  expect(await they.line("ic_outbound_requests_total", 'outcome="breaker-open"')).toMatch(/ 1$/);

  well = true;
  await expect.poll(async () => (await failed(ask())) instanceof BreakerOpenError).toBe(false);
  expect((await ask()).status).toBe(200);
  expect(await they.line("ic_outbound_breaker_state", 'vendor="mimir"')).toMatch(/ 0$/);
});

test("a failing trial keeps it closed to everybody else", async () => {
  await using they = await outboundTo((_request, response) => void response.writeHead(500).end());
  const http = they.outbound.to("mimir");
  const ask = () => http.send({ method: "GET", url: they.server.url, retry: "never" });
  for (let n = 0; n < 5; n += 1) await failed(ask());
  await expect.poll(async () => (await failed(ask())) instanceof HttpStatusError).toBe(true);
  expect(await failed(ask())).toBeInstanceOf(BreakerOpenError);
});

test("who comes during a trial waits for its outcome, and no longer than their own time", async () => {
  let trial: (() => void) | undefined;
  await using they = await outboundTo((_request, response, nth) => {
    if (nth <= 5) return void response.writeHead(500).end();
    if (nth === 6) trial = () => response.end("{}");
    else response.end("{}");
  });
  const http = they.outbound.to("mimir");
  const ask = (timeoutMs = 5_000) => http.send({ method: "GET", url: they.server.url, retry: "never", timeoutMs });
  for (let n = 0; n < 5; n += 1) await failed(ask());
  const asked: Promise<unknown>[] = [];
  await expect
    .poll(() => {
      asked.push(failed(ask()));
      return trial;
    })
    .toBeDefined();
  expect(await failed(ask(30))).toBeInstanceOf(BreakerOpenError);
  const second = ask();
  trial?.();
  expect((await second).status).toBe(200);
  expect((await Promise.all(asked)).at(-1)).toMatchObject({ status: 200 });
});

test("saying no is not being unwell: refusals never open the circuit", async () => {
  await using they = await outboundTo((_request, response) => void response.writeHead(404).end());
  const http = they.outbound.to("mimir");
  for (let n = 0; n < 12; n += 1) {
    expect(await failed(http.send({ method: "GET", url: they.server.url, retry: "never" }))).toMatchObject({
      status: 404,
    });
  }
});

test("one answer in between, be it a no, begins the count anew", async () => {
  await using they = await outboundTo(
    (_request, response, nth) => void response.writeHead(nth === 5 ? 404 : 503).end(),
  );
  const http = they.outbound.to("mimir");
  for (let n = 0; n < 9; n += 1) {
    expect(await failed(http.send({ method: "GET", url: they.server.url, retry: "never" }))).toBeInstanceOf(
      HttpStatusError,
    );
  }
});

test("one vendor's trouble is not another's", async () => {
  await using they = await outboundTo((_request, response) => void response.writeHead(503).end());
  const mimir = they.outbound.to("mimir");
  const loki = they.outbound.to("loki");
  const request = { method: "GET", url: they.server.url, retry: "never" } as const;
  for (let n = 0; n < 6; n += 1) await failed(mimir.send(request));
  expect(await failed(mimir.send(request))).toBeInstanceOf(BreakerOpenError);
  expect(await failed(loki.send(request))).toBeInstanceOf(HttpStatusError);
});

test("the doorbell is rung however often it failed", async () => {
  await using they = await outboundTo((_request, response) => void response.writeHead(503).end());
  const http = they.outbound.to("slack-trigger");
  for (let n = 0; n < 8; n += 1) {
    expect(await failed(http.send({ method: "POST", url: they.server.url, retry: "never" }))).toMatchObject({
      status: 503,
    });
  }
});

test("who was told to stay away stays away with every request, until the time is over", async () => {
  await using they = await outboundTo(
    (_request, response) => void response.writeHead(429, { "retry-after": "60" }).end(),
  );
  const http = they.outbound.to("github");
  const request = { method: "GET", url: they.server.url, retry: "safe" } as const;
  expect(await failed(http.send(request))).toMatchObject({ status: 429 });
  expect(await failed(http.send(request))).toBeInstanceOf(TokensSpentError);
  expect(they.server.seen).toHaveLength(1);
  expect(await they.line("ic_outbound_requests_total", 'outcome="limited"', 'vendor="github"')).toMatch(/ 1$/);
  expect(await they.line("ic_outbound_requests_total", 'outcome="no-token"', 'vendor="github"')).toMatch(/ 1$/);
});

test("each request on the wire is counted, repeats too, and timed", async () => {
  await using they = await outboundTo(
    (_request, response, nth) => void response.writeHead(nth === 1 ? 500 : 200).end("{}"),
  );
  await they.outbound.to("loki").send({ method: "GET", url: they.server.url, retry: "safe" });
  expect(await they.line("ic_outbound_requests_total", 'outcome="5xx"', 'vendor="loki"')).toMatch(/ 1$/);
  expect(await they.line("ic_outbound_requests_total", 'outcome="ok"', 'vendor="loki"')).toMatch(/ 1$/);
  expect(await they.line("ic_outbound_request_seconds_count", 'vendor="loki"')).toMatch(/ 2$/);
  expect(await they.line("ic_outbound_token_wait_seconds_count", 'priority="command"', 'vendor="loki"')).toMatch(/ 2$/);
});

test("no answer in time counts as being unwell", async () => {
  await using they = await outboundTo(() => {});
  const http = they.outbound.to("mimir");
  const ask = () => failed(http.send({ method: "GET", url: they.server.url, retry: "never", timeoutMs: 30 }));
  for (let n = 0; n < 5; n += 1) expect(await ask()).toBeInstanceOf(HttpTimeoutError);
  expect(await ask()).toBeInstanceOf(BreakerOpenError);
});
