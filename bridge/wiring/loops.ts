import { createDailyWitness } from "../audit/daily-witness.ts";
import type { EffectHandlers } from "../effects/effect-handlers.ts";
import { createReactor } from "../effects/reactor.ts";
import { runEffects } from "../effects/run-effects.ts";
import { createSweepWatch } from "../effects/sweep-watch.ts";
import { createSweeper } from "../effects/sweeper.ts";
import type { EffectTiming } from "../incident/pending-effects.ts";
import { createIntake } from "../intake/intake.ts";
import type { Doorbell } from "../outbox/doorbell.ts";
import { createDrainMark } from "../outbox/drain-mark.ts";
import { createOfferWork } from "../outbox/offer-work.ts";
import { createReconciler } from "../reconciler/reconciler.ts";
import type { Drafting } from "./drafting.ts";
import type { Platform } from "./platform.ts";
import type { RecordParts } from "./record.ts";
import type { Vendors } from "./vendors.ts";

interface Parts {
  platform: Platform;
  vendors: Vendors;
  record: RecordParts;
  drafting: Drafting;
  doorbell: Doorbell;
  handlers: EffectHandlers;
  timing: EffectTiming;
}

export type Loops = Awaited<ReturnType<typeof wireLoops>>;

/** What goes on by itself: alerts become incidents, what is owed is done, what was missed is found. */
export async function wireLoops({ platform, vendors, record, drafting, doorbell, handlers, timing }: Parts) {
  const { config, clock, log, owner, tasks, metrics, tracing, services, library, index } = platform;
  const { oncall, directory, companion, world } = vendors;
  const { ledger, leases, rows, correlation, heartbeat, inbox, audit } = record;
  const { language } = drafting;
  const lastSweep = metrics.gauge("ic_last_sweep_timestamp_seconds", "When Slack's scheduled sweep was last heard of.");
  const drain = createDrainMark({ index, clock });
  const effects = {
    ledger,
    leases,
    handlers,
    world: world.view,
    timing,
    clock,
    log,
    tracing,
    owner,
    leaseMs: config.EFFECT_LEASE_MS,
  };
  const reactor = createReactor({
    rows,
    runEffects: (incident) => runEffects(incident, effects),
    offerSlackWork: createOfferWork({ ...effects, doorbell, drain }),
    tasks,
    clock,
    log,
  });
  const intake = createIntake({
    inbox,
    correlation,
    leases,
    ledger,
    services,
    library,
    clock,
    grace: timing,
    log,
    owner,
    leaseMs: config.EFFECT_LEASE_MS,
    settled: (state) => rows.project(state),
  });
  const startedAt = clock.now();
  const sweepHeard = { at: await heartbeat.last() };
  const sweepWatch = createSweepWatch({
    index,
    clock,
    silenceMs: config.SWEEP_SILENCE_MS,
    tell: (sentence) => companion.postMessage(config.OPS_CHANNEL ?? config.ALERTS_CHANNEL, sentence),
    log,
  });
  const { OPS_CHANNEL: operators } = config;
  const dailyWitness =
    audit.signer && operators !== undefined
      ? createDailyWitness({
          index,
          leases,
          owner,
          clock,
          log,
          signer: audit.signer,
          tell: (line) => companion.postMessage(operators, line),
        })
      : undefined;
  const sweeper = createSweeper({
    everyMs: config.SWEEP_EVERY_MS,
    intake: () => intake.run(),
    rows,
    ledger,
    reactor,
    upkeep: async () => {
      // Beside the sweep: a slow directory must not hold up what is owed.
      if (directory) tasks.track("directory", directory.keepFresh(services.directoryGroups));
      await world.refresh();
      sweepHeard.at = await heartbeat.last();
      // Never heard of: silent since this process began.
      lastSweep.set((sweepHeard.at ?? startedAt) / 1_000);
      await language?.logging.tend();
      await sweepWatch.tend(sweepHeard.at);
      // Beside the sweep as well: the signer may be slow.
      if (dailyWitness) tasks.track("daily-witness", dailyWitness.tend());
    },
    tasks,
    log,
  });

  const reconciler = createReconciler({
    oncall,
    correlation,
    ledger,
    inbox,
    index,
    leases,
    metrics,
    tasks,
    clock,
    log,
    owner,
    everyMs: config.RECONCILE_ALERTS_MS,
    leaseMs: config.EFFECT_LEASE_MS,
    onStored: () => tasks.track("intake", intake.run()),
  });
  return {
    drain,
    reactor,
    intake: () => tasks.track("intake", intake.run()),
    sweepSilent: () => sweepWatch.silent(sweepHeard.at),
    sweeper,
    reconciler,
  };
}
