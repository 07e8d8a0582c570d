import { createReportBreak } from "./audit/report-break.ts";
import { createStoredStreams } from "./audit/stored-streams.ts";
import { createRestoreRows } from "./intake/restore-rows.ts";
import { startListener } from "./platform/listener.ts";
import { wireApps } from "./wiring/apps.ts";
import { wireAuditing } from "./wiring/auditing.ts";
import { wireDoorbell } from "./wiring/doorbell.ts";
import { wireDrafting } from "./wiring/drafting.ts";
import { wireEffects } from "./wiring/effects.ts";
import { wireGate } from "./wiring/gate.ts";
import { type Loops, wireLoops } from "./wiring/loops.ts";
import { wirePaging } from "./wiring/paging.ts";
import { type BridgeDeps, wirePlatform } from "./wiring/platform.ts";
import { wireRecord } from "./wiring/record.ts";
import { effectTiming } from "./wiring/timing.ts";
import { wireVendors } from "./wiring/vendors.ts";

export interface RunningBridge {
  port: number;
  internalPort: number;
  /** Takes no new work, finishes what it has begun, then ends. */
  stop(): Promise<void>;
}

/** Requests and work under way get this long at a stop: longer than one publish. */
const STOP_GRACE_MS = 25_000;

/** Puts the bridge together and opens both listeners. @throws when a secret, services.yaml or a port is not usable. */
export async function startBridge(deps: BridgeDeps): Promise<RunningBridge> {
  const platform = wirePlatform(deps);
  const { config, log, tasks, metrics, tracing, dynamo } = platform;
  const vendors = await wireVendors(platform);
  // The loops need the ledger and the ledger tells the loops: the one knot, tied here.
  const told: { loops?: Loops } = {};
  const record = await wireRecord(platform, (state) => told.loops?.reactor.changed(state));
  const { audit, wake } = record;
  const timing = effectTiming(config, { witness: audit.signer !== undefined });
  const common = { platform, vendors, record };
  const gate = wireGate(common);
  const drafting = wireDrafting(common);
  const pages = wirePaging(common);
  const doorbell = wireDoorbell(common);
  const handlers = wireEffects({ ...common, gate, drafting, doorbell, timing, pages });
  const loops = await wireLoops({ ...common, drafting, doorbell, handlers, timing });
  told.loops = loops;
  const auditing = wireAuditing({ ...common, drafting, loops });
  let stopping = false;
  const apps = wireApps({
    ...common,
    gate,
    drafting,
    pages,
    doorbell,
    timing,
    loops,
    auditing,
    stopping: () => stopping,
  });

  const [publicListener, internalListener] = await Promise.all([
    startListener(apps.public, config.PORT),
    startListener(apps.internal, config.INTERNAL_PORT),
  ]);
  if (drafting.language) tasks.track("token-budget", drafting.language.budget.look());
  loops.sweeper.start();
  audit.start({
    onBroken: createReportBreak({
      ...platform,
      ...record,
      streams: createStoredStreams({ dynamo, table: config.LEDGER_TABLE }),
    }),
    restoreRows: createRestoreRows({ ...platform, ...record }),
  });
  auditing.controls.start();
  auditing.expiries.start();
  loops.reconciler.start();

  return {
    port: publicListener.port,
    internalPort: internalListener.port,
    async stop() {
      stopping = true;
      wake.signal();
      loops.sweeper.stop();
      audit.stop();
      auditing.controls.stop();
      auditing.expiries.stop();
      loops.reconciler.stop();
      loops.reactor.stop();
      await Promise.all([publicListener.close(STOP_GRACE_MS), internalListener.close(1_000)]);
      const left = await tasks.drain(STOP_GRACE_MS);
      if (left.length > 0) log.warn("stopped-with-work-left", { tasks: left });
      audit.close();
      dynamo.destroy();
      await Promise.all([metrics.stop(), tracing.stop()]);
    },
  };
}
