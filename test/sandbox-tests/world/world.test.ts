import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { afterAll, afterEach, beforeAll, beforeEach, describe, test } from "vitest";
import { DataDirError } from "../../sandbox/world/kept-world.ts";
import { PortTakenError, startWorld, type World } from "../../sandbox/world/world.ts";
import { startQuietSlack } from "./quiet-slack.ts";

const bridgeEntry = fileURLToPath(new URL("./stub-bridge.ts", import.meta.url));
const stubs = { bridgeEntry, startSlack: startQuietSlack };

interface Seen {
  seen: { path: string; headers: Record<string, string>; body: string }[];
  NUDGE_EVERY_MS?: string;
}
const post = async (world: World, path: string, body: unknown, headers: Record<string, string> = {}) => {
  const reply = await fetch(`${world.url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: reply.status, body: (await reply.json()) as Record<string, unknown> };
};

describe("a running world", () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(stubs);
  });
  afterAll(() => world.stop());
  afterEach(() => world.clearFaults());

  const seen = async () => (await (await fetch(`${world.snapshot().bridge.url}/seen`)).json()) as Seen;
  /** Resolves when the bridge answered a webhook of this fixture. */
  const nextAlert = (fixture: string) =>
    new Promise<void>((resolve) => {
      const unsubscribe = world.onChange((change) => {
        if (change.part !== "alerts" || change.fixture !== fixture) return;
        unsubscribe();
        resolve();
      });
    });
  const lastSeen = async () => (await seen()).seen.at(-1) ?? assert.fail("nothing arrived");

  test("its snapshot has every part, and no secret value", async () => {
    const reply = await fetch(`${world.url}/world`);
    assert.equal(reply.status, 200);
    const text = await reply.text();
    const snapshot = JSON.parse(text) as typeof world extends { snapshot(): infer S } ? S : never;
    for (const part of ["slack", "statuspage", "linear", "github", "bedrock", "secrets", "store", "bridge", "faults"]) {
      assert.ok(part in snapshot, part);
    }
    assert.equal(snapshot.bridge.running, true);
    assert.deepEqual(snapshot.store.tables, { ledger: "ic-ledger", index: "ic-index" });
    assert.ok(snapshot.bridge.env_names.includes("STATUSPAGE_API_URL"));
    assert.ok(Object.keys(snapshot.secrets).includes("incident-response/sandbox/slack-triggers"));
    assert.doesNotMatch(text, /xoxb-|lin_api_/);
  });

  test("an OnCall alert comes through the relay: stamped, signed, in Python's bytes", async () => {
    const { status, body } = await post(world, "/world/alerts", { fixture: "oncall-alert-group-created" });
    assert.equal(status, 200);
    assert.equal(body.status, 200);
    assert.equal(typeof body.ms, "number");
    const { path, headers, body: bytes } = await lastSeen();
    assert.equal(path, "/webhooks/grafana-oncall");
    assert.match(headers["x-grafana-oncall-signature"] ?? "", /^[0-9a-f]{64}$/);
    assert.ok(Math.abs(Number(headers["x-grafana-oncall-timestamp"]) - Date.now() / 1_000) < 10);
    assert.equal(headers.authorization, undefined);
    assert.match(bytes, /^\{"event": \{"type": "alert group created", "time": "/);
  });

  test("an Alerting alert comes straight, signed S2", async () => {
    await post(world, "/world/alerts", { fixture: "grafana-alerting-firing", overrides: { title: "Mine" } });
    const { path, headers, body } = await lastSeen();
    assert.equal(path, "/webhooks/grafana-alerting");
    assert.match(headers["x-grafana-alerting-signature"] ?? "", /^[0-9a-f]{64}$/);
    assert.equal(headers["user-agent"], "Grafana");
    assert.equal((JSON.parse(body) as { title: string }).title, "Mine");
  });

  test("a chosen scheme or none goes past the relay", async () => {
    await post(world, "/world/alerts", { fixture: "oncall-alert-group-created", scheme: "S0" });
    assert.match((await lastSeen()).headers.authorization ?? "", /^Bearer .{32,}$/);
    await post(world, "/world/alerts", { fixture: "oncall-alert-group-created", sign: false });
    const { headers } = await lastSeen();
    assert.equal(headers.authorization, undefined);
    assert.equal(headers["x-grafana-oncall-signature"], undefined);
  });

  test("acknowledging through OnCall's API sends OnCall's own webhook", async () => {
    await world.alert({ fixture: "oncall-alert-group-created" });
    const group = world.snapshot().oncall.alert_groups[0] ?? assert.fail("no group");
    const parts = Object.fromEntries(world.parts.map(({ name, url }) => [name, url]));
    const secrets = new SecretsManagerClient({
      region: "eu-north-1",
      endpoint: parts.secrets ?? "",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    });
    const { SecretString } = await secrets.send(
      new GetSecretValueCommand({ SecretId: "incident-response/sandbox/oncall-api" }),
    );
    secrets.destroy();
    const { token } = JSON.parse(SecretString ?? "") as { token: string };
    const before = (await seen()).seen.length;
    const acknowledge = (authorization: string) =>
      fetch(`${parts.oncall}/alert_groups/${group.id}/acknowledge`, { method: "POST", headers: { authorization } });
    assert.equal((await acknowledge("wrong")).status, 403);
    const sent = nextAlert("oncall-acknowledge");
    assert.equal((await acknowledge(token)).status, 200);
    await sent;
    const arrived = (await seen()).seen.slice(before);
    assert.equal(arrived.length, 1);
    const payload = JSON.parse(arrived[0]?.body ?? "") as { user: { username: string }; alert_group: { id: string } };
    assert.deepEqual([payload.alert_group.id, payload.user.username], [group.id, "kim"]);
  });

  test("bad calls are refused by name with a sentence", async () => {
    const unknown = await post(world, "/world/alerts", { fixture: "oncall-resolve", colour: "red", size: 1 });
    assert.equal(unknown.status, 400);
    assert.match(String(unknown.body.error), /"colour", "size"/);
    const fixture = await post(world, "/world/alerts", { fixture: "../../etc/passwd" });
    assert.equal(fixture.status, 400);
    assert.match(String(fixture.body.error), /"fixture"/);
    const signed = await post(world, "/world/alerts", { fixture: "oncall-resolve", sign: true });
    assert.equal(signed.status, 400);
    const target = await post(world, "/world/faults", { target: "moon", kind: "down" });
    assert.match(String(target.body.error), /"target"/);
    const slack = await post(world, "/world/slack/click", { user: "alex", channel: "x", ts: "1", action: "y" });
    assert.equal(slack.status, 400);
    assert.match(String(slack.body.error), /"action"/);
    assert.equal((await post(world, "/world/nothing", {})).status, 404);
    assert.equal((await post(world, "/world/reset", "{not json")).status, 400);
    assert.equal((await post(world, "/world/alerts", { fixture: "x".repeat(2_000_000) })).status, 413);
  });

  test("only this machine's own pages may call it", async () => {
    const plain = await post(world, "/world/bridge", '{"action":"kill"}', { "content-type": "text/plain" });
    assert.equal(plain.status, 415);
    const { port } = new URL(world.url);
    const rebound = await new Promise<number>((resolve, reject) => {
      get({ port, host: "127.0.0.1", path: "/world", headers: { host: "evil.example.com" } }, (reply) => {
        reply.resume();
        resolve(reply.statusCode ?? 0);
      }).once("error", reject);
    });
    assert.equal(rebound, 403);
    assert.equal(world.snapshot().bridge.running, true);
  });

  test("what people do in Slack is passed on and answered in Slack's words", async () => {
    assert.deepEqual(
      (await post(world, "/world/slack/message", { user: "alex", channel: "general", text: "hi" })).body,
      {
        ok: true,
        ts: "1.000000",
      },
    );
    assert.deepEqual((await post(world, "/world/slack/join", { user: "alex", channel: "nowhere" })).body, {
      ok: false,
      error: "channel_not_found",
    });
  });

  test("changes are pushed as server-sent events", async () => {
    const abort = new AbortController();
    const reply = await fetch(`${world.url}/world/events`, { signal: abort.signal });
    assert.match(reply.headers.get("content-type") ?? "", /^text\/event-stream/);
    const reader = (reply.body ?? assert.fail("no body")).pipeThrough(new TextDecoderStream()).getReader();
    world.addFault({ target: "linear", kind: "down", times: 1 });
    let text = "";
    while (!text.includes('"part":"faults"')) {
      const { value, done } = await reader.read();
      assert.equal(done, false);
      text += value ?? "";
    }
    assert.match(text, /event: change\ndata: \{/);
    abort.abort();
  });

  test("faults are listed, counted down and cleared", async () => {
    await post(world, "/world/faults", { target: "statuspage", kind: "error", status: 503, times: 2 });
    assert.deepEqual(world.snapshot().faults, [{ target: "statuspage", kind: "error", status: 503, times: 2 }]);
    const cleared = await fetch(`${world.url}/world/faults`, { method: "DELETE" });
    assert.equal(cleared.status, 200);
    assert.deepEqual(world.snapshot().faults, []);
  });

  test("a killed bridge is gone and comes back at the same address, with other settings", async () => {
    const { pid, url } = world.snapshot().bridge;
    const killed = await post(world, "/world/bridge", { action: "kill" });
    assert.equal(killed.body.running, false);
    assert.equal(killed.body.pid, null);
    assert.throws(() => process.kill(Number(pid), 0), { code: "ESRCH" });
    const nobody = await world.alert({ fixture: "grafana-alerting-firing" });
    assert.equal(nobody.status, 0);
    const started = await post(world, "/world/bridge", { action: "start", env: { NUDGE_EVERY_MS: 500 } });
    assert.equal(started.body.url, url);
    assert.notEqual(started.body.pid, pid);
    assert.equal((await seen()).NUDGE_EVERY_MS, "500");
  });

  test("a bridge that is stopped says goodbye, and one that fails to start says why", async () => {
    await world.bridge("stop");
    assert.ok(world.bridgeLines().some((line) => line.includes("stopping")));
    const failed = await post(world, "/world/bridge", { action: "start", env: { FAIL_AT_START: "yes" } });
    assert.equal(failed.status, 500);
    assert.match(String(failed.body.error), /FAIL_AT_START is set/);
    await world.bridge("start");
  });

  test("a reset gives a fresh world at the same address", async () => {
    await world.slack("message", { user: "alex", channel: "general", text: "before" });
    world.addFault({ target: "slack", kind: "down" });
    const { url } = world.snapshot().bridge;
    assert.deepEqual((await post(world, "/world/reset", {})).body, { ok: true });
    const snapshot = world.snapshot();
    assert.deepEqual(snapshot.slack, { channels: [{ id: "C07GENERAL1", name: "general", messages: [] }], users: [] });
    assert.deepEqual(snapshot.faults, []);
    assert.equal(snapshot.bridge.url, url);
    assert.equal(snapshot.bridge.running, true);
  });

  test("waiting ends with the condition, or with the time", async () => {
    const found = world.until((snapshot) => snapshot.faults[0]?.target, 5_000);
    world.addFault({ target: "github", kind: "slow", ms: 1 });
    assert.equal(await found, "github");
    assert.equal(await world.until(() => undefined, 30), undefined);
  });
});

describe("starting and stopping", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "sandbox-test-"));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  test("a kept world continues where it stopped", async () => {
    const first = await startWorld({ ...stubs, data: directory });
    await first.slack("message", { user: "alex", channel: "general", text: "remember" });
    await first.alert({ fixture: "oncall-alert-group-created" });
    const groups = first.snapshot().oncall.alert_groups;
    await first.stop();

    const second = await startWorld({ ...stubs, data: directory });
    try {
      assert.match(JSON.stringify(second.snapshot().slack), /remember/);
      assert.deepEqual(second.snapshot().oncall.alert_groups, groups);
      await assert.rejects(startWorld({ ...stubs, data: directory }), DataDirError);
    } finally {
      await second.stop();
    }
  });

  test("a taken port is one clear sentence", async () => {
    const squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(0, "127.0.0.1", resolve));
    const address = squatter.address();
    const port = typeof address === "object" && address ? address.port : 0;
    try {
      await assert.rejects(startWorld({ ...stubs, port }), (error: unknown) => {
        assert.ok(error instanceof PortTakenError);
        assert.match(error.message, new RegExp(`Port ${port} .*--port`));
        return true;
      });
      await assert.rejects(startWorld({ ...stubs, bridgePort: port }), /--bridge-port/);
    } finally {
      await new Promise((resolve) => squatter.close(resolve));
    }
  });

  test("when the bridge cannot start, everything else is stopped and the reason is said", async () => {
    await assert.rejects(startWorld({ ...stubs, bridgeEnv: { FAIL_AT_START: "1" } }), /FAIL_AT_START is set/);
  });
});
