import { PutItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { IncidentEvent } from "../../../bridge/incident/events.ts";
import type { Incident } from "../../../bridge/incident/state.ts";
import { NotCanonicalError } from "../../../bridge/ledger/canonical.ts";
import { bodyHash } from "../../../bridge/ledger/entry.ts";
import { AppendTimeoutError, BrokenChainError, type Ledger } from "../../../bridge/ledger/ledger.ts";
import type { LedgerStore } from "../../../bridge/ledger/ledger-store.ts";
import { systemClock } from "../../../bridge/platform/clock.ts";
import { nudge } from "../../support/audit.ts";
import { LEDGER_TABLE, type LocalStore, startDynalite } from "../../support/dynalite.ts";
import { holdsAsync } from "../../support/holds.ts";
import { alert, commandTaken, opened, PEOPLE } from "../../support/incident-events.ts";
import {
  append,
  BRIDGE,
  freshIncident,
  ledgerOn,
  memoryStore,
  storedEntries,
  storeFailure,
  storeOf,
} from "../../support/ledgers.ts";
import { woundClock } from "../../support/wound-clock.ts";

let local: LocalStore;
let store: LedgerStore;
beforeAll(async () => {
  local = await startDynalite();
  store = storeOf(local.client);
});
afterAll(() => local[Symbol.asyncDispose]());

const fired = (key: string): IncidentEvent => alert({ dedupeKey: key });
/** Attaches one alert unless the state has it: a decision that depends on what was there before. */
const attach = (key: string) => (state: Incident) =>
  state.alerts.dedupeKeys.has(key)
    ? ({ kind: "refused", refusal: "known" } as const)
    : ({ kind: "happened", events: [fired(key)] } as const);

/** Changes what is stored, as only somebody with write access to the table can. */
async function tamper(incident: string, seq: number, change: (body: string) => string, keepHash = false) {
  const [item] = (await store.read(incident, seq - 1)).slice(0, 1);
  if (!item) throw new Error(`no entry ${seq}`);
  const body = change(item.body);
  await local.client.send(
    new UpdateItemCommand({
      TableName: LEDGER_TABLE,
      Key: { pk: { S: item.pk }, sk: { S: item.sk } },
      UpdateExpression: "SET body = :body, #h = :hash",
      ExpressionAttributeNames: { "#h": "hash" },
      ExpressionAttributeValues: { ":body": { S: body }, ":hash": { S: keepHash ? item.hash : bodyHash(body) } },
    }),
  );
}

describe("an append", () => {
  test("is one entry, linked to the one before, and the state holds it", async () => {
    const incident = freshIncident();
    const ledger = ledgerOn(store, woundClock());
    const first = await append(ledger, incident, "one", opened(), fired("a"));
    const second = await append(ledger, incident, "two", fired("b"));
    expect(first).toMatchObject({ kind: "happened", seq: 1, repeated: false });
    expect(second).toMatchObject({ kind: "happened", seq: 2, repeated: false, state: { seq: 2, status: "open" } });
    const entries = await storedEntries(store, incident);
    expect(entries.map(({ commandId, events }) => [commandId, events.length])).toEqual([
      ["one", 2],
      ["two", 1],
    ]);
  });

  test("of a command that was there before appends nothing and answers what it made happen then", async () => {
    const incident = freshIncident();
    const clock = woundClock();
    const first = await append(ledgerOn(store, clock), incident, "one", opened());
    for (const ledger of [ledgerOn(store, clock), ledgerOn(store, clock)]) {
      const again = await ledger.execute(incident, { commandId: "one", actor: BRIDGE }, () => {
        throw new Error("a repeated command is not decided again");
      });
      expect(again).toMatchObject({ kind: "happened", seq: 1, repeated: true });
      expect(again.kind === "happened" && again.events).toEqual(first.kind === "happened" && first.events);
    }
    expect(await storedEntries(store, incident)).toHaveLength(1);
  });

  test("that is refused, or changes nothing, writes nothing", async () => {
    const incident = freshIncident();
    const ledger = ledgerOn(store, woundClock());
    await append(ledger, incident, "one", opened());
    const refused = await ledger.execute(incident, { commandId: "two", actor: BRIDGE }, () => ({
      kind: "refused",
      refusal: "no",
    }));
    const nothing = await append(ledger, incident, "three");
    expect(refused).toMatchObject({ kind: "refused", refusal: "no", state: { seq: 1 } });
    expect(nothing).toMatchObject({ kind: "happened", events: [], seq: 1, repeated: false });
    expect(await storedEntries(store, incident)).toHaveLength(1);
  });

  test("of what has no canonical form is refused at once and leaves no trace", async () => {
    const incident = freshIncident();
    const ledger = ledgerOn(store, woundClock());
    await expect(append(ledger, incident, "one", opened({ title: "e\u0301" }))).rejects.toThrow(NotCanonicalError);
    expect(await store.read(incident, 0)).toEqual([]);
    await append(ledger, incident, "one", opened());
    expect(await storedEntries(store, incident)).toHaveLength(1);
  });

  test("is told to whoever waits for it, once and in order", async () => {
    const incident = freshIncident();
    const told: number[] = [];
    const ledger = ledgerOn(store, woundClock(), { onAppend: (state) => told.push(state.seq) });
    await Promise.all([1, 2, 3, 4].map((n) => append(ledger, incident, `c${n}`, fired(`k${n}`))));
    await append(ledger, incident, "c4", fired("k4"));
    expect(told).toEqual([1, 2, 3, 4]);
  });

  test("never carries a time before the newest entry's, whatever this machine's clock says", async () => {
    const incident = freshIncident();
    const ahead = woundClock(Date.parse("2026-11-21T10:00:00.000Z"));
    const behind = woundClock(Date.parse("2026-11-21T09:00:00.000Z"));
    await append(ledgerOn(store, ahead), incident, "one", opened());
    const seen: number[] = [];
    await ledgerOn(store, behind).execute(incident, { commandId: "two", actor: BRIDGE }, (_state, now) => {
      seen.push(now);
      return { kind: "happened", events: [fired("a")] };
    });
    expect((await storedEntries(store, incident)).map(({ at }) => at)).toEqual([
      "2026-11-21T10:00:00.000Z",
      "2026-11-21T10:00:00.000Z",
    ]);
    // The decision was made on the same time that was written down.
    expect(seen.at(-1)).toBe(Date.parse("2026-11-21T10:00:00.000Z"));
  });
});

describe("a writer whose clock is behind", () => {
  const NOON = Date.parse("2026-11-21T12:00:00.000Z");
  const skews = async (incident: string) =>
    (await storedEntries(store, incident)).map(({ events }) =>
      events.flatMap((event) => (event.type === "ClockSkewSeen" ? [event.skewMs] : [])),
    );

  test("says by how much, in the entry that keeps the time of the one before, once an hour an incident", async () => {
    const incident = freshIncident();
    const ahead = woundClock(NOON);
    const behind = woundClock(NOON - 6_000);
    const told: number[] = [];
    const late = ledgerOn(store, behind, { onSkew: (ms) => told.push(ms) });
    await append(ledgerOn(store, ahead), incident, "one", opened());
    const outcome = await append(late, incident, "two", fired("a"));
    expect(outcome).toMatchObject({ events: [{ type: "AlertAttached" }, { type: "ClockSkewSeen", skewMs: 6_000 }] });
    await append(late, incident, "three", fired("b"));
    ahead.advance(3_600_000);
    behind.advance(3_600_000);
    await append(ledgerOn(store, ahead), incident, "four", fired("c"));
    await late.load(incident);
    await append(late, incident, "five", fired("d"));
    expect(await skews(incident)).toEqual([[], [6_000], [], [], [6_000]]);
    expect(told).toEqual([6_000, 6_000, 6_000]);
    expect(await append(late, incident, "two")).toMatchObject({ repeated: true, events: [{}, { skewMs: 6_000 }] });
  });

  test("by no more than machines in step differ says nothing, and a full entry has no room for it", async () => {
    const incident = freshIncident();
    const told: number[] = [];
    const at = (ms: number) => ledgerOn(store, woundClock(NOON + ms), { onSkew: (behindMs) => told.push(behindMs) });
    await append(at(0), incident, "one", opened());
    await append(at(-5_000), incident, "two", fired("a"));
    const full = Array.from({ length: 100 }, (_, n) => nudge(n));
    await append(at(-60_000), incident, "three", ...full);
    await append(at(1_000), incident, "four", fired("b"));
    expect(await skews(incident)).toEqual([[], [], [], []]);
    expect(told).toEqual([0, 5_000, 60_000, 0]);
  });
});

describe("many writers", () => {
  test("16 at once over two replicas lose nothing, fork nothing and repeat nothing", async () => {
    const incident = freshIncident();
    const replicas = [ledgerOn(store, systemClock), ledgerOn(store, systemClock)];
    const keys = Array.from({ length: 160 }, (_, index) => `key-${index}`);
    const writers = Array.from({ length: 16 }, (_, writer) => keys.filter((_, index) => index % 16 === writer));
    await Promise.all(
      writers.map(async (mine, writer) => {
        for (const key of mine)
          await replicas[writer % 2]?.execute(incident, { commandId: key, actor: BRIDGE }, attach(key));
      }),
    );
    const entries = await storedEntries(store, incident);
    expect(entries).toHaveLength(160);
    const attached = entries.flatMap(({ events }) =>
      events.flatMap((e) => (e.type === "AlertAttached" ? [e.dedupeKey] : [])),
    );
    expect([...attached].sort()).toEqual([...keys].sort());
    expect((await replicas[0]?.load(incident))?.alerts.dedupeKeys.size).toBe(160);
  });

  test("of one command on two replicas make it happen once, and both hear the same", async () => {
    const incident = freshIncident();
    const replicas = [ledgerOn(store, systemClock), ledgerOn(store, systemClock)];
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        replicas[n % 2]?.execute(incident, { commandId: "same", actor: BRIDGE }, attach(`key-${n}`)),
      ),
    );
    const entries = await storedEntries(store, incident);
    expect(entries).toHaveLength(1);
    for (const outcome of outcomes)
      expect(outcome).toMatchObject({ kind: "happened", seq: 1, events: entries[0]?.events });
    expect(outcomes.filter((one) => one?.kind === "happened" && !one.repeated)).toHaveLength(1);
  });

  test("who lost the race waits before trying again, longer each time", async () => {
    const incident = freshIncident();
    const waits: number[] = [];
    let rivals = 0;
    const rival = memoryStore();
    const contested: LedgerStore = {
      ...rival,
      put: async (item) => {
        rivals += 1;
        if (rivals <= 4) await append(ledgerOn(rival, woundClock()), incident, `rival-${rivals}`, fired(`r${rivals}`));
        return rival.put(item);
      },
    };
    const ledger = ledgerOn(contested, woundClock(), {
      sleep: async (ms) => void waits.push(ms),
      random: { code: () => "", uuid: () => "", fraction: () => 1 },
    });
    await append(ledger, incident, "mine", fired("mine"));
    expect(waits).toEqual([10, 20, 40, 80]);
    expect((await storedEntries(rival, incident)).map(({ commandId }) => commandId).at(-1)).toBe("mine");
  });

  test("decide on what is stored: a memory left behind never refuses wrongly and never repeats", async () => {
    const incident = freshIncident();
    const [ours, theirs] = [ledgerOn(store, systemClock), ledgerOn(store, systemClock)];
    await append(ours, incident, "open", opened(), commandTaken(PEOPLE.sam));
    // The other replica moves on; ours remembers sam as commander.
    await append(theirs, incident, "hand-over", commandTaken(PEOPLE.alex));
    const onlyAlex = (state: Incident) =>
      state.commander === PEOPLE.alex
        ? ({ kind: "happened", events: [fired("by alex")] } as const)
        : ({ kind: "refused", refusal: `commander is ${state.commander}` } as const);
    expect(await ours.execute(incident, { commandId: "act", actor: BRIDGE }, onlyAlex)).toMatchObject({
      kind: "happened",
    });
    await append(theirs, incident, "again", fired("b"));
    const known = await ours.execute(incident, { commandId: "b2", actor: BRIDGE }, attach("b"));
    expect(known).toMatchObject({ kind: "refused", refusal: "known" });
    expect(await append(ours, incident, "again", fired("b"))).toMatchObject({ repeated: true, seq: 4 });
  });

  test("interleave in any way and every command ends up in the stream once", async () => {
    await holdsAsync(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 2, max: 4 }), async (scheduler, count) => {
        const incident = freshIncident();
        const memory = memoryStore();
        const scheduled: LedgerStore = {
          put: scheduler.scheduleFunction(memory.put),
          read: scheduler.scheduleFunction(memory.read),
        };
        const clock = woundClock();
        const replicas: Ledger[] = [0, 1].map(() => ledgerOn(scheduled, clock, { sleep: async () => {} }));
        const all = Array.from({ length: count * 2 }, (_, n) =>
          replicas[n % 2]?.execute(incident, { commandId: `c${n % count}`, actor: BRIDGE }, attach(`k${n % count}`)),
        );
        await scheduler.waitFor(Promise.all(all));
        const entries = await storedEntries(memory, incident);
        expect(entries.map(({ commandId }) => commandId).sort()).toEqual(
          Array.from({ length: count }, (_, n) => `c${n}`),
        );
      }),
      { runs: 60 },
    );
  });
});

describe("a store that fails", () => {
  test("after it has acted: the lost reply of a put appends once and is told once", async () => {
    const incident = freshIncident();
    const told: string[] = [];
    let puts = 0;
    const losing: LedgerStore = {
      ...store,
      put: async (item) => {
        const result = await store.put(item);
        puts += 1;
        if (puts === 1) throw storeFailure();
        return result;
      },
    };
    const ledger = ledgerOn(losing, woundClock(), {
      onAppend: (_state, events) => told.push(...events.map(({ type }) => type)),
    });
    const outcome = await append(ledger, incident, "one", opened());
    expect(outcome).toMatchObject({ kind: "happened", seq: 1, events: [{ type: "IncidentOpened" }] });
    expect(told).toEqual(["IncidentOpened"]);
    expect(await storedEntries(store, incident)).toHaveLength(1);
  });

  test("after it has acted, where its client repeats the put by itself: the condition fails on our own entry", async () => {
    const incident = freshIncident();
    const repeating: LedgerStore = {
      ...store,
      put: async (item) => {
        await store.put(item);
        return store.put(item);
      },
    };
    const outcome = await append(ledgerOn(repeating, woundClock()), incident, "one", opened());
    expect(outcome).toMatchObject({ kind: "happened", seq: 1, repeated: false });
    expect(await storedEntries(store, incident)).toHaveLength(1);
  });

  test("before it has acted: the next round appends", async () => {
    const incident = freshIncident();
    let calls = 0;
    const failing: LedgerStore = {
      read: async (...args) => {
        calls += 1;
        if (calls === 1) throw storeFailure("ETIMEDOUT");
        return store.read(...args);
      },
      put: async (item) => {
        calls += 1;
        if (calls === 3) throw storeFailure();
        return store.put(item);
      },
    };
    expect(await append(ledgerOn(failing, woundClock()), incident, "one", opened())).toMatchObject({ seq: 1 });
    expect(await storedEntries(store, incident)).toHaveLength(1);
  });

  test("for good: the budget ends it with an error that says what to do, and repeating is safe", async () => {
    const incident = freshIncident();
    const clock = woundClock();
    const failing: LedgerStore = { ...store, put: () => Promise.reject(storeFailure()) };
    const ledger = ledgerOn(failing, clock, {
      sleep: async (ms) => clock.advance(ms),
      random: { code: () => "", uuid: () => "", fraction: () => 0.5 },
    });
    const before = clock.monotonic();
    const outcome = ledger.execute(incident, { commandId: "one", actor: BRIDGE }, attach("a"), { budgetMs: 2_000 });
    await expect(outcome).rejects.toThrow(AppendTimeoutError);
    await expect(outcome).rejects.toThrow(/send the same command again/);
    await expect(outcome).rejects.toMatchObject({ cause: { code: "ECONNRESET" } });
    // The last wait may begin just inside the budget: at most one back-off longer.
    expect(clock.monotonic() - before).toBeLessThanOrEqual(2_250);
    expect(await append(ledgerOn(store, clock), incident, "one", opened())).toMatchObject({ seq: 1, repeated: false });
  });

  test("by a mistake of ours is not tried again", async () => {
    let puts = 0;
    const broken: LedgerStore = {
      ...store,
      put: () => {
        puts += 1;
        throw new TypeError("undefined is not a function");
      },
    };
    await expect(append(ledgerOn(broken, woundClock()), freshIncident(), "one", opened())).rejects.toThrow(TypeError);
    expect(puts).toBe(1);
  });

  test("one waiting command does not hold up the next after it has failed", async () => {
    const incident = freshIncident();
    const ledger = ledgerOn(store, woundClock());
    const failing = ledger.execute(incident, { commandId: "one", actor: BRIDGE }, () => {
      throw new Error("decide failed");
    });
    const next = append(ledger, incident, "two", opened());
    await expect(failing).rejects.toThrow("decide failed");
    expect(await next).toMatchObject({ kind: "happened", seq: 1 });
  });
});

describe("a stream that does not verify", () => {
  const broken = async (seq: number, change: (body: string) => string, keepHash = false) => {
    const incident = freshIncident();
    const ledger = ledgerOn(store, woundClock());
    await append(ledger, incident, "one", opened());
    await append(ledger, incident, "two", fired("a"));
    await append(ledger, incident, "three", fired("b"));
    await tamper(incident, seq, change, keepHash);
    return incident;
  };

  test.each([
    ["in its tail", 3, "hash-mismatch"],
    ["in its middle", 2, "hash-mismatch"],
    ["at its beginning", 1, "hash-mismatch"],
  ] as const)("%s refuses loads and appends, and nothing is appended", async (_where, seq, fault) => {
    const incident = await broken(seq, (body) => body.replace("IW4K", "IX4K"), true);
    const ledger = ledgerOn(store, woundClock());
    await expect(ledger.load(incident)).rejects.toThrow(BrokenChainError);
    await expect(ledger.entries(incident)).rejects.toThrow(BrokenChainError);
    await expect(append(ledger, incident, "four", fired("c"))).rejects.toMatchObject({
      name: "BrokenChainError",
      finding: { seq, fault },
    });
    expect(await store.read(incident, 0)).toHaveLength(3);
  });

  test("by what verification has found refuses everything, however well it holds here", async () => {
    const incident = freshIncident();
    await append(ledgerOn(store, woundClock()), incident, "one", opened());
    for (const seq of [1, null]) {
      const ledger = ledgerOn(store, woundClock(), { standing: () => ({ seq, code: "watermark-mismatch" }) });
      const refusal = { name: "BrokenChainError", finding: { seq: seq ?? 0, fault: "watermark-mismatch" } };
      await expect(ledger.load(incident)).rejects.toMatchObject(refusal);
      await expect(ledger.loadAfresh(incident)).rejects.toMatchObject(refusal);
      await expect(ledger.snapshotAfresh(incident)).rejects.toMatchObject(refusal);
      await expect(ledger.recall(incident)).rejects.toMatchObject(refusal);
      await expect(append(ledger, incident, "two", fired("a"))).rejects.toMatchObject(refusal);
    }
    expect(await store.read(incident, 0)).toHaveLength(1);
  });

  test("because somebody wrote behind it refuses the append of a replica that remembers the good part", async () => {
    const incident = freshIncident();
    const ledger = ledgerOn(store, woundClock());
    await append(ledger, incident, "one", opened());
    const [item] = await store.read(incident, 0);
    if (!item) throw new Error("nothing was appended");
    await store.put({ ...item, sk: "E#000000000002" });
    await expect(append(ledger, incident, "two", fired("a"))).rejects.toThrow(BrokenChainError);
    expect(await store.read(incident, 0)).toHaveLength(2);
  });

  test("is forgotten once a walk from the first entry has found it: nothing more is built on what was remembered", async () => {
    const incident = freshIncident();
    const ledger = ledgerOn(store, woundClock());
    await append(ledger, incident, "one", opened());
    await append(ledger, incident, "two", fired("a"));
    await tamper(incident, 1, (body) => body.replace("IW4K", "IX4K"));
    await expect(ledger.loadAfresh(incident)).rejects.toThrow(BrokenChainError);
    await expect(append(ledger, incident, "three", fired("b"))).rejects.toThrow(BrokenChainError);
    expect(await store.read(incident, 0)).toHaveLength(2);
  });

  test.each<[string, Record<string, { S: string } | { N: string }>, string]>([
    ["holds an attribute too many", { ttl: { N: "1" } }, "extra-attribute"],
    ["holds a number for a body", { body: { N: "1" } }, "not-an-entry"],
  ])("because an item %s is a broken chain like any other", async (_name, change, fault) => {
    const incident = freshIncident();
    const ledger = ledgerOn(store, woundClock());
    await append(ledger, incident, "one", opened());
    const [item] = await store.read(incident, 0);
    if (!item) throw new Error("nothing was appended");
    const attributes = Object.fromEntries(Object.entries(item).map(([name, value]) => [name, { S: value }]));
    await local.client.send(new PutItemCommand({ TableName: LEDGER_TABLE, Item: { ...attributes, ...change } }));
    await expect(ledgerOn(store, woundClock()).load(incident)).rejects.toMatchObject({
      name: "BrokenChainError",
      finding: { seq: 1, fault },
    });
    await expect(ledgerOn(store, woundClock()).entries(incident)).rejects.toThrow(BrokenChainError);
  });

  test("does not keep other incidents from being written", async () => {
    const bad = await broken(2, (body) => body.replace("IW4K", "IX4K"));
    const ledger = ledgerOn(store, woundClock());
    await expect(ledger.load(bad)).rejects.toThrow(BrokenChainError);
    expect(await append(ledger, freshIncident(), "one", opened())).toMatchObject({ seq: 1 });
  });
});

describe("what a replica remembers", () => {
  test("is bounded, and what was forgotten is read again", async () => {
    const reads: string[] = [];
    const counted: LedgerStore = {
      ...store,
      read: (incident, afterSeq) => {
        reads.push(`${incident} ${afterSeq}`);
        return store.read(incident, afterSeq);
      },
    };
    const ledger = ledgerOn(counted, woundClock(), { maxCached: 2 });
    const incidents = [freshIncident(), freshIncident(), freshIncident()];
    for (const incident of incidents) await append(ledger, incident, "one", opened());
    reads.length = 0;
    for (const incident of [...incidents].reverse()) expect((await ledger.load(incident)).status).toBe("open");
    expect(reads).toEqual([`${incidents[2]} 1`, `${incidents[1]} 1`, `${incidents[0]} 0`]);
  });

  test("does not fall back when a slow look comes home after an append", async () => {
    const incident = freshIncident();
    let release = () => {};
    let slow = false;
    const waits: number[] = [];
    const held: LedgerStore = {
      ...store,
      read: async (...args) => {
        const items = await store.read(...args);
        if (slow) {
          slow = false;
          await new Promise<void>((resolve) => {
            release = resolve;
          });
        }
        return items;
      },
    };
    const ledger = ledgerOn(held, woundClock(), { sleep: async (ms) => void waits.push(ms) });
    await append(ledger, incident, "one", opened());
    slow = true;
    const look = ledger.load(incident);
    await expect.poll(() => slow).toBe(false);
    await append(ledger, incident, "two", fired("a"));
    release();
    await look;
    await append(ledger, incident, "three", fired("b"));
    expect(waits).toEqual([]);
  });

  test("is not trusted by a walk from the first entry", async () => {
    const incident = freshIncident();
    const ledger = ledgerOn(store, woundClock());
    await append(ledger, incident, "one", opened());
    await tamper(incident, 1, (body) => body.replace("SEV1", "SEV4"));
    expect((await ledger.load(incident)).severity).toBe("SEV1");
    expect((await ledger.loadAfresh(incident)).severity).toBe("SEV4");
  });
});
