import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DeleteItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createCheckpointSigner } from "../../../bridge/audit/checkpoint-signer.ts";
import { beginEpoch } from "../../../bridge/audit/open-epoch/begin.ts";
import { runOpenEpoch } from "../../../bridge/audit/open-epoch/run-open-epoch.ts";
import { checkLog } from "../../../bridge/audit/proof/check-log.ts";
import { createDirectoryLog } from "../../../bridge/audit/proof/directory-log.ts";
import { canonicalText } from "../../../bridge/audit/proof/strict-json.ts";
import { createStoredStreams } from "../../../bridge/audit/stored-streams.ts";
import { createAuditRecords } from "../../../bridge/audit/watch/audit-records.ts";
import { walkIncident } from "../../../bridge/audit/watch/walk-incident.ts";
import { effectivePolicy } from "../../../bridge/incident/decide/approve.ts";
import type { Draft } from "../../../bridge/incident/state.ts";
import { createIndexTable } from "../../../bridge/index-table/index-table.ts";
import type { StoredEntry } from "../../../bridge/ledger/entry-types.ts";
import { createLedgerStore, type LedgerStore, type NewestEntry } from "../../../bridge/ledger/ledger-store.ts";
import { createSystemStream } from "../../../bridge/ledger/system-stream.ts";
import { silentLogger } from "../../../bridge/platform/logger.ts";
import { systemRandom } from "../../../bridge/platform/random.ts";
import { memoryLog, nudge, testKey } from "../../support/audit.ts";
import { INDEX_TABLE, LEDGER_TABLE, type LocalStore, startDynalite } from "../../support/dynalite.ts";
import { opened, published, ROOM, resolved } from "../../support/incident-events.ts";
import { append, BRIDGE, freshIncident, ledgerOn } from "../../support/ledgers.ts";
import { BUCKET, startBucket } from "../../support/local-bucket.ts";
import { screen } from "../../support/screen.ts";
import { woundClock } from "../../support/wound-clock.ts";
import { NOWHERE } from "./stored-scene.ts";

let local: LocalStore;
beforeAll(async () => {
  local = await startDynalite();
});
afterAll(() => local[Symbol.asyncDispose]());

const KEY = testKey();
const archiving = [resolved(), { type: "RoomArchived", channel: ROOM } as const];
let incident: string;
let clock: ReturnType<typeof woundClock>;
let deps: Parameters<typeof beginEpoch>[1] & { store: LedgerStore & NewestEntry };
let log: ReturnType<typeof memoryLog>;

/** An incident that was published, covered by a checkpoint, and then changed in the table. */
beforeEach(async () => {
  incident = freshIncident();
  clock = woundClock();
  log = memoryLog();
  const store = createLedgerStore({ dynamo: local.client, table: LEDGER_TABLE });
  const streams = createStoredStreams({ dynamo: local.client, table: LEDGER_TABLE });
  const ledger = ledgerOn(store, clock);
  for (const [place, event] of published().entries()) {
    const by = event.type === "ApprovalGranted" ? event.by : undefined;
    const actor = by === undefined ? BRIDGE : { kind: "human" as const, id: by, basis: "approver-group" };
    await ledger.execute(incident, { commandId: `command-${place}`, actor }, () => ({
      kind: "happened",
      events: [event],
    }));
  }
  await createCheckpointSigner({ log, streams, key: KEY, clock, logger: silentLogger }).coverAll([incident]);
  deps = {
    store,
    streams,
    records: createAuditRecords({ index: createIndexTable({ dynamo: local.client, table: INDEX_TABLE }) }),
    log,
    system: createSystemStream({ store, clock, random: systemRandom, log: silentLogger }),
    clock,
  };
});

async function change(seq: number, to: (body: string) => string): Promise<void> {
  const item = (await deps.store.read(incident, seq - 1))[0];
  if (!item) throw new Error(`there is no entry ${seq}`);
  const { pk, sk, body, hash, type } = { ...item, body: to(item.body) };
  await local.client.send(
    new PutItemCommand({
      TableName: LEDGER_TABLE,
      Item: { pk: { S: pk }, sk: { S: sk }, body: { S: body }, hash: { S: hash }, type: { S: type } },
    }),
  );
}
const wish = (confirm = true) => ({ incident, by: "Riley Q", reason: "somebody edited entry 2 by hand", confirm });
const walked = async () =>
  walkIncident(incident, deps.streams, await checkLog(log, { keys: [KEY.verifier] }), undefined);

describe("a record that broke", () => {
  test("is begun anew by one entry behind everything that was seen of it, and goes on from there", async () => {
    const last = (await deps.store.read(incident, 0)).length;
    // A replica that had read everything before it was changed, and one that starts afterwards.
    const old = ledgerOn(deps.store, clock);
    const before = await old.load(incident);
    await change(2, (body) => body.replace("command-1", "command-x"));
    const begun = await beginEpoch(wish(), deps);
    expect(begun.kind).toBe("begun");

    for (const ledger of [old, ledgerOn(deps.store, clock)]) {
      const state = await ledger.load(incident);
      expect(state).toMatchObject({ epoch: 2, status: "open", seq: last + 1, openedAt: before.openedAt });
      expect(state.channel).toBe(before.channel);
      expect(state.commander).toBe(before.commander);
      expect(state.public).toMatchObject({ targetId: before.public?.targetId, title: before.public?.title });
      expect(state.drafts.size).toBe(0);
      expect([...state.commands.keys()]).toEqual(["epoch:2"]);
    }
    await append(old, incident, "after", { type: "NudgeIssued", n: 1, reason: "a first fact of the new epoch" });
    expect((await ledgerOn(deps.store, clock).loadAfresh(incident)).seq).toBe(last + 2);
  });

  test("keeps words where they are: what was sealed stays so, and is read by whoever could read it before", async () => {
    const before = await ledgerOn(deps.store, clock).load(incident);
    await change(3, (body) => body.replace("command-2", "command-x"));
    await beginEpoch(wish(), deps);
    const { responders, opened } = await ledgerOn(deps.store, clock).load(incident);
    expect({ responders, opened }).toEqual({ responders: before.responders, opened: before.opened });
    const [name = ""] = before.responders?.people.map((one) => one.name) ?? [];
    expect(name).not.toBe("");
    expect((await deps.store.newest(incident))?.body).not.toContain(`"${name}"`);
  });

  test("stays broken for ever in its old epoch, and the new one is judged by itself", async () => {
    await change(2, (body) => body.replace("command-1", "command-x"));
    const broken = (await walked()).findings;
    await beginEpoch(wish(), deps);
    expect(await walked()).toMatchObject({ findings: [], settled: broken, head: { epoch: 2 } });
    // What nobody has answered counts, in the old epoch as in the new one.
    await change(3, (body) => body.replace("command-2", "command-y"));
    expect((await walked()).findings.map(({ seq }) => seq)).toEqual(expect.arrayContaining([3]));
    expect((await walked()).settled).toEqual(broken);
  });

  test("is covered by the log again, from its new epoch on", async () => {
    await change(2, (body) => body.replace("command-1", "command-x"));
    await beginEpoch(wish(), deps);
    const signer = createCheckpointSigner({ log, streams: deps.streams, key: KEY, clock, logger: silentLogger });
    expect((await signer.coverAll([incident])).refused).toEqual([]);
    expect(await walked()).toMatchObject({ findings: [], uncovered: 0 });
  });

  test("keeps who began it, why, what was found and what was the last that held", async () => {
    await change(2, (body) => body.replace("command-1", "command-x"));
    const items = await deps.store.read(incident, 0);
    await beginEpoch(wish(), deps);
    const opened = JSON.parse((await deps.store.newest(incident))?.body ?? "{}");
    expect(opened).toMatchObject({ epoch: 2, actor: { kind: "human", id: "Riley Q", basis: "operator" } });
    expect(opened.events[0]).toMatchObject({
      type: "EpochOpened",
      reason: "somebody edited entry 2 by hand",
      lastGood: { seq: 1, hash: items[0]?.hash },
      headAsFound: { seq: items.length },
      findings: expect.arrayContaining([{ epoch: 1, seq: 2, code: "hash-mismatch", layer: "C" }]),
    });
    const system = JSON.parse((await deps.store.newest("_system"))?.body ?? "{}");
    expect(system.events).toEqual([
      { type: "EpochDecided", incident, epoch: 2, by: "Riley Q", reason: "somebody edited entry 2 by hand" },
    ]);
  });

  test("begins behind what the log covers when its end was cut off", async () => {
    const items = await deps.store.read(incident, 0);
    const cut = {
      ...deps.store,
      read: async (of: string, after: number) => (await deps.store.read(of, after)).slice(0, -2),
    };
    const streams = {
      ...deps.streams,
      async *items(of: string, after?: number) {
        for await (const item of deps.streams.items(of, after))
          if (Number(item.sk?.slice(2)) <= items.length - 2) yield item;
      },
    };
    const shown = await beginEpoch(wish(false), { ...deps, store: cut, streams });
    expect(shown.said.join("\n")).toContain(`begins at entry ${items.length + 1}`);
  });

  test("is only looked at without a confirmation, and left alone where it holds", async () => {
    const before = await deps.store.read(incident, 0);
    expect(await beginEpoch(wish(), deps)).toMatchObject({ kind: "refused", said: [expect.stringContaining("holds")] });
    await change(2, (body) => body.replace("command-1", "command-x"));
    expect((await beginEpoch(wish(false), deps)).kind).toBe("shown");
    expect(await deps.store.read(incident, 0)).toHaveLength(before.length);
  });

  test("is refused when somebody writes to it at the very moment", async () => {
    await change(2, (body) => body.replace("command-1", "command-x"));
    const store = {
      ...deps.store,
      put: async (item: StoredEntry) => {
        await deps.store.put({ ...item, body: `${item.body} ` });
        return deps.store.put(item);
      },
    };
    expect(await beginEpoch(wish(), { ...deps, store })).toEqual({
      kind: "refused",
      said: [expect.stringContaining("somebody wrote to this record meanwhile")],
    });
  });

  test("is said not to hold when it was changed again while it was begun, and is not built upon", async () => {
    await change(2, (body) => body.replace("command-1", "command-x"));
    const store = {
      ...deps.store,
      put: async (item: StoredEntry) => {
        await change(4, (body) => body.replace("command-3", "command-y"));
        return deps.store.put(item);
      },
    };
    const begun = await beginEpoch(wish(), { ...deps, store });
    expect(begun.said.at(-1)).toMatch(/does not hold either: 4 hash-mismatch/);
    expect(await deps.records.mark(incident)).not.toHaveProperty("watermark");
    expect(await deps.records.brokenOf(incident)).toMatchObject({ findings: [{ seq: 4, code: "hash-mismatch" }] });
  });

  test("names what is carried over: as much as there is, and what was found without drowning in it", async () => {
    incident = freshIncident();
    const ledger = ledgerOn(deps.store, clock);
    await append(ledger, incident, "opened", opened());
    for (let n = 1; n <= 12; n += 1) await append(ledger, incident, `nudge-${n}`, nudge(n));
    for (let seq = 2; seq <= 13; seq += 1) await change(seq, (body) => body.replace("reminder", "warning"));
    const { said } = await beginEpoch(wish(false), deps);
    expect(said.filter((line) => line.startsWith("does not hold: entry"))).toHaveLength(10);
    expect(said).toContainEqual(expect.stringMatching(/^and \d+ more$/));
    expect(said).toContainEqual(expect.stringContaining("room none, commander nobody"));
    expect(said).toContain("nothing is public");
  });

  test.each([
    [
      "was archived: it is kept as it is",
      () => append(ledgerOn(deps.store, clock), incident, "z", ...archiving),
      /is archived/,
    ],
    ["was changed where it says what it is", () => change(1, () => "not an entry"), /declare a new incident instead/],
  ])("is not begun anew when it %s", async (_, before, why) => {
    await before();
    await change(3, (body) => body.replace("command-2", "command-x"));
    expect(await beginEpoch(wish(), deps)).toEqual({ kind: "refused", said: [expect.stringMatching(why)] });
  });

  test("is begun anew also where an entry cannot even be checked", async () => {
    const event = { type: "DraftProposed", draftId: { toString: 1 } };
    await change(3, (body) => canonicalText({ ...JSON.parse(body), events: [event] }));
    const { said } = await beginEpoch(wish(false), deps);
    expect(said[0]).toBe("does not hold: entry ? (check-failed)");
  });

  test("may be the product's own, which carries nothing over", async () => {
    incident = "_system";
    const actor = { kind: "system", id: "reader:a", basis: "audit:read" } as const;
    for (const at of ["one", "two"])
      await deps.system.record(actor, {
        type: "AuditRead",
        reader: at,
        what: "controls",
        incident: null,
        mode: null,
        outcome: "ok",
      });
    await change(1, (body) => body.replace('"at":"20', '"at":"19'));
    const { kind, said } = await beginEpoch(wish(), deps);
    expect({ kind, last: said.at(-1) }).toEqual({ kind: "begun", last: expect.stringMatching(/^Done\./) });
    expect(said.join()).not.toMatch(/carried over/);
    const { events } = JSON.parse((await deps.store.newest("_system"))?.body ?? "{}");
    expect(events.map(({ type }: { type: string }) => type)).toEqual(["EpochOpened"]);
  });

  test("from then on two people must approve what customers read", async () => {
    await change(2, (body) => body.replace("command-1", "command-x"));
    const before = await ledgerOn(deps.store, clock)
      .load(incident)
      .catch(() => undefined);
    expect(before).toBeUndefined();
    await beginEpoch(wish(), deps);
    const state = await ledgerOn(deps.store, clock).load(incident);
    expect(effectivePolicy(state, {} as Draft, "off")).toBe("two-person");
  });
});

describe("the operator's command", () => {
  let directory: string;
  let bucket: Awaited<ReturnType<typeof startBucket>>;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "open-epoch-"));
    bucket = await startBucket();
    const files = createDirectoryLog(directory);
    for (const [key, text] of log.objects) {
      await files.putOnce(key, text);
      bucket.objects.set(key, text);
    }
    await change(2, (body) => body.replace("command-1", "command-x"));
  });
  afterEach(async () => {
    await bucket.close();
    await rm(directory, { recursive: true });
  });

  const TYPED = ["--by", "Riley Q", "--reason", "somebody edited entry 2 by hand"];
  const stores = () => ({ AWS_REGION: "eu-north-1", LEDGER_TABLE, INDEX_TABLE, DYNAMODB_ENDPOINT: local.url });
  async function typed(args: string[], environment: Record<string, string>) {
    const said = screen();
    const code = await runOpenEpoch(args, environment, { output: said, clock, random: systemRandom });
    return { code, out: said.out(), err: said.err() };
  }

  test("shows what it would do, does it when it is confirmed, and does nothing where the record holds", async () => {
    const where = { ...stores(), CHECKPOINT_DIR: directory };
    const args = ["--incident", incident, ...TYPED];
    expect(await typed(args, where)).toMatchObject({ code: 0, out: expect.stringMatching(/Nothing was done/) });
    expect(await typed([...args, "--confirm"], where)).toMatchObject({ code: 0, out: expect.stringMatching(/Done\./) });
    expect((await walked()).findings).toEqual([]);
    expect(await typed([...args, "--confirm"], where)).toMatchObject({ code: 1, out: expect.stringMatching(/holds/) });
  });

  test("asks a log in a bucket how far it reaches", async () => {
    const last = (await deps.store.read(incident, 0)).at(-1);
    if (!last) throw new Error("there is no entry");
    const { pk, sk } = last;
    await local.client.send(new DeleteItemCommand({ TableName: LEDGER_TABLE, Key: { pk: { S: pk }, sk: { S: sk } } }));
    const where = { ...stores(), CHECKPOINT_BUCKET: BUCKET, S3_ENDPOINT: bucket.url };
    const { code, out } = await typed(["--incident", incident, ...TYPED], where);
    expect(code).toBe(0);
    expect(out).toMatch(/\(head-missing\)/);
    expect(out).toContain(`begins at entry ${Number(sk.slice(2)) + 1}`);
  });

  test("says that it does not know what became of it when a store does not answer", async () => {
    const where = { ...stores(), DYNAMODB_ENDPOINT: NOWHERE, CHECKPOINT_DIR: directory };
    expect(await typed(["--incident", incident, ...TYPED, "--confirm"], where)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/It is not known whether the epoch was begun/),
    });
  });

  test("names everything that is missing or wrong at once, and how it is typed", async () => {
    const { code, err } = await typed(["--incident", "../etc", "--reason", "oops"], {});
    expect(code).toBe(2);
    for (const what of ["incident: is no incident id", "by: ", "reason: is shorter", "AWS_REGION: ", "LEDGER_TABLE: "])
      expect(err).toContain(what);
    expect(err).toMatch(/--incident INC-…/);
  });

  test.each([
    ["no log", {}],
    ["two logs", { CHECKPOINT_DIR: "/tmp/a", CHECKPOINT_BUCKET: BUCKET }],
  ])("refuses %s: what it covers decides where the epoch begins", async (_, more: Record<string, string>) => {
    expect(await typed(["--incident", incident, ...TYPED], { ...stores(), ...more })).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^set one of CHECKPOINT_BUCKET and CHECKPOINT_DIR/),
    });
  });

  test("refuses a log in what is no bucket", async () => {
    const where = { ...stores(), CHECKPOINT_BUCKET: "Audit_Bucket" };
    expect(await typed(["--incident", incident, ...TYPED], where)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/names no bucket/),
    });
  });

  test("refuses what it does not understand", async () => {
    expect(await typed(["--force"], stores())).toMatchObject({ code: 2, err: expect.stringMatching(/--force/) });
  });
});
