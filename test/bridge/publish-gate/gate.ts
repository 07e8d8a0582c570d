import { createGatePageReader } from "../../../bridge/clients/gate-page-reader.ts";
import { createStatuspageReader } from "../../../bridge/clients/statuspage-reader.ts";
import type { EffectHandler, EffectHandlers } from "../../../bridge/effects/effect-handlers.ts";
import {
  expireDraftEffect,
  lapseEffect,
  publishEffect,
  reconcileEffect,
  watchPageEffect,
  watchTwinEffect,
} from "../../../bridge/effects/publish-effects.ts";
import { runEffects } from "../../../bridge/effects/run-effects.ts";
import type { IncidentEvent } from "../../../bridge/incident/events.ts";
import type { BridgeEffect } from "../../../bridge/incident/pending-effects.ts";
import type { Draft } from "../../../bridge/incident/state.ts";
import { createIndexTable } from "../../../bridge/index-table/index-table.ts";
import { createLeases } from "../../../bridge/index-table/leases.ts";
import type { LedgerStore } from "../../../bridge/ledger/ledger-store.ts";
import { systemClock } from "../../../bridge/platform/clock.ts";
import { createHttp } from "../../../bridge/platform/http.ts";
import { silentLogger } from "../../../bridge/platform/logger.ts";
import { systemRandom } from "../../../bridge/platform/random.ts";
import { sendOnce } from "../../../bridge/platform/send-once.ts";
import { noCheckpoints } from "../../../bridge/publish-gate/checkpoint.ts";
import { type PublishDeps, publish } from "../../../bridge/publish-gate/publish.ts";
import { createStatuspageWrite } from "../../../bridge/publish-gate/statuspage-write.ts";
import { factsOf } from "../../support/approver-facts.ts";
import { INDEX_TABLE, startDynalite } from "../../support/dynalite.ts";
import { DRAFT, INCIDENT, PAGE, TEAM } from "../../support/incident-events.ts";
import { append, ledgerOn, storedEntries, storeOf } from "../../support/ledgers.ts";
import { recordPage } from "../../support/page-recorder.ts";
import { fixedSecrets } from "../../support/sources.ts";
import { startStatusPage } from "../../support/status-page.ts";
import { TIMING, viewWorld } from "../../support/view-world.ts";
import { woundClock } from "../../support/wound-clock.ts";

export const SETTLE_MS = 40_000;
/** A write that the page is told not to answer is given up after this long; any other has all the time a busy machine needs. */
const SILENCE_MS = 100;
const WRITE_TIMEOUT_MS = 10_000;

/** What lies between the gate and the world; a test may put something in between. */
export interface Outside {
  store: LedgerStore;
  page: PublishDeps["page"];
  write: PublishDeps["write"];
  lookUpApprover: PublishDeps["lookUpApprover"];
  checkpoints: PublishDeps["checkpoints"];
}

/** The real gate over a real store and a real page on this machine, with a recorder at the page. */
export async function startGate() {
  const clock = woundClock();
  const local = await startDynalite();
  const page = await startStatusPage({ clock, pageId: PAGE });
  const store = storeOf(local.client);
  const recorder = recordPage(page, store, () => [INCIDENT]);
  const index = createIndexTable({ dynamo: local.client, table: INDEX_TABLE });
  const leases = createLeases({ index, clock });
  const secrets = fixedSecrets({ statuspage: JSON.stringify({ api_key: "page-key" }) });
  const http = createHttp({ clock: systemClock, timeoutMs: 2_000, log: silentLogger });
  const reader = createStatuspageReader({
    http,
    secrets,
    clock,
    log: silentLogger,
    url: page.url,
    pageId: PAGE,
    timeoutMs: 2_000,
  });
  const outside: Outside = {
    store,
    page: createGatePageReader(reader),
    write: createStatuspageWrite({
      baseUrl: page.url,
      apiKey: async () => "page-key",
      sendOnce: (request) => sendOnce({ ...request, timeoutMs: page.willBeSilent() ? SILENCE_MS : WRITE_TIMEOUT_MS }),
    }).write,
    lookUpApprover: async (userId) => factsOf(clock.now(), { userId }),
    checkpoints: noCheckpoints,
  };
  let replicas = 0;

  /** A replica that begins with an empty memory; `between` wraps what it reaches the world through. */
  const replica = (between: (outside: Outside) => Partial<Outside> = () => ({})) => {
    replicas += 1;
    const owner = `bridge-${replicas}`;
    const reached = { ...outside, ...between(outside) };
    const ledger = ledgerOn(reached.store, clock, { sleep: async () => {} });
    const deps: PublishDeps = {
      ...reached,
      ledger,
      clock,
      random: systemRandom,
      log: silentLogger,
      owner,
      ourTeam: TEAM,
      configuredPolicy: () => "default",
      scan: () => ({ blockers: [], findings: [] }),
      pageToken: async () => 0,
      sleep: () => new Promise(() => undefined),
      storeSkewMs: () => 0,
      settleMs: SETTLE_MS,
    };
    const handlers: EffectHandlers = {
      ...noHandlers,
      publish: publishEffect(deps),
      reconcile: reconcileEffect(deps),
      lapse: lapseEffect(deps),
      "expire-draft": expireDraftEffect(deps),
      "watch-twin": watchTwinEffect(deps),
      "watch-page": watchPageEffect(deps),
    };
    const effects = {
      ledger,
      leases,
      handlers,
      world: viewWorld(),
      timing: TIMING,
      clock,
      log: silentLogger,
      owner,
      leaseMs: 30_000,
    };
    return {
      ledger,
      deps,
      publish: () => publish(INCIDENT, DRAFT, deps),
      /** Runs what is owed now. */
      run: () => runEffects(INCIDENT, effects),
    };
  };
  type Replica = ReturnType<typeof replica>;

  const draftNow = async (): Promise<Draft> => {
    const draft = (await ledgerOn(store, clock).load(INCIDENT)).drafts.get(DRAFT);
    if (!draft) throw new Error("the incident has no draft");
    return draft;
  };

  return {
    clock,
    page,
    store,
    local,
    recorder,
    replica,
    draftNow,
    /** These happened before, each in an entry of its own. */
    async given(...events: readonly IncidentEvent[]) {
      const ledger = ledgerOn(store, clock);
      for (const [n, event] of events.entries()) await append(ledger, INCIDENT, `given-${n}-${event.type}`, event);
    },
    /** What the stream says of the draft's way to the page. */
    async story(): Promise<string[]> {
      const entries = await storedEntries(store, INCIDENT);
      const ofDraft = entries.flatMap(({ events }) =>
        events.filter((event) => "draftId" in event && event.draftId === DRAFT),
      );
      const types = ofDraft.map(({ type }) => type);
      return types.slice(types.indexOf("ApprovalGranted") + 1);
    },
    /** Winds the clock and runs what is owed until the draft has come to rest, as sweepers do. */
    async heal(by: Replica = replica(), maxMs = 15 * 60_000): Promise<Draft> {
      for (let waited = 0; waited <= maxMs; waited += 10_000) {
        await by.run();
        const draft = await draftNow();
        if (!["APPROVED", "PUBLISHING", "UNKNOWN"].includes(draft.state)) return draft;
        clock.advance(10_000);
      }
      return draftNow();
    },
    async [Symbol.asyncDispose]() {
      await page[Symbol.asyncDispose]();
      await local[Symbol.asyncDispose]();
    },
  };
}
export type Gate = Awaited<ReturnType<typeof startGate>>;

const unwanted =
  (kind: BridgeEffect["kind"]): EffectHandler<BridgeEffect["kind"]> =>
  () =>
    Promise.reject(new Error(`nobody expects the effect ${kind} here`));

const noHandlers = Object.fromEntries(
  (
    [
      "find-responders",
      "gather-context",
      "draft-update",
      "draft-postmortem",
      "file-postmortem",
      "witness",
      "nudge",
      "give-up-closing",
      "ring-again",
      "watchdog-speak",
    ] as const
  ).map((kind) => [kind, unwanted(kind)]),
) as unknown as EffectHandlers;
