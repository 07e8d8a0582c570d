import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createAuditFacts } from "../../../bridge/audit/reading/audit-facts.ts";
import { createReaderAuthenticator } from "../../../bridge/audit/reading/authenticate-reader.ts";
import { createReadBudget } from "../../../bridge/audit/reading/read-budget.ts";
import { createRecordRead } from "../../../bridge/audit/reading/record-read.ts";
import { createVerifyAudit } from "../../../bridge/audit/reading/verify-audit.ts";
import { createVerification, type Verification } from "../../../bridge/audit/verification.ts";
import { createAuditRecords } from "../../../bridge/audit/watch/audit-records.ts";
import { createIndexTable } from "../../../bridge/index-table/index-table.ts";
import { createLeases } from "../../../bridge/index-table/leases.ts";
import type { JsonReply } from "../../../bridge/ingress/reply.ts";
import { createSystemStream } from "../../../bridge/ledger/system-stream.ts";
import { silentLogger } from "../../../bridge/platform/logger.ts";
import { systemRandom } from "../../../bridge/platform/random.ts";
import { createTasks } from "../../../bridge/platform/tasks.ts";
import { createMetrics } from "../../../bridge/platform/telemetry/metrics.ts";
import { testKey } from "../../support/audit.ts";
import { INDEX_TABLE, type LocalStore, startDynalite } from "../../support/dynalite.ts";
import { memoryStore, storedEntries } from "../../support/ledgers.ts";
import { startLocalSecrets } from "../../support/local-secrets.ts";
import { startIngress } from "../ingress/start-ingress.ts";
import { A, B, C, edit, type HonestWorld, honestWorld } from "./scene.ts";

let world: HonestWorld;
let store: LocalStore;
let ledger: ReturnType<typeof memoryStore>;
let verification: Verification;
let ask: (query?: string, reader?: string) => Promise<JsonReply>;

beforeEach(async () => {
  world = await honestWorld();
  store = await startDynalite();
  ledger = memoryStore();
  const { clock } = world;
  const index = createIndexTable({ dynamo: store.client, table: INDEX_TABLE });
  verification = createVerification({
    ...world,
    key: testKey().verifier,
    records: createAuditRecords({ index }),
    leases: createLeases({ index, clock }),
    owner: "one",
    listOpen: async () => [A, B, C],
    onBroken: async () => {},
    restoreRows: async () => false,
    periods: { everyMs: 60_000, openMs: 60_000, closedMs: 43_200_000 },
    metrics: createMetrics(),
    tasks: createTasks({ log: silentLogger }),
    logger: silentLogger,
  });
  const system = createSystemStream({ store: ledger, clock, random: systemRandom, log: silentLogger });
  const handler = createVerifyAudit({
    verification,
    budget: createReadBudget({ index, clock }),
    recordRead: createRecordRead({ system, log: silentLogger }),
    clock,
    log: silentLogger,
  });
  ask = (query = "", reader = "auditor") =>
    handler({
      reader: { name: reader, scopes: ["audit:read"] },
      query: new URLSearchParams(query),
      signal: new AbortController().signal,
    });
});
afterEach(() => store[Symbol.asyncDispose]());

const reads = async () => (await storedEntries(ledger, "_system")).flatMap(({ events }) => events);

describe("GET /audit/verify", () => {
  test("is 503 and unknown before anybody has looked, never ok", async () => {
    expect(await ask()).toMatchObject({ status: 503, body: { status: "unknown", log: null, verifiedAt: null } });
    expect(await ask(`incident=${A}`)).toMatchObject({ status: 503, body: { status: "unknown" } });
  });

  test("gives what the passes found, with its age and with what is not proved", async () => {
    await verification.turn();
    world.clock.advance(30_000);
    const { status, body } = await ask();
    expect(status).toBe(200);
    expect(body).toEqual({
      status: "ok",
      checked: { incidents: 3, entries: expect.any(Number) },
      findings: [],
      log: { size: 6, root: expect.stringMatching(/^[0-9a-f]{64}$/), checkpointAt: expect.any(String), ageSeconds: 30 },
      unproved: { entries: 7, incidents: 3 },
      verifiedAt: new Date(world.clock.now() - 30_000).toISOString(),
      verifierVersion: "1",
    });
    expect(await ask(`incident=${C}`)).toMatchObject({ status: 200, body: { status: "ok", unproved: { entries: 3 } } });
  });

  test("says stale, and still 200, once the last look is too old", async () => {
    await verification.turn();
    world.clock.advance(180_001);
    expect(await ask()).toMatchObject({ status: 200, body: { status: "stale" } });
  });

  test("is 200 and broken with every finding; the cached answer follows a live one", async () => {
    await verification.turn();
    edit(world.items, B, 2, (body) => body.replace("reminder 2", "reminder 9"));
    expect(await ask()).toMatchObject({ body: { status: "ok" } });
    const findings = [
      { incident: B, epoch: 1, seq: 2, code: "hash-mismatch", layer: "C" },
      { incident: B, epoch: 1, seq: 2, code: "head-mismatch", layer: "L" },
    ];
    expect(await ask("mode=live")).toMatchObject({ status: 200, body: { status: "broken", findings } });
    expect(await ask()).toMatchObject({ status: 200, body: { status: "broken", findings } });
    expect(await ask(`incident=${B}`)).toMatchObject({ body: { status: "broken", findings } });
    expect(await ask(`incident=${A}`)).toMatchObject({ body: { status: "ok", findings: [] } });
  });

  test("a live look at a stream that does not exist is unknown", async () => {
    expect(await ask("mode=live&incident=INC-20261121-0914-ZZZZ")).toMatchObject({ status: 503 });
  });

  test("live looks at the same thing are one; in all there are two a minute", async () => {
    const before = world.log.objects.size;
    const both = await Promise.all([ask("mode=live"), ask("mode=live", "somebody-else")]);
    expect(both[0].body).toBe(both[1].body);
    expect((await ask(`mode=live&incident=${A}`)).status).toBe(200);
    expect(await ask("mode=live")).toMatchObject({ status: 429, headers: { "retry-after": "30" } });
    world.clock.advance(30_000);
    expect((await ask("mode=live")).status).toBe(200);
    expect(world.log.objects.size).toBe(before);
  });

  test("each reader has 30 reads a minute of their own", async () => {
    await verification.turn();
    for (let n = 0; n < 30; n += 1) expect((await ask()).status).toBe(200);
    expect(await ask()).toMatchObject({ status: 429, body: { error: { code: "too-many-reads" } } });
    expect((await ask("", "somebody-else")).status).toBe(200);
  });

  test("each read is recorded: who, what, and what was answered", async () => {
    await verification.turn();
    await ask(`incident=${A}`, "grafana");
    await ask("mode=live");
    expect(await reads()).toEqual([
      { type: "AuditRead", reader: "grafana", what: "verify", incident: A, mode: "cached", outcome: "ok" },
      { type: "AuditRead", reader: "auditor", what: "verify", incident: null, mode: "live", outcome: "ok" },
    ]);
  });

  test("a read that cannot be recorded is not answered", async () => {
    ledger.put = () => Promise.reject(new Error("the store is away"));
    await expect(ask()).rejects.toThrow(/could not append/);
  });

  test("a look that could not be made is unknown, and does not keep the next one waiting", async () => {
    const { list } = world.log;
    world.log.list = () => Promise.reject(new Error("the log is away"));
    expect(await ask("mode=live")).toMatchObject({ status: 503, body: { status: "unknown" } });
    world.log.list = list;
    expect(await ask("mode=live")).toMatchObject({ status: 200, body: { status: "ok" } });
  });

  test("of a log without a checkpoint nothing is told", async () => {
    world.log.objects.clear();
    expect(await ask("mode=live")).toMatchObject({ status: 200, body: { log: null } });
    await verification.turn();
    expect(await ask()).toMatchObject({ status: 200, body: { log: null } });
  });

  test("a read is answered all the same when the record of reads is what broke", async () => {
    await verification.turn();
    await ask();
    const [[key, item] = ["", undefined]] = ledger.items;
    if (!item) throw new Error("nothing was recorded");
    ledger.items.set(key, { ...item, body: item.body.replace("auditor", "nobody") });
    expect(await ask()).toMatchObject({ status: 200, body: { status: "ok" } });
    expect(ledger.items.size).toBe(1);
  });

  test("where no log is configured everything is unknown", async () => {
    const budget = { take: async () => undefined, takeLive: async () => undefined };
    const handler = createVerifyAudit({
      verification: undefined,
      budget,
      recordRead: async () => {},
      clock: world.clock,
      log: silentLogger,
    });
    const call = { reader: { name: "auditor", scopes: [] }, signal: new AbortController().signal };
    expect(await handler({ ...call, query: new URLSearchParams("mode=live") })).toMatchObject({
      status: 503,
      body: { status: "unknown" },
    });
    expect(await createAuditFacts({ verification: undefined, clock: world.clock })(A)).toBeUndefined();
  });

  test.each([
    ["mode=quick", "mode-unknown"],
    ["incident=../etc", "incident-malformed"],
    ["incidnet=INC-1", "query-unknown"],
    ["mode=live&mode=cached", "query-unknown"],
  ])("refuses %s with a sentence", async (query, code) => {
    expect(await ask(query)).toMatchObject({ status: 400, body: { error: { code } } });
  });
});

describe("what is known of one incident", () => {
  const facts = (incident: string) => createAuditFacts({ verification, clock: world.clock })(incident);

  test("is unknown before anybody has looked", async () => {
    expect(await facts(A)).toEqual({
      status: "unknown",
      findings: 0,
      walkedAt: undefined,
      uncovered: 0,
      checkpoint: undefined,
    });
  });

  test("is how its record stood when it was last walked, and the newest checkpoint as it is witnessed", async () => {
    await verification.turn();
    const now = world.clock.now();
    const { root, size } = world.checkpoint;
    expect(await facts(C)).toEqual({
      status: "ok",
      findings: 0,
      walkedAt: now,
      uncovered: 3,
      checkpoint: { size, root16: root.toString("hex").slice(0, 16), at: now },
    });
    edit(world.items, B, 2, (body) => body.replace("reminder 2", "reminder 9"));
    world.clock.advance(60_000);
    await verification.turn();
    expect(await facts(B)).toMatchObject({ status: "broken", findings: 2 });
  });
});

describe("who may read", () => {
  const get = (url: string, token?: string) =>
    fetch(
      `${url}/audit/verify?mode=cached`,
      token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } },
    );
  const reader = (name: string, token: string, scopes = ["audit:read"]) => ({ name, token, scopes });
  const TOKEN = "audit-reader-token-for-tests-000001";

  test("is whoever stands in the secret with the scope, on the internal listener only", async () => {
    await using bridge = await startIngress();
    const answer = await get(bridge.internalUrl, TOKEN);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ reader: "auditor" });
    expect((await get(bridge.internalUrl)).status).toBe(401);
    expect((await get(bridge.internalUrl, `${TOKEN}0`)).status).toBe(401);
    expect((await get(bridge.url, TOKEN)).status).toBe(404);
  });

  test("changes with the secret: who was added is in, who was taken out is out at once", async () => {
    await using bridge = await startIngress();
    const other = "another-reader-token-for-tests-0001";
    expect((await get(bridge.internalUrl, TOKEN)).status).toBe(200);
    bridge.secrets.rotate("audit-readers", JSON.stringify({ readers: [reader("grafana", other)] }));
    expect(await (await get(bridge.internalUrl, other)).json()).toEqual({ reader: "grafana" });
    expect((await get(bridge.internalUrl, TOKEN)).status).toBe(401);
  });

  test("is nobody where there is no such secret", async () => {
    await using local = await startLocalSecrets({ clock: world.clock, values: {} });
    const { secrets } = local;
    const authenticate = createReaderAuthenticator({ secrets, clock: world.clock, log: silentLogger });
    const request = { method: "GET", path: "/audit/verify", headers: { authorization: [`Bearer ${TOKEN}`] } };
    expect(await authenticate({ ...request, rawBody: Buffer.alloc(0) })).toMatchObject({ reason: "token-mismatch" });
  });

  test("is not said to be wrong while nobody can ask for a newer secret", async () => {
    await using bridge = await startIngress();
    const wrong = `${TOKEN}0`;
    const answers: number[] = [];
    for (let n = 0; n < 5; n += 1) answers.push((await get(bridge.internalUrl, wrong)).status);
    expect([...new Set(answers)].sort()).toEqual([401, 503]);
    expect(bridge.log()).toContain('"reader-uncertain"');
  });

  test("is nobody where the secret is not readable, and its content is not told", async () => {
    await using bridge = await startIngress();
    bridge.secrets.rotate("audit-readers", '{"readers": "broken-secret-text');
    const answer = await get(bridge.internalUrl, TOKEN);
    expect(answer.status).toBe(500);
    expect(bridge.log()).not.toContain("broken-secret-text");
  });
});
