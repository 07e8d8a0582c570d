import type { IncidentEvent } from "../incident/events.ts";
import type { Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/logger.ts";
import type { Tasks } from "../platform/tasks.ts";
import type { Checkpoint, CheckpointSigner, HeadRefusedError } from "./checkpoint-signer.ts";

/** Keeps the log near the ledger: every minute while anything is open, hourly otherwise, at once when an incident opens. */
export interface CheckpointSchedule {
  /** Something was appended by this process. Returns immediately. */
  appended(incident: string, events: readonly IncidentEvent[]): void;
  /** One look: signs when it is time. Never throws. */
  tick(): Promise<void>;
  start(): void;
  stop(): void;
}

export function createCheckpointSchedule(deps: {
  signer: CheckpointSigner;
  listOpen: () => Promise<string[]>;
  everyMs: number;
  idleEveryMs: number;
  /** A stream was left out because it does not verify. */
  onRefused: (refused: HeadRefusedError) => Promise<void>;
  onSigned: (checkpoint: Checkpoint) => void;
  clock: Clock;
  tasks: Tasks;
  log: Logger;
}): CheckpointSchedule {
  const { signer, clock, log } = deps;
  /** Appended to by this process since the log last covered them: a closed incident is on no other list. */
  let touched = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let running: Promise<void> | undefined;

  const sign = async (incidents: readonly string[]) => {
    const mine = touched;
    touched = new Set();
    try {
      const { checkpoint, refused } = await signer.coverAll([...incidents, ...mine]);
      deps.onSigned(checkpoint);
      for (const one of refused) await deps.onRefused(one);
    } catch (error) {
      for (const incident of mine) touched.add(incident);
      log.error("checkpoint-failed", { error });
    }
  };

  const look = async () => {
    try {
      const open = await deps.listOpen();
      const age = clock.now() - ((await signer.newest())?.at ?? 0);
      // Another replica may have signed for all of us a moment ago.
      const due = age >= (open.length > 0 ? deps.everyMs / 2 : deps.idleEveryMs);
      if (due || touched.size > 0) await sign(open);
    } catch (error) {
      log.error("checkpoint-failed", { error });
    }
  };

  const tick = () => {
    running ??= look().finally(() => {
      running = undefined;
    });
    return running;
  };

  const next = () => {
    if (stopped) return;
    timer = setTimeout(() => deps.tasks.track("checkpoint", tick().then(next)), deps.everyMs);
    timer.unref();
  };

  return {
    tick,
    appended(incident, events) {
      touched.add(incident);
      if (!stopped && events.some(({ type }) => type === "IncidentOpened")) deps.tasks.track("checkpoint", sign([]));
    },
    start: () => deps.tasks.track("checkpoint", tick().then(next)),
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
