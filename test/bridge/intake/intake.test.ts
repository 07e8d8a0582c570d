import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { IncidentEvent } from "../../../bridge/incident/events.ts";
import { createCorrelationRows } from "../../../bridge/index-table/correlation.ts";
import { createIncidentRows } from "../../../bridge/index-table/incident-rows.ts";
import { createIndexTable } from "../../../bridge/index-table/index-table.ts";
import { createLeases } from "../../../bridge/index-table/leases.ts";
import type { AlertFact } from "../../../bridge/ingress/alert-fact.ts";
import { createInbox } from "../../../bridge/ingress/inbox.ts";
import { createIntake } from "../../../bridge/intake/intake.ts";
import { systemClock } from "../../../bridge/platform/clock.ts";
import { silentLogger } from "../../../bridge/platform/logger.ts";
import { systemRandom } from "../../../bridge/platform/random.ts";
import { parseServices } from "../../../bridge/services/load-services.ts";
import { firing } from "../../support/alert-facts.ts";
import { INDEX_TABLE, type LocalStore, startDynalite } from "../../support/dynalite.ts";
import { append, ledgerOn, storedEntries, storeOf } from "../../support/ledgers.ts";
import { LIBRARY } from "../../support/library.ts";
import { woundClock } from "../../support/wound-clock.ts";
import { WOUNDS, woundedStore } from "../../support/wounded-store.ts";
import { SERVICES_YAML } from "../services/services-file.ts";

let local: LocalStore;
beforeAll(async () => {
  local = await startDynalite();
});
afterAll(() => local[Symbol.asyncDispose]());

// Each group is an incident of its own here; what joins groups has tests of its own.
const services = parseServices(`${SERVICES_YAML}correlation: off\n`, "services.yaml");
const clock = woundClock();
const LEASE_MS = 30_000;
let group = "";
let made = 0;
beforeEach(() => {
  made += 1;
  group = `GROUP${made}`;
});

/** A replica: its own memory, the shared store. */
function replica(owner: string, client = local.client) {
  const index = createIndexTable({ dynamo: client, table: INDEX_TABLE });
  const ledger = ledgerOn(storeOf(client), clock, { sleep: async () => {} });
  const rows = createIncidentRows({ index });
  const inbox = createInbox({ client, table: INDEX_TABLE, clock: systemClock, log: silentLogger });
  const correlation = createCorrelationRows({ index, random: systemRandom });
  const intake = createIntake({
    inbox,
    correlation,
    leases: createLeases({ index, clock }),
    ledger,
    services,
    library: LIBRARY,
    clock,
    log: silentLogger,
    owner,
    leaseMs: LEASE_MS,
    grace: { archiveAfterMs: 86_400_000, noiseArchiveAfterMs: 900_000 },
    settled: (state) => rows.project(state),
  });
  return { intake, ledger, rows, inbox, correlation };
}
const store = async (...facts: AlertFact[]) => {
  const { inbox } = replica("ingress");
  for (const fact of facts) await inbox.putPending(fact);
};
const ours = (change: Partial<AlertFact> = {}, serial = "1") =>
  firing({ groupId: group, correlationKey: `oncall|${group}`, ...change }, serial);
const SEV3 = { labels: { service: "search", severity: "warning" } };
const incidentOf = async (key = `oncall|${group}`) => (await replica("reader").correlation.find(key))?.incident;
const streamOf = async (incident: string | undefined) =>
  incident === undefined ? [] : storedEntries(storeOf(local.client), incident);
const eventsOf = async (incident: string | undefined) =>
  (await streamOf(incident)).flatMap((entry): IncidentEvent[] => entry.events);
const keysIn = (events: IncidentEvent[]) =>
  events.flatMap((event) => (event.type === "AlertAttached" ? [event.dedupeKey] : []));
const pending = async () =>
  (await replica("reader").inbox.listPending(500)).filter(({ fact }) => fact.groupId === group).length;

describe("an alert", () => {
  test("opens an incident that says what was known of it, and is findable", async () => {
    await store(ours());
    const { intake, rows } = replica("one");
    expect(await intake.run()).toBe(1);
    const incident = await incidentOf();
    const [entry] = await streamOf(incident);
    expect(entry).toMatchObject({
      seq: 1,
      actor: { kind: "webhook", id: "oncall", basis: "signature" },
      events: [
        {
          type: "IncidentOpened",
          correlationKey: `oncall|${group}`,
          origin: "alert",
          service: "payments",
          team: "Payments",
          severity: "SEV1",
          room: true,
          roomName: `inc-1121-payments-${incident?.slice(-4).toLowerCase()}`,
          links: { alertGroup: "https://oncall.example.com/a/1", call: "https://meet.example.com/payments" },
        },
        { type: "AlertAttached", named: [{ id: "U7QK2M9XW4TLR", username: "alex" }] },
        { type: "RunbooksChosen", matches: [{ runbookId: "default", attach: true }] },
      ],
    });
    expect(await rows.listOpen()).toContain(incident);
    expect(await pending()).toBe(0);
    expect(await intake.run()).toBe(0);
  });

  test("with a route leaves it in the ledger, as the way to the escalation chain", async () => {
    await store(ours({ routeId: "RJ8C2YTKW6NF4" }));
    await replica("one").intake.run();
    expect(await eventsOf(await incidentOf())).toContainEqual({
      type: "AlertRouted",
      groupId: group,
      routeId: "RJ8C2YTKW6NF4",
    });
  });

  test("sent fifty times at once to two replicas makes one stream with one entry", async () => {
    const replicas = [replica("one"), replica("two")];
    await Promise.all(
      Array.from({ length: 50 }, async (_, n) => {
        const one = replicas[n % 2];
        await one?.inbox.putPending(ours());
        await one?.intake.run();
      }),
    );
    const entries = await streamOf(await incidentOf());
    expect(entries).toHaveLength(1);
    expect(keysIn(await eventsOf(await incidentOf()))).toEqual([ours().dedupeKey]);
    expect(await pending()).toBe(0);
  });

  test("of a storm shares its entry with others, and none is left out", async () => {
    const facts = Array.from({ length: 50 }, (_, n) => ours({}, String(n)));
    await store(...facts);
    await Promise.all([replica("one").intake.run(), replica("two").intake.run()]);
    const incident = await incidentOf();
    expect(await streamOf(incident)).toHaveLength(3);
    expect(keysIn(await eventsOf(incident)).sort()).toEqual(facts.map(({ dedupeKey }) => dedupeKey).sort());
  });

  test("that comes again in another batch adds nothing twice", async () => {
    const [a, b, c] = [ours({}, "a"), ours({}, "b"), ours({}, "c")];
    const wrong: ReturnType<typeof replica>["inbox"] = replica("x").inbox;
    const batches = [[a], [a, b], [b, a], [c, a, b], [a, b, c]];
    for (const batch of batches) {
      const one = replica("one");
      // What is pending is listed with a delay: the same alerts come again, in other company.
      const listed = batch.map((fact, n) => ({ id: `again-${n}`, fact }));
      const inbox = { listPending: async () => listed, markDone: wrong.markDone };
      const intake = createIntake({ ...deps(one), inbox });
      await intake.run();
    }
    expect(keysIn(await eventsOf(await incidentOf())).sort()).toEqual(
      [a, b, c].map(({ dedupeKey }) => dedupeKey).sort(),
    );
  });
  const deps = ({ correlation, ledger, rows }: ReturnType<typeof replica>) => ({
    correlation,
    ledger,
    leases: createLeases({ index: createIndexTable({ dynamo: local.client, table: INDEX_TABLE }), clock }),
    services,
    library: LIBRARY,
    clock,
    log: silentLogger,
    owner: "one",
    leaseMs: LEASE_MS,
    grace: { archiveAfterMs: 86_400_000, noiseArchiveAfterMs: 900_000 },
    settled: (state: Parameters<typeof rows.project>[0]) => rows.project(state),
  });

  test("of another group opens another incident, in the same round", async () => {
    const second = `${group}B`;
    await store(ours(), firing({ groupId: second, correlationKey: `oncall|${second}` }));
    await replica("one").intake.run();
    const [one, two] = [await incidentOf(), await incidentOf(`oncall|${second}`)];
    expect(one).toBeDefined();
    expect(two).toBeDefined();
    expect(one).not.toBe(two);
  });
});

describe("what is no beginning", () => {
  test.each(["resolved", "acknowledged", "silenced", "notified"] as const)(
    "%s alone opens nothing and is done",
    async (kind) => {
      await store(ours({ kind }));
      expect(await replica("one").intake.run()).toBe(1);
      expect(await incidentOf()).toBeUndefined();
      expect(await pending()).toBe(0);
    },
  );

  test("is attached to the incident that is there, open or over", async () => {
    await store(ours());
    const { intake } = replica("one");
    await intake.run();
    await store(ours({ kind: "acknowledged" }));
    await intake.run();
    expect((await replica("reader").ledger.load((await incidentOf()) ?? "")).alerts.state).toBe("acknowledged");
  });
});

describe("an alert below the opening rule", () => {
  test("opens no room, and its incident closes with it", async () => {
    await store(ours(SEV3));
    const { intake } = replica("one");
    await intake.run();
    expect(await eventsOf(await incidentOf())).toMatchObject([
      { type: "IncidentOpened", severity: "SEV3", room: false },
      { type: "AlertAttached" },
      { type: "RunbooksChosen" },
    ]);
    await store(ours({ ...SEV3, kind: "resolved" }));
    await intake.run();
    expect((await eventsOf(await incidentOf())).map(({ type }) => type)).toEqual([
      "IncidentOpened",
      "AlertAttached",
      "RunbooksChosen",
      "AlertAttached",
      "IncidentResolved",
    ]);
  });

  test("that ended before anybody looked is closed too", async () => {
    await store(
      ours({ ...SEV3, receivedAt: "2026-11-21T09:14:05.000Z" }),
      ours({ ...SEV3, kind: "resolved", receivedAt: "2026-11-21T09:14:06.000Z" }),
    );
    await replica("one").intake.run();
    const incident = (await incidentOf()) ?? "";
    expect((await replica("reader").ledger.load(incident)).status).toBe("resolved");
    expect(await replica("reader").rows.listOpen()).toContain(incident);
  });

  test("that fires again after its incident was over makes a new one, once", async () => {
    await store(ours(SEV3), ours({ ...SEV3, kind: "resolved" }));
    await replica("one").intake.run();
    const first = await incidentOf();
    await store(ours(SEV3, "again"), ours(SEV3, "and-again"));
    await Promise.all([replica("one").intake.run(), replica("two").intake.run()]);
    const second = await incidentOf();
    expect(second).not.toBe(first);
    expect(keysIn(await eventsOf(second))).toHaveLength(2);
    expect(await streamOf(first)).toHaveLength(1);
  });

  test("whose late news comes after the end stays with its incident", async () => {
    await store(ours(SEV3), ours({ ...SEV3, kind: "resolved" }));
    const { intake } = replica("one");
    await intake.run();
    const first = await incidentOf();
    await store(ours({ ...SEV3, kind: "escalation" }, "late"), ours({ ...SEV3, kind: "notified" }, "late"));
    await intake.run();
    expect(await incidentOf()).toBe(first);
    expect(keysIn(await eventsOf(first))).toHaveLength(4);
  });
});

describe("a group that our own page created", () => {
  test("attaches to the incident it links to, and stays there", async () => {
    await store(ours());
    const { intake } = replica("one");
    await intake.run();
    const incident = (await incidentOf()) ?? "";
    const own = { groupId: `${group}P`, correlationKey: `oncall|${group}P` };
    await store(firing({ ...own, ownIncidentId: incident }));
    await intake.run();
    await store(firing({ ...own, kind: "acknowledged" }));
    await intake.run();
    expect(await incidentOf(own.correlationKey)).toBe(incident);
    expect(keysIn(await eventsOf(incident))).toHaveLength(3);
  });

  test("that links to an incident nobody knows is an alert like any other", async () => {
    await store(ours({ ownIncidentId: "INC-20261121-0914-QQQQ" }));
    await replica("one").intake.run();
    expect(await incidentOf()).toMatch(/^INC-/);
    expect(await incidentOf()).not.toBe("INC-20261121-0914-QQQQ");
  });
});

describe("an alert at the edge of what an event holds", () => {
  const many = (length: number, id: string) =>
    Array.from({ length: 50 }, (_, n) => ({
      id: `${id}${n}`.padEnd(64, "x"),
      username: "\u{1F6A8}".repeat(length / 2),
    }));

  test.each<[string, Partial<AlertFact>]>([
    ["names of 150 characters", { responders: [{ id: "U1", username: "a".repeat(150) }], by: "b".repeat(150) }],
    ["a service cut through a character", { labels: { service: `a${"\u{1F6A8}".repeat(60)}` } }],
    ["a severity cut through a character", { labels: { severity: `${"a".repeat(79)}\u{1F6A8}` } }],
    [
      "an address longer than an event holds",
      { links: { alertGroup: `https://x.example.com/${"%C3%A9".repeat(600)}`, generator: "https://g.example.com/" } },
    ],
    ["fifty people with long names", { responders: many(150, "U") }],
  ])("with %s is settled all the same", async (_what, change) => {
    await store(ours(change));
    await replica("one").intake.run();
    expect(await incidentOf()).toBeDefined();
    expect(await pending()).toBe(0);
  });

  test("takes as many entries as its storm needs", async () => {
    const wide = {
      title: "\u{1F6A8}".repeat(150),
      responders: many(100, "U"),
      links: {
        alertGroup: `https://x.example.com/${"a".repeat(1_900)}`,
        dashboard: `https://x.example.com/${"b".repeat(1_900)}`,
        silence: `https://x.example.com/${"c".repeat(1_900)}`,
        runbook: `https://x.example.com/${"d".repeat(1_900)}`,
      },
    };
    await store(...Array.from({ length: 8 }, (_, n) => ours(wide, String(n))));
    await replica("one").intake.run();
    expect(keysIn(await eventsOf(await incidentOf()))).toHaveLength(8);
    expect(await pending()).toBe(0);
  });

  test("that cannot be settled keeps no other from being settled, and stays", async () => {
    const poisoned = `${group}X`;
    await store(
      firing({ groupId: group, correlationKey: `oncall|${poisoned}`, alertCount: 0.5 }),
      firing({ groupId: group, correlationKey: `oncall|${group}` }, "2"),
    );
    await replica("one").intake.run();
    expect(await incidentOf()).toBeDefined();
    expect(await pending()).toBe(1);
    const [left] = (await replica("reader").inbox.listPending(500)).filter(({ fact }) => fact.groupId === group);
    if (left) await replica("reader").inbox.markDone(left.id, "test");
  });
});

describe("two replicas", () => {
  test("do not work on one identity at the same time; what one left is done after its lease", async () => {
    await store(ours());
    const index = createIndexTable({ dynamo: local.client, table: INDEX_TABLE });
    await createLeases({ index, clock }).acquire(`intake|oncall|${group}`, "somebody-who-died", LEASE_MS);
    const { intake } = replica("one");
    expect(await intake.run()).toBe(0);
    expect(await pending()).toBe(1);
    clock.advance(LEASE_MS);
    expect(await intake.run()).toBe(1);
    expect(await pending()).toBe(0);
  });

  test("a call during a round makes one more round, so that nothing waits for the next sweep", async () => {
    const { intake, inbox } = replica("one");
    await inbox.putPending(ours());
    const first = intake.run();
    await inbox.putPending(ours({}, "2"));
    await Promise.all([first, intake.run()]);
    expect(keysIn(await eventsOf(await incidentOf()))).toHaveLength(2);
  });
});

describe.each(WOUNDS)("when the %s", (wound) => {
  test("at any await, the next round makes one incident of it and loses nothing", async () => {
    for (let k = 1; ; k += 1) {
      group = `WOUND${wound.replaceAll(" ", "")}${k}`;
      const facts = [ours(SEV3), ours(SEV3, "2"), ours({ ...SEV3, kind: "acknowledged" }, "3")];
      await store(...facts);
      const { client, reached } = woundedStore(local.client, k, wound);
      const dying = replica(`dying-${k}`, client);
      await dying.intake.run().catch(() => undefined);
      // Its lease must lapse before anybody else may work on the identity.
      clock.advance(LEASE_MS);
      const healthy = replica("healthy");
      await healthy.intake.run();

      const incident = await incidentOf();
      const events = await eventsOf(incident);
      expect(
        events.filter(({ type }) => type === "IncidentOpened"),
        `k=${k}`,
      ).toHaveLength(1);
      expect(keysIn(events).sort(), `k=${k}`).toEqual(facts.map(({ dedupeKey }) => dedupeKey).sort());
      expect(await pending(), `k=${k}`).toBe(0);
      expect(await healthy.rows.listOpen(), `k=${k}`).toContain(incident);
      if (!reached()) break;
      expect(k).toBeLessThan(60);
    }
  });
});

test("a stream that does not verify stops its own alerts, not those of others", async () => {
  await store(ours());
  await replica("one").intake.run();
  const broken = (await incidentOf()) ?? "";
  const { ledger } = replica("one");
  await append(ledger, broken, "x", { type: "NudgeIssued", n: 1, reason: "x" });
  const [, last] = await storeOf(local.client).read(broken, 0);
  if (!last) throw new Error("there is no second entry");
  await storeOf(local.client).put({ ...last, sk: "E#000000000003" });
  const other = `${group}O`;
  await store(ours({}, "2"), firing({ groupId: group, correlationKey: `oncall|${other}` }, "9"));
  await replica("two").intake.run();
  expect(await incidentOf(`oncall|${other}`)).toBeDefined();
  expect(await pending()).toBe(1);
});
