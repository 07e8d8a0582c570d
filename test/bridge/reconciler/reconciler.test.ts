import { afterEach, beforeEach, expect, test } from "vitest";
import { createOnCallClient } from "../../../bridge/clients/oncall-client.ts";
import type { EventOf, IncidentEvent } from "../../../bridge/incident/events.ts";
import { createCorrelationRows } from "../../../bridge/index-table/correlation.ts";
import { createIncidentRows } from "../../../bridge/index-table/incident-rows.ts";
import { createIndexTable } from "../../../bridge/index-table/index-table.ts";
import { createLeases } from "../../../bridge/index-table/leases.ts";
import { createInbox } from "../../../bridge/ingress/inbox.ts";
import { readOncallPayload } from "../../../bridge/ingress/oncall-payload.ts";
import { createIntake } from "../../../bridge/intake/intake.ts";
import { iso } from "../../../bridge/platform/clock.ts";
import { createHttp } from "../../../bridge/platform/http.ts";
import { silentLogger } from "../../../bridge/platform/logger.ts";
import { systemRandom } from "../../../bridge/platform/random.ts";
import { createTasks } from "../../../bridge/platform/tasks.ts";
import { createMetrics } from "../../../bridge/platform/telemetry/metrics.ts";
import { createReconciler } from "../../../bridge/reconciler/reconciler.ts";
import { parseServices } from "../../../bridge/services/load-services.ts";
import { FaultBoard } from "../../sandbox/faults.ts";
import { readFixture } from "../../sandbox/story.ts";
import { type AlertGroup, type OnCallState, rememberAlertGroup, startOnCall } from "../../sandbox/vendors/oncall.ts";
import type { Vendor } from "../../sandbox/vendors/vendor-server.ts";
import { INDEX_TABLE, type LocalStore, startDynalite } from "../../support/dynalite.ts";
import { INCIDENT, opened } from "../../support/incident-events.ts";
import { append, ledgerOn, storedEntries, storeOf } from "../../support/ledgers.ts";
import { LIBRARY } from "../../support/library.ts";
import { fixedSecrets } from "../../support/sources.ts";
import { woundClock } from "../../support/wound-clock.ts";
import { SERVICES_YAML } from "../services/services-file.ts";

const EVERY_MS = 60_000;
const LEASE_MS = 30_000;
const MINUTE = 60_000;
const services = parseServices(SERVICES_YAML, "services.yaml");
const clock = woundClock();

let local: LocalStore;
let oncall: Vendor<OnCallState>;
const faults = new FaultBoard();
beforeEach(async () => {
  faults.clear();
  local = await startDynalite();
  oncall = await startOnCall({ faults, token: "t" });
});
afterEach(async () => {
  await oncall.close();
  await local[Symbol.asyncDispose]();
});

/** One replica: its own memory, the shared store and the shared OnCall. */
function replica(owner = "one") {
  const index = createIndexTable({ dynamo: local.client, table: INDEX_TABLE });
  const ledger = ledgerOn(storeOf(local.client), clock, { sleep: async () => {} });
  const rows = createIncidentRows({ index });
  const leases = createLeases({ index, clock });
  const inbox = createInbox({ client: local.client, table: INDEX_TABLE, clock, log: silentLogger });
  const correlation = createCorrelationRows({ index, random: systemRandom });
  const grace = { archiveAfterMs: 86_400_000, noiseArchiveAfterMs: 900_000 };
  const common = { grace, inbox, correlation, leases, ledger, clock, log: silentLogger, owner, leaseMs: LEASE_MS };
  const intake = createIntake({ library: LIBRARY, ...common, services, settled: (state) => rows.project(state) });
  const metrics = createMetrics();
  const reconciler = createReconciler({
    ...common,
    oncall: createOnCallClient({
      http: createHttp({ clock, timeoutMs: 2_000, log: silentLogger }),
      secrets: fixedSecrets({ "oncall-api": JSON.stringify({ token: "t" }) }),
      url: `${oncall.url}/`,
      log: silentLogger,
    }),
    index,
    metrics,
    tasks: createTasks({ log: silentLogger }),
    everyMs: EVERY_MS,
    onStored: () => {},
  });
  return { reconciler, intake, inbox, ledger, correlation, metrics };
}

const created = () =>
  readFixture("oncall-alert-group-created") as Record<string, unknown> & { alert_group: AlertGroup };

/** A group that OnCall has had for a minute, with the time in the form of its API. */
function fires(id: string, change: Partial<AlertGroup> = {}): string {
  const at = `${iso(clock.now() - MINUTE).slice(0, -1)}204Z`;
  rememberAlertGroup(oncall.state, { ...structuredClone(created().alert_group), id, created_at: at, ...change });
  return at;
}
/** What the group's own webhook says, when it comes after all. */
const webhookOf = (id: string, at: string) => {
  const body = {
    ...created(),
    alert_group_id: id,
    event: { type: "alert group created", time: at.replace("Z", "+00:00") },
  };
  const reading = readOncallPayload(body, clock.now());
  if (!reading.ok) throw new Error(reading.problems.join());
  return reading.fact;
};
const eventsOf = async (id: string): Promise<IncidentEvent[]> => {
  const row = await replica().correlation.find(`oncall|${id}`);
  if (!row) return [];
  return (await storedEntries(storeOf(local.client), row.incident)).flatMap(({ events }) => events);
};
const attached = (events: IncidentEvent[]) =>
  events.flatMap((event): EventOf<"AlertAttached">[] => (event.type === "AlertAttached" ? [event] : []));
const polls = () => oncall.requests.filter(({ path }) => path.endsWith("/alert_groups/")).length;
const nextRound = () => clock.advance(EVERY_MS);

test("an open group that no webhook told of becomes the incident its webhook would have made", async () => {
  fires("IMISSED");
  const { reconciler, intake, metrics } = replica();
  await reconciler.run();
  await intake.run();
  expect(await eventsOf("IMISSED")).toMatchObject([
    {
      type: "IncidentOpened",
      service: "payments",
      severity: "SEV1",
      room: true,
      title: "PaymentsErrorBudgetBurn: payments (critical)",
    },
    { type: "AlertRuleNamed", rule: "PaymentsErrorBudgetBurn" },
    { type: "AlertAttached", kind: "firing", groupId: "IMISSED", named: [] },
    { type: "AlertRouted", routeId: "RJ8C2YTKW6NF4" },
    { type: "RunbooksChosen" },
  ]);
  expect(await metrics.render()).toContain("ic_reconcile_missed_total 1");
});

test("a webhook that comes later, was first, or comes at the same time is the same alert: one incident, one attachment", async () => {
  const at = { late: fires("ILATE"), early: fires("IEARLY"), same: fires("ISAME") };
  const { reconciler, intake, inbox } = replica();
  await inbox.putPending(webhookOf("IEARLY", at.early));
  await Promise.all([reconciler.run(), inbox.putPending(webhookOf("ISAME", at.same))]);
  await intake.run();
  expect(await inbox.putPending(webhookOf("ILATE", at.late))).toBe("duplicate");
  nextRound();
  await reconciler.run();
  await Promise.all([intake.run(), replica("two").intake.run()]);
  for (const id of ["ILATE", "IEARLY", "ISAME"]) {
    // Groups of one service collect in one incident: each of them attaches once.
    const events = await eventsOf(id);
    expect(events.filter(({ type }) => type === "IncidentOpened")).toHaveLength(1);
    expect(attached(events).filter(({ groupId }) => groupId === id)).toHaveLength(1);
  }
});

test("a group that has its incident attaches nothing, in whatever form its webhook wrote the time", async () => {
  fires("IKNOWN");
  const { reconciler, intake, inbox } = replica();
  await inbox.putPending(webhookOf("IKNOWN", "2026-11-21T09:13:05Z"));
  await intake.run();
  await reconciler.run();
  await intake.run();
  expect(attached(await eventsOf("IKNOWN"))).toHaveLength(1);
});

test("a group that was acknowledged meanwhile opens too, and says by whom", async () => {
  const at = `${iso(clock.now() - 30_000).slice(0, -1)}000Z`;
  fires("IACKED", { state: "acknowledged", acknowledged_at: at, acknowledged_by: "UD3V8HN5PZ6JC" });
  const { reconciler, intake } = replica();
  await reconciler.run();
  await intake.run();
  expect(attached(await eventsOf("IACKED"))).toMatchObject([
    { kind: "firing" },
    { kind: "acknowledged", by: "UD3V8HN5PZ6JC" },
  ]);
});

test.each<[string, () => Partial<AlertGroup>]>([
  ["silenced", () => ({ state: "silenced" })],
  ["resolved", () => ({ state: "resolved" })],
  ["younger than its webhook may take", () => ({ created_at: iso(clock.now() - 5_000) })],
  ["open since long before the first start", () => ({ created_at: iso(clock.now() - 61 * MINUTE) })],
])("a group that is %s is left alone", async (_why, change) => {
  fires("ILEFT", change());
  const { reconciler, inbox } = replica();
  await reconciler.run();
  expect(await inbox.listPending(10)).toEqual([]);
});

test("after an outage of hours, what fired meanwhile is still found", async () => {
  await replica().reconciler.run();
  fires("IOUTAGE");
  clock.advance(5 * 60 * MINUTE);
  const { reconciler, inbox } = replica("restarted");
  await reconciler.run();
  expect(await inbox.listPending(10)).toHaveLength(1);
});

test("a group of our own page attaches to the incident it links to, and opens nothing where that is unknown", async () => {
  const page = (incident: string) => ({
    last_alert: { payload: { oncall: { permalink: `https://bridge.example.com/incidents/${incident}` } } },
  });
  const { reconciler, intake, ledger, inbox } = replica();
  await append(ledger, INCIDENT, "open", opened());
  fires("IPAGE", page(INCIDENT));
  fires("IFOREIGN", page("INC-20261121-0914-ZZZZ"));
  await reconciler.run();
  expect((await inbox.listPending(10)).map(({ fact }) => fact.groupId)).toEqual(["IPAGE"]);
  await intake.run();
  expect((await replica().correlation.find("oncall|IPAGE"))?.incident).toBe(INCIDENT);
  expect(await eventsOf("IFOREIGN")).toEqual([]);
});

test("of several replicas one looks in each interval, and another one when that one has died", async () => {
  const [one, two] = [replica("one"), replica("two")];
  await Promise.all([one.reconciler.run(), two.reconciler.run()]);
  expect(polls()).toBe(2);
  // It looks again when the first one's time is over, not a whole interval later.
  expect(await two.reconciler.run()).toBeLessThanOrEqual(EVERY_MS);
  expect(two.reconciler.lastRound()).toEqual({ at: clock.now(), failed: undefined });
  nextRound();
  await two.reconciler.run();
  expect(polls()).toBe(4);
});

test("known groups cost the store nothing in later rounds", async () => {
  fires("IONCE");
  const { reconciler, intake, correlation } = replica();
  await reconciler.run();
  await intake.run();
  nextRound();
  await reconciler.run();
  let finds = 0;
  const find = correlation.find;
  correlation.find = (key) => {
    finds += 1;
    return find(key);
  };
  nextRound();
  await reconciler.run();
  expect(finds).toBe(0);
});

test("a thousand open groups are read, and no more in a round", async () => {
  // Too young to be stored: it is the reading that counts here.
  for (let n = 0; n < 1_150; n += 1) fires(`IMANY${n}`, { created_at: iso(clock.now()) });
  await replica().reconciler.run();
  expect(polls()).toBe(11);
});

test.each([
  [{ kind: "down" }, "could not be reached"],
  [{ kind: "error", status: 403 }, "refused our credential, 403"],
  [{ kind: "rate_limit", ms: 60_000 }, "limits our requests, 429"],
  [{ kind: "malformed" }, "answered something that is not JSON"],
] as const)(
  "OnCall %j: the round says so, stores nothing and the next one finds what was missed",
  async (fault, failed) => {
    fires("IFAULT");
    faults.add({ target: "oncall", ...fault });
    const { reconciler, inbox, metrics } = replica();
    await reconciler.run();
    expect(reconciler.lastRound()).toEqual({ at: clock.now(), failed });
    expect(await metrics.render()).toContain('ic_reconcile_rounds_total{outcome="failed"} 1');
    expect(await inbox.listPending(10)).toEqual([]);
    faults.clear();
    nextRound();
    await reconciler.run();
    expect(reconciler.lastRound()).toMatchObject({ failed: undefined });
    expect(await inbox.listPending(10)).toHaveLength(1);
  },
);
