import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { describe, expect, test } from "vitest";
import { createRelay } from "../../../bridge/deploy/oncall-relay/relay.ts";
import { startRelay } from "../../../bridge/deploy/oncall-relay/server.ts";
import { systemClock } from "../../../bridge/platform/clock.ts";
import { freePort, startLocalServer } from "../../support/local-server.ts";
import { woundClock } from "../../support/wound-clock.ts";
import { fixtureText } from "../ingress/payloads.ts";
import { SECRETS, startIngress } from "../ingress/start-ingress.ts";

const AUTHORIZATION = "Bearer oncall-calls-the-relay-with-this-0001";
const body = fixtureText("oncall-alert-group-created");

interface Vector {
  scheme: string;
  secret: string;
  body_base64: string;
  headers: Record<string, string>;
  expected: { accept: boolean; value: string };
}
const vectors: Vector[] = JSON.parse(
  readFileSync(new URL("../../fixtures/signature-vectors.json", import.meta.url), "utf8"),
);

const post = (url: string, authorization?: string) =>
  fetch(url, { method: "POST", body, headers: authorization === undefined ? {} : { authorization } });

describe("between OnCall and the bridge", () => {
  test("an alert passes through, is signed on the way and stored once", async () => {
    await using bridge = await startIngress();
    const relay = await startRelay({
      authorization: AUTHORIZATION,
      signingSecret: SECRETS["oncall-webhook"],
      bridgeUrl: bridge.url,
      clock: bridge.clock,
    });
    const reply = await post(`${relay.url}/any/path`, AUTHORIZATION);
    expect(reply.status).toBe(200);
    expect(await reply.text()).toBe('{"ok":true}');
    expect((await bridge.inbox.listPending(10)).map(({ fact }) => fact.correlationKey)).toEqual([
      "oncall|IW4K9ZP7TN2XC",
    ]);
    await relay.close();
  });

  test("a call without OnCall's authorization never reaches the bridge", async () => {
    await using bridge = await startLocalServer((_request, response) => void response.end());
    const options = { signingSecret: "s", bridgeUrl: bridge.url, clock: systemClock };
    const relay = await startRelay({ ...options, authorization: AUTHORIZATION });
    for (const wrong of [undefined, "", AUTHORIZATION.toLowerCase(), `${AUTHORIZATION}x`, AUTHORIZATION.slice(0, -1)]) {
      expect((await post(relay.url, wrong)).status).toBe(401);
    }
    const open = createRelay({ ...options, authorization: "" });
    expect(await open(Buffer.from(body), undefined)).toBe(401);
    expect(bridge.seen).toHaveLength(0);
    await relay.close();
  });

  test("while OnCall's authorization is changed, the new and the old one are accepted", async () => {
    await using bridge = await startLocalServer((_request, response) => void response.end());
    const relay = createRelay({
      authorization: ["new", "old"],
      signingSecret: "s",
      bridgeUrl: bridge.url,
      clock: systemClock,
    });
    expect(await relay(Buffer.from(body), "old")).toBe(200);
    expect(await relay(Buffer.from(body), "new")).toBe(200);
  });
});

test("the signature is the one of the timed vectors, over the bytes as they came", async () => {
  const timed = vectors.filter(({ scheme, expected }) => scheme === "S1T" && expected.accept);
  expect(timed.length).toBeGreaterThan(0);
  for (const vector of timed) {
    await using bridge = await startLocalServer((_request, response) => void response.end());
    const stamp = String(vector.headers["x-grafana-oncall-timestamp"]);
    const relay = createRelay({
      authorization: AUTHORIZATION,
      signingSecret: vector.secret,
      bridgeUrl: bridge.url,
      clock: woundClock(Number(stamp) * 1_000),
    });
    const rawBody = Buffer.from(vector.body_base64, "base64");
    expect(await relay(rawBody, AUTHORIZATION)).toBe(200);
    expect(bridge.seen[0]).toMatchObject({
      method: "POST",
      path: "/webhooks/grafana-oncall",
      body: rawBody.toString("utf8"),
      headers: { "x-grafana-oncall-signature": vector.expected.value, "x-grafana-oncall-timestamp": stamp },
    });
    expect(bridge.seen[0]?.headers.authorization).toBeUndefined();
  }
});

describe("what the bridge answers", () => {
  const relayTo = (bridgeUrl: string) =>
    createRelay({ authorization: AUTHORIZATION, signingSecret: "s", bridgeUrl, clock: systemClock });

  test.each([200, 400, 401, 413, 500])("%i is passed on, after one try", async (status) => {
    await using bridge = await startLocalServer(
      (_request, response) => void response.writeHead(status).end("secret words"),
    );
    expect(await relayTo(bridge.url)(Buffer.from(body), AUTHORIZATION)).toBe(status);
    expect(bridge.seen).toHaveLength(1);
  });

  test("a redirect is not followed", async () => {
    await using bridge = await startLocalServer(
      (_request, response) => void response.writeHead(301, { location: "/x" }).end(),
    );
    expect(await relayTo(bridge.url)(Buffer.from(body), AUTHORIZATION)).toBe(301);
    expect(bridge.seen).toHaveLength(1);
  });

  test("an alert that the bridge could not take is offered again", async () => {
    await using bridge = await startLocalServer(
      (_request, response, nth) => void response.writeHead(nth < 3 ? 503 : 200).end(),
    );
    expect(await relayTo(bridge.url)(Buffer.from(body), AUTHORIZATION)).toBe(200);
    expect(bridge.seen).toHaveLength(3);
  });

  test("a bridge that comes back within three seconds still gets the alert", async () => {
    const port = await freePort();
    const relayed = relayTo(`http://127.0.0.1:${port}`)(Buffer.from(body), AUTHORIZATION);
    const late = createServer((_request, response) => void response.end());
    await new Promise<void>((resolve) => setTimeout(() => late.listen(port, "127.0.0.1", resolve), 400));
    expect(await relayed).toBe(200);
    late.closeAllConnections();
    late.close();
  });

  test("a bridge that is away for longer leaves OnCall without a status, because it repeats only what got none", async () => {
    const relay = await startRelay({
      authorization: AUTHORIZATION,
      signingSecret: "s",
      bridgeUrl: `http://127.0.0.1:${await freePort()}`,
      clock: systemClock,
    });
    // OnCall's own patience: 4 s to the first byte of an answer.
    const startedAt = performance.now();
    const outcome = await fetch(relay.url, {
      method: "POST",
      body,
      headers: { authorization: AUTHORIZATION },
      signal: AbortSignal.timeout(4_000),
    }).then(
      (reply) => reply.status,
      (error: Error) => error.name,
    );
    expect(outcome).toBe("TimeoutError");
    expect(performance.now() - startedAt).toBeGreaterThan(3_900);
    await relay.close();
  });
});

test("a body that is too long is refused without being passed on, and only POST is served", async () => {
  await using bridge = await startLocalServer((_request, response) => void response.end());
  const relay = await startRelay({
    authorization: AUTHORIZATION,
    signingSecret: "s",
    bridgeUrl: bridge.url,
    clock: systemClock,
  });
  const long = await fetch(relay.url, {
    method: "POST",
    body: "x".repeat(1_048_577),
    headers: { authorization: AUTHORIZATION },
  });
  expect(long.status).toBe(413);
  expect((await fetch(relay.url)).status).toBe(405);
  expect(bridge.seen).toHaveLength(0);
  await relay.close();
});

test("the handler stays short enough to be read at a glance", () => {
  const source = readFileSync(new URL("../../../bridge/deploy/oncall-relay/relay.ts", import.meta.url), "utf8");
  expect(source.split("\n").length).toBeLessThanOrEqual(60);
});
