import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createCheckpointSigner } from "../../../bridge/audit/checkpoint-signer.ts";
import { beginEpoch } from "../../../bridge/audit/open-epoch/begin.ts";
import { checkLog } from "../../../bridge/audit/proof/check-log.ts";
import { createStoredStreams } from "../../../bridge/audit/stored-streams.ts";
import { createAuditRecords } from "../../../bridge/audit/watch/audit-records.ts";
import { walkIncident } from "../../../bridge/audit/watch/walk-incident.ts";
import { effectivePolicy } from "../../../bridge/incident/decide/approve.ts";
import type { Draft } from "../../../bridge/incident/state.ts";
import { createIndexTable } from "../../../bridge/index-table/index-table.ts";
import { createLedgerStore, type LedgerStore, type NewestEntry } from "../../../bridge/ledger/ledger-store.ts";
import { createSystemStream } from "../../../bridge/ledger/system-stream.ts";
import { silentLogger } from "../../../bridge/platform/logger.ts";
import { systemRandom } from "../../../bridge/platform/random.ts";
import { memoryLog, testKey } from "../../support/audit.ts";
import { INDEX_TABLE, LEDGER_TABLE, type LocalStore, startDynalite } from "../../support/dynalite.ts";
import { published } from "../../support/incident-events.ts";
import { append, BRIDGE, freshIncident, ledgerOn } from "../../support/ledgers.ts";
import { woundClock } from "../../support/wound-clock.ts";

let local: LocalStore;
beforeAll(async () => {
  local = await startDynalite();
});
afterAll(() => local[Symbol.asyncDispose]());

const KEY = testKey();
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
