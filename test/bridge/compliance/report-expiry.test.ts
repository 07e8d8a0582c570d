import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Ending } from "../../../bridge/compliance/expiry-watch.ts";
import { createReportExpiry } from "../../../bridge/compliance/report-expiry.ts";
import { slackEffects } from "../../../bridge/incident/pending-effects.ts";
import { createCorrelationRows } from "../../../bridge/index-table/correlation.ts";
import { createIncidentRows } from "../../../bridge/index-table/incident-rows.ts";
import { createIndexTable } from "../../../bridge/index-table/index-table.ts";
import { iso } from "../../../bridge/platform/clock.ts";
import { silentLogger } from "../../../bridge/platform/logger.ts";
import { systemRandom } from "../../../bridge/platform/random.ts";
import { parseServices } from "../../../bridge/services/load-services.ts";
import { INDEX_TABLE, type LocalStore, startDynalite } from "../../support/dynalite.ts";
import { resolved, roomOpened } from "../../support/incident-events.ts";
import { append, ledgerOn, storeOf } from "../../support/ledgers.ts";
import { LIBRARY } from "../../support/library.ts";
import { TIMING, viewWorld } from "../../support/view-world.ts";
import { woundClock } from "../../support/wound-clock.ts";
import { WOUNDS, woundedStore } from "../../support/wounded-store.ts";
import { SERVICES_YAML } from "../services/services-file.ts";

const HOUR = 3_600_000;
let local: LocalStore;
let clock: ReturnType<typeof woundClock>;
let credential: string;
let made = 0;
beforeAll(async () => {
  local = await startDynalite();
});
beforeEach(() => {
  clock = woundClock();
  made += 1;
  credential = `credential-${made}`;
});
afterAll(() => local[Symbol.asyncDispose]());

/** A replica: its own memory, the shared store. */
function replica(client = local.client) {
  const index = createIndexTable({ dynamo: client, table: INDEX_TABLE });
  const ledger = ledgerOn(storeOf(client), clock, { sleep: async () => {} });
  const correlation = createCorrelationRows({ index, random: systemRandom });
  const rows = createIncidentRows({ index });
  const report = createReportExpiry({
    ledger,
    correlation,
    rows,
    services: parseServices(SERVICES_YAML, "services.yaml"),
    library: LIBRARY,
    clock,
    log: silentLogger,
  });
  return { ledger, rows, correlation, report };
}
const ending = (at: number): Ending => ({
  credential,
  title: "The GitHub token",
  whose: "Platform",
  next: "make a new one",
  expiry: { kind: "ends", at },
});
const incidentAbout = async (at: number) =>
  (await replica().correlation.find(`own|credential-expiry|${credential}|${iso(at)}`))?.incident ?? "none";

describe("a credential that ends within a day", () => {
  test("opens an incident that says which it is, when, whose and what to do next", async () => {
    const at = clock.now() + 23 * HOUR;
    await replica().report(ending(at));
    const incident = await incidentAbout(at);
    const { ledger, rows } = replica();
    const state = await ledger.load(incident);
    expect(state).toMatchObject({ status: "open", severity: "SEV2", roomWanted: true });
    expect(state.opened?.title).toBe("The GitHub token ends in 23 h, on 2026-11-22 08:14 UTC");
    expect(await rows.listOpen()).toContain(incident);

    const { state: inRoom } = (await append(ledger, incident, "room", ...roomOpened().slice(1))) as {
      state: typeof state;
    };
    const told = slackEffects(inRoom, clock.now(), viewWorld(), TIMING).flatMap((effect) =>
      effect.kind === "paint-message" && effect.key === "expiry-1" ? [effect.view] : [],
    );
    expect(told).toMatchObject([
      {
        kind: "notice",
        text: "The GitHub token ends on 2026-11-22 08:14 UTC. It is replaced by: Platform. Next: make a new one",
      },
    ]);
  });

  test("that has ended already is as severe as an outage", async () => {
    const at = clock.now() - HOUR;
    await replica().report(ending(at));
    expect(await replica().ledger.load(await incidentAbout(at))).toMatchObject({
      severity: "SEV1",
      opened: { title: "The GitHub token has ended on 2026-11-21 08:14 UTC" },
    });
  });

  test("opens one, however many replicas see it and however often", async () => {
    const at = clock.now() + HOUR;
    const replicas = [replica(), replica(), replica()];
    for (let look = 0; look < 3; look += 1) await Promise.all(replicas.map(({ report }) => report(ending(at))));
    const { alerts: _, ...state } = await replica().ledger.load(await incidentAbout(at));
    expect([state.seq, state.expiries.size]).toEqual([2, 1]);
  });

  test("opens none again once people have closed it, but another end is another incident", async () => {
    const at = clock.now() + HOUR;
    await replica().report(ending(at));
    const first = await incidentAbout(at);
    await append(replica().ledger, first, "end", resolved());
    await replica().report(ending(at));
    expect(await incidentAbout(at)).toBe(first);
    expect((await replica().ledger.load(first)).status).toBe("resolved");
    await replica().report(ending(at + HOUR));
    expect(await incidentAbout(at + HOUR)).not.toBe(first);
  });
});

describe.each(WOUNDS)("when the %s", (wound) => {
  test("at any await, the next look makes one incident of it that says everything", async () => {
    for (let k = 1; ; k += 1) {
      credential = `wound-${wound.replaceAll(" ", "-")}-${k}`;
      const at = clock.now() + HOUR;
      const { client, reached } = woundedStore(local.client, k, wound);
      const dying = replica(client as typeof local.client);
      await dying.report(ending(at)).catch(() => undefined);
      await replica().report(ending(at));
      const state = await replica().ledger.load(await incidentAbout(at));
      expect([state.status, state.expiries.size], `k=${k}`).toEqual(["open", 1]);
      expect(await replica().rows.listOpen(), `k=${k}`).toContain(state.id);
      if (!reached()) break;
      expect(k).toBeLessThan(30);
    }
  });
});
