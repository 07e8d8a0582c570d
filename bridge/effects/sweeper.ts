import type { IncidentRows } from "../index-table/incident-rows.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { atMost } from "../platform/at-most.ts";
import type { Logger } from "../platform/logger.ts";
import type { Tasks } from "../platform/tasks.ts";
import type { Reactor } from "./reactor.ts";

/** Drives again whatever a crash, a lost call or the mere passing of time has left owed. Any number of replicas may run it. */
export interface Sweeper {
  start(): void;
  stop(): void;
  /** One pass. Never throws; what failed is logged and met again at the next pass. */
  sweep(): Promise<void>;
}

/** Incidents looked at together: one that is slow must not keep the others waiting, and many must not flood the store. */
const AT_ONCE = 8;

export function createSweeper(deps: {
  everyMs: number;
  intake: () => Promise<number>;
  rows: IncidentRows;
  ledger: Ledger;
  reactor: Reactor;
  /** Keeps what was read at start fresh. */
  upkeep: () => Promise<void>;
  tasks: Tasks;
  log: Logger;
}): Sweeper {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const step = async (name: string, work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      deps.log.warn("sweep-step-failed", { step: name, error });
    }
  };

  const sweep = async () => {
    await step("upkeep", deps.upkeep);
    await step("intake", deps.intake);
    await step("incidents", async () => {
      await atMost(AT_ONCE, await deps.rows.listOpen(), async (incident) => {
        if (stopped) return;
        await step(incident, async () => {
          // What another replica appended is projected here too: a channel or an archive may be news to the rows.
          await deps.rows.project(await deps.ledger.load(incident));
          await deps.reactor.react(incident);
        });
      });
    });
  };

  const next = () => {
    if (stopped) return;
    timer = setTimeout(() => deps.tasks.track("sweep", sweep().then(next)), deps.everyMs);
    timer.unref();
  };

  return {
    sweep,
    start: () => deps.tasks.track("sweep", sweep().then(next)),
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
