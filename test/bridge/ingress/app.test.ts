import { connect } from "node:net";
import { App, ExpressReceiver } from "@slack/bolt";
import { describe, expect, test } from "vitest";
import { fixtureText } from "./payloads.ts";
import { SECRETS, startIngress } from "./start-ingress.ts";

const firing = fixtureText("grafana-alerting-firing");
const created = fixtureText("oncall-alert-group-created");

describe("webhooks", () => {
  test("a signed alert is stored once and answered with nothing that could be read elsewhere", async () => {
    await using bridge = await startIngress();
    for (const reply of [await bridge.oncall(created), await bridge.oncall(created)]) {
      expect(reply.status).toBe(200);
      expect(await reply.text()).toBe('{"ok":true}');
    }
    expect((await bridge.inbox.listPending(10)).map(({ fact }) => fact.kind)).toEqual(["firing"]);
    expect(bridge.stored).toHaveLength(1);
  });

  test("Grafana's own signature is accepted on its own path", async () => {
    await using bridge = await startIngress();
    expect((await bridge.alerting(firing)).status).toBe(200);
    expect(bridge.stored.map(({ source }) => source)).toEqual(["alerting"]);
  });

  test("an unsigned or badly signed call gets 401 with a constant body, and nothing is stored", async () => {
    await using bridge = await startIngress();
    const url = `${bridge.url}/webhooks/grafana-alerting`;
    const bodies = [];
    for (const reply of [
      await fetch(url, { method: "POST", body: firing }),
      await bridge.alerting(firing, "another secret"),
      await fetch(url, {
        method: "POST",
        body: firing,
        headers: { authorization: `Bearer ${SECRETS["alerting-webhook"]}` },
      }),
      await fetch(url, { method: "POST", body: "not json", headers: { "x-grafana-alerting-signature": "zz" } }),
    ]) {
      expect(reply.status).toBe(401);
      bodies.push(await reply.text());
    }
    expect(new Set(bodies).size).toBe(1);
    expect(await bridge.inbox.listPending(10)).toEqual([]);
    const report = await (await fetch(`${bridge.internalUrl}/dead-letters`)).json();
    expect(report).toEqual({ deadLetters: [] });
  });

  test("the log tells of a refusal without body, headers or secrets", async () => {
    await using bridge = await startIngress();
    await bridge.alerting('{"customer":"hunter2"}', "another secret");
    expect(bridge.log()).toContain('"reason":"signature-mismatch"');
    expect(bridge.log()).not.toMatch(/hunter2|another secret|secret-for-tests/);
  });

  test("one endpoint's signature does not open another: each path has one scheme and one secret", async () => {
    await using bridge = await startIngress();
    expect((await bridge.oncall(created, SECRETS["alerting-webhook"])).status).toBe(401);
    const reply = await fetch(`${bridge.url}/webhooks/grafana-oncall`, {
      method: "POST",
      body: created,
      headers: { authorization: `Bearer ${SECRETS["oncall-webhook"]}` },
    });
    expect(reply.status).toBe(401);
  });

  test("a bare token is accepted only where the configuration asks for it, and health says that it does", async () => {
    await using bridge = await startIngress({ oncallScheme: "S0" });
    const reply = await fetch(`${bridge.url}/webhooks/grafana-oncall`, {
      method: "POST",
      body: created,
      headers: { authorization: `Bearer ${SECRETS["oncall-webhook"]}` },
    });
    expect(reply.status).toBe(200);
    expect((await bridge.oncall(created)).status).toBe(401);
    expect(await (await fetch(`${bridge.url}/health`)).json()).toMatchObject({
      oncallWebhook: "unprotected-bearer-token",
    });
  });

  test("a second header of the same name is refused even when the first one is right", async () => {
    await using bridge = await startIngress({ oncallScheme: "S0" });
    const socket = connect(bridge.port, "127.0.0.1");
    const header = `Authorization: Bearer ${SECRETS["oncall-webhook"]}\r\n`;
    socket.write(
      `POST /webhooks/grafana-oncall HTTP/1.1\r\nHost: x\r\n${header}${header}Content-Length: 0\r\nConnection: close\r\n\r\n`,
    );
    let answer = "";
    for await (const chunk of socket) answer += String(chunk);
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
  });

  test("a rotated secret is accepted at once, and the one before it still is", async () => {
    await using bridge = await startIngress();
    expect((await bridge.alerting(firing)).status).toBe(200);
    bridge.secrets.rotate("alerting-webhook", "alerting-webhook-secret-after-rotation");
    expect((await bridge.alerting(firing, "alerting-webhook-secret-after-rotation")).status).toBe(200);
    expect((await bridge.alerting(firing)).status).toBe(200);
  });

  test("bad signatures are no lever against Secrets Manager: past the bucket the sender is asked to come again", async () => {
    await using bridge = await startIngress();
    const statuses = [];
    for (let i = 0; i < 8; i += 1) statuses.push((await bridge.alerting(firing, "wrong")).status);
    expect(statuses).toEqual([401, 401, 401, 503, 503, 503, 503, 503]);
    const reads = bridge.secrets.reads();
    const reply = await bridge.alerting(firing, "wrong");
    expect(reply.headers.get("retry-after")).toBe("10");
    expect(bridge.secrets.reads()).toBe(reads);
    expect((await bridge.alerting(firing)).status).toBe(200); // who signs well is not disturbed
  });

  test("a malformed signature never asks Secrets Manager again", async () => {
    await using bridge = await startIngress();
    await bridge.alerting(firing);
    const reads = bridge.secrets.reads();
    for (let i = 0; i < 10; i += 1)
      await fetch(`${bridge.url}/webhooks/grafana-alerting`, { method: "POST", body: firing });
    expect(bridge.secrets.reads()).toBe(reads);
  });

  test.each([
    ["not JSON", "plain text", /is not JSON/],
    ["a custom payload", '{"text":"hello"}', /status/],
    ["an empty body", "", /is not JSON/],
  ])(
    "a well-signed body that is %s gets 400 with a reason, is counted and can be looked at",
    async (_, body, reason) => {
      await using bridge = await startIngress();
      const reply = await bridge.alerting(body);
      expect(reply.status).toBe(400);
      expect(await reply.text()).toMatch(reason);
      expect(await (await fetch(`${bridge.url}/health`)).json()).toMatchObject({
        status: "degraded",
        schemaRefusalsLastHour: 1,
      });
      const { deadLetters } = await (await fetch(`${bridge.internalUrl}/dead-letters`)).json();
      expect(deadLetters).toHaveLength(1);
      const replay = await fetch(`${bridge.internalUrl}/dead-letters/${deadLetters[0].id}/replay`, { method: "POST" });
      expect(replay.status).toBe(409);
      bridge.clock.advance(3_600_001);
      expect(await (await fetch(`${bridge.url}/health`)).json()).toMatchObject({ schemaRefusalsLastHour: 0 });
    },
  );

  test("a compressed body is not unpacked: it is not JSON", async () => {
    await using bridge = await startIngress();
    const { gzipSync } = await import("node:zlib");
    const { createHmac } = await import("node:crypto");
    const body = gzipSync(firing);
    const stamp = String(bridge.clock.now() / 1_000);
    const signature = createHmac("sha256", SECRETS["alerting-webhook"]).update(`${stamp}:`).update(body).digest("hex");
    const headers = {
      "content-encoding": "gzip",
      "x-grafana-alerting-signature": signature,
      "x-grafana-alerting-timestamp": stamp,
    };
    const reply = await fetch(`${bridge.url}/webhooks/grafana-alerting`, { method: "POST", body, headers });
    expect(reply.status).toBe(400);
  });

  test("while the store is away nobody is told that an alert was taken", async () => {
    await using bridge = await startIngress();
    await bridge.alerting("warm up the secrets");
    await bridge.store.stop();
    const startedAt = performance.now();
    const reply = await bridge.alerting(firing);
    expect(reply.status).toBe(503);
    expect(reply.headers.get("retry-after")).toBeTruthy();
    expect(performance.now() - startedAt).toBeLessThan(3_800);
    expect(bridge.stored).toEqual([]);
  });

  test("without its secret an endpoint answers 503, not 401: the sender is not to blame", async () => {
    await using bridge = await startIngress();
    bridge.secrets.setDown(true);
    expect((await bridge.alerting(firing)).status).toBe(503);
  });
});

describe("bodies", () => {
  test("one that announces too much is refused before it is read", async () => {
    await using bridge = await startIngress();
    const socket = connect(bridge.port, "127.0.0.1");
    socket.write("POST /webhooks/grafana-alerting HTTP/1.1\r\nHost: x\r\nContent-Length: 60000000\r\n\r\n");
    const first: Buffer = await new Promise((resolve) => socket.once("data", resolve));
    expect(String(first)).toMatch(/^HTTP\/1\.1 413 /);
    expect(String(first)).toMatch(/longer than 1048576 bytes/);
    // Nobody may go on sending for ever.
    await new Promise((resolve) => socket.once("close", resolve).resume());
  });

  test("one that announces nothing is counted while it streams", async () => {
    await using bridge = await startIngress();
    const chunk = Buffer.alloc(65_536, "x");
    const body = new ReadableStream({ pull: (controller) => controller.enqueue(chunk) });
    const reply = await fetch(`${bridge.url}/webhooks/grafana-alerting`, {
      method: "POST",
      body,
      duplex: "half",
    } as RequestInit);
    expect(reply.status).toBe(413);
  });

  test("one of exactly the limit is read", async () => {
    await using bridge = await startIngress();
    expect((await bridge.alerting("x".repeat(1_048_576))).status).toBe(400);
    expect((await bridge.alerting("x".repeat(1_048_577))).status).toBe(413);
  });
});

describe("the hosted functions", () => {
  test("reach their handler with the text that was signed, its JSON and the path's parameters", async () => {
    await using bridge = await startIngress();
    const body = '{ "a": "é" }';
    expect((await bridge.functions("/v1/outbox/EFF-1:post/done", body)).status).toBe(200);
    expect(bridge.calls[0]).toMatchObject({ rawBody: body, json: { a: "é" }, params: { effectId: "EFF-1:post" } });
  });

  test("are refused when unsigned, and told what is wrong when the body is not JSON", async () => {
    await using bridge = await startIngress();
    expect((await fetch(`${bridge.url}/v1/commands`, { method: "POST", body: "{}" })).status).toBe(401);
    const reply = await bridge.functions("/v1/commands", "nope");
    expect(reply.status).toBe(400);
    expect(await reply.json()).toEqual({ error: { code: "not-json", message: expect.stringContaining("JSON") } });
    expect(bridge.calls).toEqual([]);
  });

  test("learn nothing of the inside when a handler fails", async () => {
    await using bridge = await startIngress({
      commands: async () => {
        throw new Error("hunter2 at /srv/bridge");
      },
    });
    const reply = await bridge.functions("/v1/commands", "{}");
    expect(reply.status).toBe(500);
    expect(await reply.text()).not.toMatch(/hunter2|srv/);
    expect(bridge.log()).toContain("request-failed");
  });
});

describe("Slack", () => {
  const form =
    "command=%2Fincident-response&text=status&api_app_id=A07COMPANI1&team_id=T07KESTREL1&user_id=U07ALEXLIN1&channel_id=C07GENERAL1&trigger_id=1.2.3&response_url=https%3A%2F%2Fhooks.slack.com%2Fx";

  test("gets through to Bolt's own receiver with the bytes that were verified", async () => {
    const receiver = new ExpressReceiver({
      signingSecret: "unused",
      signatureVerification: false,
      endpoints: { commands: "/slack/commands", interactions: "/slack/interactions" },
    });
    const app = new App({
      receiver,
      authorize: async () => ({ botToken: "xoxb-test", botId: "B1", botUserId: "U1" }),
    });
    const seen: string[] = [];
    app.command("/incident-response", async ({ ack, command }) => {
      seen.push(command.text);
      await ack("here you are");
    });
    await using bridge = await startIngress({ slack: receiver.app });
    const reply = await bridge.slack("/slack/commands", form);
    expect(reply.status).toBe(200);
    expect(await reply.text()).toBe("here you are");
    expect(seen).toEqual(["status"]);
  });

  test("is refused when stale, from the future, badly signed or unsigned, before anybody sees it", async () => {
    const seen: string[] = [];
    await using bridge = await startIngress({
      slack: (request, response) => {
        seen.push(request.path);
        response.end();
      },
    });
    const now = Math.floor(bridge.clock.now() / 1_000);
    expect((await bridge.slack("/slack/commands", form, String(now - 301))).status).toBe(401);
    expect((await bridge.slack("/slack/interactions", form, String(now + 600))).status).toBe(401);
    expect((await fetch(`${bridge.url}/slack/commands`, { method: "POST", body: form })).status).toBe(401);
    expect(seen).toEqual([]);
    expect((await bridge.slack("/slack/interactions", form)).status).toBe(200);
    expect(seen).toEqual(["/slack/interactions"]);
  });
});

describe("everything else", () => {
  test("an unknown path is 404, a wrong method 405 with the right one, both as JSON", async () => {
    await using bridge = await startIngress();
    const unknown = await fetch(`${bridge.url}/webhooks/grafana-oncall/`, { method: "POST", body: "{}" });
    expect(unknown.status).toBe(404);
    const wrong = await fetch(`${bridge.url}/v1/outbox/abc/done`);
    expect(wrong.status).toBe(405);
    expect(wrong.headers.get("allow")).toBe("POST");
    expect(await wrong.json()).toEqual({ error: { code: "method-not-allowed", message: "Use POST here." } });
    const options = await fetch(`${bridge.url}/v1/commands`, { method: "OPTIONS" });
    expect(options.status).toBe(405);
  });

  test("no answer redirects or names the software", async () => {
    await using bridge = await startIngress();
    for (const path of [
      "/",
      "/health/",
      "/webhooks//grafana-oncall",
      "/WEBHOOKS/grafana-oncall",
      "/v1/outbox/%ff/done",
    ]) {
      const reply = await fetch(`${bridge.url}${path}`, { method: "POST", body: "x", redirect: "manual" });
      expect([400, 404]).toContain(reply.status);
      expect(reply.headers.get("x-powered-by")).toBeNull();
      expect(await reply.json()).toMatchObject({ error: { message: expect.any(String) } });
    }
  });

  test("the internal routes are not on the public listener, nor the other way round", async () => {
    await using bridge = await startIngress();
    for (const path of ["/ready", "/metrics", "/dead-letters"]) {
      expect((await fetch(`${bridge.url}${path}`)).status).toBe(404);
      expect((await fetch(`${bridge.internalUrl}${path}`)).status).toBe(200);
    }
    expect((await fetch(`${bridge.internalUrl}/health`)).status).toBe(404);
    expect((await fetch(`${bridge.internalUrl}/webhooks/grafana-oncall`, { method: "POST" })).status).toBe(404);
  });

  test("ready says what cannot be reached", async () => {
    await using bridge = await startIngress({ ready: () => ({ ready: false, unreachable: ["store"] }) });
    const reply = await fetch(`${bridge.internalUrl}/ready`);
    expect(reply.status).toBe(503);
    expect(await reply.json()).toEqual({ ready: false, unreachable: ["store"] });
  });

  test("health is degraded when the sweep is silent or a secret cannot be confirmed", async () => {
    let silent = true;
    await using bridge = await startIngress({ sweepSilent: () => silent });
    expect(await (await fetch(`${bridge.url}/health`)).json()).toMatchObject({ status: "degraded", sweepSilent: true });
    silent = false;
    await bridge.alerting("fill the cache");
    bridge.secrets.setDown(true);
    bridge.clock.advance(3_700_000);
    await bridge.alerting("ask again");
    expect(await (await fetch(`${bridge.url}/health`)).json()).toEqual({
      status: "degraded",
      schemaRefusalsLastHour: 1,
      missedAlerts: { checkedSecondsAgo: null, failing: false },
      oncallWebhook: "signed",
      secrets: { oldestAgeSeconds: 3_700, stale: true },
      modelInvocationLogging: "not-used",
      sweepSilent: false,
    });
  });

  test("answers are counted by route and status in the Prometheus format", async () => {
    await using bridge = await startIngress();
    await fetch(`${bridge.url}/webhooks/grafana-oncall`, { method: "POST", body: "x" });
    const reply = await fetch(`${bridge.internalUrl}/metrics`);
    expect(reply.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(await reply.text()).toContain('ic_http_answers_total{route="/webhooks/grafana-oncall",status="401"} 1');
  });
});
