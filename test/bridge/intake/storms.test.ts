import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { declareIncident } from "../../../bridge/api/declare-incident.ts";
import { moveAlertsEffect } from "../../../bridge/effects/move-alerts-effect.ts";
import { owedMoves } from "../../../bridge/incident/alert-groups.ts";
import { splitGroup } from "../../../bridge/incident/decide/alert-groups.ts";
import { resolveIncident } from "../../../bridge/incident/decide/resolve.ts";
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
import type { IncidentClass } from "../../../shared/vocabulary.ts";
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

const services = parseServices(SERVICES_YAML, "services.yaml");
const clock = woundClock();
const MINUTE = 60_000;
const ALEX = "U07ALEXLIN1";
let service = "";
let made = 0;
beforeEach(() => {
  made += 1;
  service = `service-${made}`;
});

/** A replica: its own memory, the shared store. */
function replica(owner: string, client = local.client) {
  const index = createIndexTable({ dynamo: client, table: INDEX_TABLE });
  const ledger = ledgerOn(storeOf(client), clock, { sleep: async () => {} });
  const rows = createIncidentRows({ index });
  const inbox = createInbox({ client, table: INDEX_TABLE, clock: systemClock, log: silentLogger });
  const correlation = createCorrelationRows({ index, random: systemRandom });
  const leases = createLeases({ index, clock });
  const library = LIBRARY;
  const deps = {
    inbox,
    correlation,
    leases,
    ledger,
    services,
    library,
    clock,
    grace: { archiveAfterMs: 86_400_000, noiseArchiveAfterMs: 900_000 },
    log: silentLogger,
    owner,
    leaseMs: 30_000,
  };
  const intake = createIntake({ ...deps, settled: (state) => rows.project(state) });
  const moveAlerts = moveAlertsEffect({ ledger, correlation, rows });
  /** Does what the state owes, as the reactor would. */
  const moveAll = async (incident: string) => {
    for (const to of owedMoves(await ledger.load(incident)).keys()) {
      await moveAlerts({ kind: "move-alerts", id: `${incident}:move-alerts:${to}`, to }, await ledger.load(incident));
    }
  };
  return { intake, ledger, rows, inbox, correlation, moveAll };
}

const keyOf = (group: string) => `oncall|${group}`;
const groupNamed = (name: string) => `${service}-${name}`;
const alertOf = (name: string, change: Partial<AlertFact> = {}, serial = "1"): AlertFact => {
  const group = groupNamed(name);
  return firing(
    { groupId: group, correlationKey: keyOf(group), labels: { service, severity: "critical" }, ...change },
    serial,
  );
};
const MILD = () => ({ labels: { service, severity: "warning" } });
const arrive = async (...facts: AlertFact[]) => {
  const { inbox, intake } = replica("one");
  for (const fact of facts) await inbox.putPending(fact);
  await intake.run();
};
const incidentOf = async (name: string) =>
  (await replica("reader").correlation.find(keyOf(groupNamed(name))))?.incident ?? "none";
const stateOf = (incident: string) => replica("reader").ledger.load(incident);
const eventsOf = async (incident: string) =>
  (await storedEntries(storeOf(local.client), incident)).flatMap((entry): IncidentEvent[] => entry.events);
const pending = async () =>
  (await replica("reader").inbox.listPending(500)).filter(({ fact }) => fact.groupId.startsWith(`${service}-`)).length;
const resolve = (incident: string, duplicateOf?: string) =>
  replica("commander").ledger.execute(
    incident,
    { commandId: `resolve-${incident}`, actor: { kind: "human", id: ALEX, basis: "test" } },
    (state) =>
      resolveIncident(state, {
        actor: ALEX,
        outcome: duplicateOf ? "duplicate" : "resolved",
        summary: "Over.",
        duplicateOf,
      }),
  );
const splitOff = async (incident: string, name: string) => {
  const { correlation, ledger } = replica("commander");
  const to = await correlation.reserve(clock.now());
  const result = await ledger.execute(
    incident,
    { commandId: `split-${name}`, actor: { kind: "human", id: ALEX, basis: "test" } },
    (state) => splitGroup(state, { actor: ALEX, correlationKey: keyOf(groupNamed(name)), to }),
  );
  expect(result.kind).toBe("happened");
  return to;
};

describe("alert groups of one service", () => {
  test("within the window of one another are one incident, each with a place of its own in it", async () => {
    await arrive(alertOf("a"));
    clock.advance(9 * MINUTE);
    await arrive(alertOf("b"));
    clock.advance(9 * MINUTE);
    await arrive(alertOf("c"));
    const incident = await incidentOf("a");
    expect([await incidentOf("b"), await incidentOf("c")]).toEqual([incident, incident]);
    const { alerts } = await stateOf(incident);
    expect([...alerts.byKey.values()].map(({ state }) => state)).toEqual(["firing", "firing", "firing"]);
  });

  test("apart from one another by more than the window are two", async () => {
    await arrive(alertOf("a"));
    clock.advance(10 * MINUTE + 1);
    await arrive(alertOf("b"));
    expect(await incidentOf("b")).not.toBe(await incidentOf("a"));
  });

  test("of another service are another incident", async () => {
    await arrive(alertOf("a"), alertOf("b", { labels: { service: `${service}-other`, severity: "critical" } }));
    expect(await incidentOf("b")).not.toBe(await incidentOf("a"));
  });

  test("come back to their incident however late, as long as it is open", async () => {
    await arrive(alertOf("a"));
    clock.advance(60 * MINUTE);
    await arrive(alertOf("a", {}, "2"));
    expect((await stateOf(await incidentOf("a"))).alerts.dedupeKeys.size).toBe(2);
  });

  test("open another incident once theirs is over", async () => {
    await arrive(alertOf("a"));
    const first = await incidentOf("a");
    await resolve(first);
    await arrive(alertOf("b"), alertOf("a", {}, "again"));
    const second = await incidentOf("b");
    expect(second).not.toBe(first);
    expect(await incidentOf("a")).toBe(second);
    expect((await stateOf(first)).alerts.dedupeKeys.size).toBe(1);
  });

  test("that must wake people never end up where nobody was called", async () => {
    await arrive(alertOf("mild", MILD()));
    await arrive(alertOf("grave"));
    expect(await incidentOf("grave")).not.toBe(await incidentOf("mild"));
    expect((await stateOf(await incidentOf("grave"))).roomWanted).toBe(true);
  });

  test("that would open no room join one that is open", async () => {
    await arrive(alertOf("grave"));
    await arrive(alertOf("mild", MILD()));
    expect(await incidentOf("mild")).toBe(await incidentOf("grave"));
  });

  test("two hundred at once on two replicas are one incident in a few entries, and none is lost", async () => {
    const facts = Array.from({ length: 200 }, (_, n) => alertOf(`storm-${n}`));
    const { inbox } = replica("ingress");
    await Promise.all(facts.map((fact) => inbox.putPending(fact)));
    await Promise.all([replica("one").intake.run(), replica("two").intake.run()]);
    await replica("one").intake.run();
    const incident = await incidentOf("storm-0");
    const attached = (await eventsOf(incident)).flatMap((event) =>
      event.type === "AlertAttached" ? [event.dedupeKey] : [],
    );
    expect(attached.sort()).toEqual(facts.map(({ dedupeKey }) => dedupeKey).sort());
    expect((await storedEntries(storeOf(local.client), incident)).length).toBeLessThanOrEqual(20);
    expect(await pending()).toBe(0);
  });

  test("a record that does not verify takes no more of them, and the next opens another", async () => {
    await arrive(alertOf("a"));
    const broken = await incidentOf("a");
    await append(replica("x").ledger, broken, "x", { type: "NudgeIssued", n: 1, reason: "Customers wait." });
    const [, last] = await storeOf(local.client).read(broken, 0);
    if (!last) throw new Error("there is no second entry");
    await storeOf(local.client).put({ ...last, sk: "E#000000000003" });
    await arrive(alertOf("b"));
    expect(await incidentOf("b")).toMatch(/^INC-/);
    expect(await incidentOf("b")).not.toBe(broken);
  });
});

describe("an incident declared by hand", () => {
  const declare = async (commandId: string, incidentClass: IncidentClass = "default") => {
    const { correlation, ledger, rows } = replica("form");
    return declareIncident(
      {
        title: "Labels print blank",
        service,
        severity: "SEV2",
        class: incidentClass,
        by: { commandId: `${service}-${commandId}`, actor: { kind: "human", id: ALEX, basis: "form" } },
      },
      5_000,
      { correlation, ledger, rows, services, library: LIBRARY, clock },
    );
  };

  test("collects alerts of its service within the window, which raise it as they would any other", async () => {
    const declared = await declare("one");
    clock.advance(9 * MINUTE);
    await arrive(alertOf("mild", MILD()), alertOf("a"));
    clock.advance(9 * MINUTE);
    await arrive(alertOf("b"));
    expect([await incidentOf("mild"), await incidentOf("a"), await incidentOf("b")]).toEqual(Array(3).fill(declared));
    const state = await stateOf(declared);
    expect(state.severity).toBe("SEV1");
    expect([...state.alerts.byKey.values()].map((group) => group.state)).toEqual(["firing", "firing", "firing"]);
    expect((await eventsOf(declared)).filter(({ type }) => type === "IncidentOpened")).toHaveLength(1);
  });

  test("collects none after the window, nor of another service", async () => {
    const declared = await declare("one");
    await arrive(alertOf("other", { labels: { service: `${service}-other`, severity: "critical" } }));
    clock.advance(10 * MINUTE + 1);
    await arrive(alertOf("late"));
    expect([await incidentOf("other"), await incidentOf("late")]).not.toContain(declared);
  });

  test("leaves alerts where they collect already, and takes over from what is over", async () => {
    await arrive(alertOf("a"));
    const first = await incidentOf("a");
    const beside = await declare("beside");
    await arrive(alertOf("b"));
    expect(await incidentOf("b")).toBe(first);
    await resolve(first);
    await resolve(beside);
    const next = await declare("next");
    await arrive(alertOf("c"));
    expect(await incidentOf("c")).toBe(next);
  });

  test("hides no outage in what is kept to its room", async () => {
    const secret = await declare("secret", "security");
    await arrive(alertOf("a"));
    expect(await incidentOf("a")).not.toBe(secret);
  });
});

describe("an incident merged into another", () => {
  const twoIncidents = async () => {
    await arrive(alertOf("a"));
    clock.advance(11 * MINUTE);
    await arrive(alertOf("b"));
    return { from: await incidentOf("a"), into: await incidentOf("b") };
  };

  test("hands its alert groups over, and their later alerts go there", async () => {
    const { from, into } = await twoIncidents();
    await resolve(from, into);
    await replica("one").moveAll(from);
    expect(await incidentOf("a")).toBe(into);
    expect((await stateOf(from)).alerts.byKey.size).toBe(0);
    expect([...(await stateOf(into)).alerts.byKey.keys()].sort()).toEqual([
      keyOf(groupNamed("a")),
      keyOf(groupNamed("b")),
    ]);
    await arrive(alertOf("a", {}, "again"));
    expect((await stateOf(into)).alerts.dedupeKeys).toContain(alertOf("a", {}, "again").dedupeKey);
  });

  test("loses no alert that comes before anything was handed over", async () => {
    const { from, into } = await twoIncidents();
    await resolve(from, into);
    await arrive(alertOf("a", {}, "early"), alertOf("c"));
    expect([await incidentOf("a"), await incidentOf("c")]).toEqual([into, into]);
    await replica("one").moveAll(from);
    expect((await stateOf(into)).alerts.byKey.size).toBe(3);
    expect(owedMoves(await stateOf(from)).size).toBe(0);
  });
});

describe("an alert group split off", () => {
  test("gets an incident with a room of its own, and its later alerts go there", async () => {
    await arrive(alertOf("a"), alertOf("b"));
    const from = await incidentOf("a");
    const to = await splitOff(from, "b");
    await replica("one").moveAll(from);
    expect([await incidentOf("a"), await incidentOf("b")]).toEqual([from, to]);
    const own = await stateOf(to);
    expect(own).toMatchObject({ status: "open", roomWanted: true, requester: ALEX, severity: "SEV1" });
    expect(own.opened?.service).toBe(service);
    expect(await replica("reader").rows.listOpen()).toContain(to);
    await arrive(alertOf("b", {}, "again"));
    expect((await stateOf(to)).alerts.dedupeKeys.size).toBe(1);
    expect((await stateOf(from)).alerts.byKey.size).toBe(1);
  });

  test("fires before its incident exists: the alert opens that very incident", async () => {
    await arrive(alertOf("a"), alertOf("b"));
    const from = await incidentOf("a");
    const to = await splitOff(from, "b");
    await arrive(alertOf("b", {}, "early"));
    expect(await incidentOf("b")).toBe(to);
    await replica("one").moveAll(from);
    expect((await eventsOf(to)).filter(({ type }) => type === "IncidentOpened")).toHaveLength(1);
    expect((await stateOf(to)).alerts.from).toEqual([from]);
  });
});

describe.each(WOUNDS)("when the %s", (wound) => {
  /** What a crash leaves is taken up by a healthy replica. */
  const survives = async (
    work: (client: LocalStore["client"]) => Promise<unknown>,
    check: () => Promise<void>,
    prepare: () => Promise<void>,
  ) => {
    for (let k = 1; ; k += 1) {
      made += 1;
      service = `wound-${wound.replaceAll(" ", "-")}-${made}`;
      await prepare();
      const hurt = woundedStore(local.client, k, wound);
      await work(hurt.client).catch(() => undefined);
      // Its lease must lapse before anybody else may work on the identity.
      clock.advance(31_000);
      await work(local.client);
      await check();
      if (!hurt.reached()) return;
      expect(k).toBeLessThan(100);
    }
  };

  test("at any await of a storm over four groups, one incident holds them all", async () => {
    const names = ["a", "b", "c", "d"];
    await survives(
      (client) => replica("hurt", client).intake.run(),
      async () => {
        const incident = await incidentOf("a");
        expect(new Set(await Promise.all(names.map(incidentOf)))).toEqual(new Set([incident]));
        expect((await stateOf(incident)).alerts.byKey.size).toBe(4);
        expect(await pending()).toBe(0);
      },
      async () => {
        const { inbox } = replica("ingress");
        for (const name of names) await inbox.putPending(alertOf(name));
      },
    );
  });

  test("at any await of a split, the group ends up in one incident of its own", async () => {
    let from = "";
    let to = "";
    await survives(
      (client) => replica("hurt", client).moveAll(from),
      async () => {
        expect(await incidentOf("b")).toBe(to);
        expect((await stateOf(from)).alerts.byKey.size).toBe(1);
        expect((await eventsOf(to)).map(({ type }) => type)).toEqual([
          "IncidentOpened",
          "RunbooksChosen",
          "AlertGroupsReceived",
        ]);
        expect((await eventsOf(from)).filter(({ type }) => type === "AlertGroupsMoved")).toHaveLength(1);
      },
      async () => {
        await arrive(alertOf("a"), alertOf("b"));
        from = await incidentOf("a");
        to = await splitOff(from, "b");
      },
    );
  });
});
