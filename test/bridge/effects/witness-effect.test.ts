import { afterEach, beforeEach, expect, test } from "vitest";
import { createCheckpointSigner } from "../../../bridge/audit/checkpoint-signer.ts";
import { checkLog } from "../../../bridge/audit/proof/check-log.ts";
import type { LogStore } from "../../../bridge/audit/proof/log-store.ts";
import { createStoredStreams } from "../../../bridge/audit/stored-streams.ts";
import type { EffectHandlers } from "../../../bridge/effects/effect-handlers.ts";
import { runEffects } from "../../../bridge/effects/run-effects.ts";
import { witnessEffect } from "../../../bridge/effects/witness-effect.ts";
import { createIndexTable } from "../../../bridge/index-table/index-table.ts";
import { createLeases } from "../../../bridge/index-table/leases.ts";
import { silentLogger } from "../../../bridge/platform/logger.ts";
import { memoryLog, testKey } from "../../support/audit.ts";
import { INDEX_TABLE, LEDGER_TABLE, type LocalStore, startDynalite } from "../../support/dynalite.ts";
import { INCIDENT, published, resolved } from "../../support/incident-events.ts";
import { append, ledgerOn, storedEntries, storeOf } from "../../support/ledgers.ts";
import { TIMING, viewWorld } from "../../support/view-world.ts";
import { woundClock } from "../../support/wound-clock.ts";

let local: LocalStore;
beforeEach(async () => {
  local = await startDynalite();
});
afterEach(() => local[Symbol.asyncDispose]());

/** One bridge with a log that can be away. Whatever else the incident owes is somebody else's test. */
function bridge() {
  const clock = woundClock();
  const memory = memoryLog();
  const state = { away: false };
  const log: LogStore = {
    ...memory,
    list: async (...args) => {
      if (state.away) throw new Error("the log is away");
      return memory.list(...args);
    },
  };
  const ledger = ledgerOn(storeOf(local.client), clock);
  const streams = createStoredStreams({ dynamo: local.client, table: LEDGER_TABLE });
  const signer = createCheckpointSigner({ log, streams, key: testKey(), clock, logger: silentLogger });
  const later = async () => ({ later: 3_600_000 });
  const handlers = new Proxy({ witness: witnessEffect({ ledger, signer }) } as unknown as EffectHandlers, {
    get: (known, kind) => Reflect.get(known, kind) ?? later,
  });
  const leases = createLeases({ index: createIndexTable({ dynamo: local.client, table: INDEX_TABLE }), clock });
  const run = () =>
    runEffects(INCIDENT, {
      ...{ ledger, leases, handlers, clock },
      world: viewWorld(),
      timing: { ...TIMING, witness: true },
      log: silentLogger,
      owner: "one",
      leaseMs: 30_000,
    });
  const witnesses = async () =>
    (await storedEntries(storeOf(local.client), INCIDENT)).flatMap(({ seq, events }) =>
      events.flatMap((event) => (event.type === "CheckpointWitnessed" ? [{ at: seq, ...event }] : [])),
    );
  const coveredUpTo = async () =>
    (await checkLog(memory, { keys: [testKey().verifier] })).heads.get(INCIDENT)?.at(-1)?.seq;
  return { clock, state, ledger, run, witnesses, coveredUpTo };
}

test.each([
  ["a publication", published()],
  ["the end of an incident", [...published(), resolved()]],
])("%s is witnessed only by a checkpoint that covers the entry of it", async (_, story) => {
  const { ledger, run, witnesses, coveredUpTo } = bridge();
  for (const [n, event] of story.entries()) await append(ledger, INCIDENT, `story-${n}`, event);
  const happenedAt = (await ledger.load(INCIDENT)).seq;
  await run();
  const told = await witnesses();
  expect(told.length).toBeGreaterThan(0);
  for (const { at } of told) expect(at).toBeGreaterThan(happenedAt);
  expect(await coveredUpTo()).toBeGreaterThanOrEqual(happenedAt);
});

test("a log that is away undoes nothing: what happened stays, says nothing of a witness, and is covered once the log is back", async () => {
  const { clock, state, ledger, run, witnesses, coveredUpTo } = bridge();
  for (const [n, event] of published().entries()) await append(ledger, INCIDENT, `story-${n}`, event);
  const before = await ledger.load(INCIDENT);
  state.away = true;
  for (let tries = 0; tries < 3; tries += 1) {
    const again = await run();
    expect(again).toBeLessThanOrEqual(clock.now() + 60_000);
    clock.advance(60_000);
  }
  expect((await ledger.load(INCIDENT)).seq).toBe(before.seq);
  expect((await ledger.load(INCIDENT)).public).toBeDefined();
  expect(await witnesses()).toEqual([]);
  state.away = false;
  await run();
  expect(await witnesses()).toMatchObject([{ draftId: expect.any(String) }]);
  expect(await coveredUpTo()).toBeGreaterThanOrEqual(before.seq);
});
