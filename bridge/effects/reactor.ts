import type { Incident } from "../incident/state.ts";
import type { IncidentRows } from "../index-table/incident-rows.ts";
import type { Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/logger.ts";
import type { Tasks } from "../platform/tasks.ts";

/** Does at once what an append made owed, so that the sweeper is only needed after a crash or when time is the cause. */
export interface Reactor {
  /** Something was appended to this incident. Returns immediately. */
  changed(state: Incident): void;
  /** Looks at an incident now. @returns when it has run all it could. */
  react(incident: string): Promise<void>;
  /** Takes no new work; what runs is in `tasks`. */
  stop(): void;
}

export interface ReactorDeps {
  rows: IncidentRows;
  runEffects: (incident: string) => Promise<number | undefined>;
  /** Wakes waiting claims and rings the doorbell when Slack's side owes something. */
  offerSlackWork: (incident: string) => Promise<void>;
  tasks: Tasks;
  clock: Clock;
  log: Logger;
}

export function createReactor(deps: ReactorDeps): Reactor {
  const running = new Map<string, { again: boolean; done: Promise<void> }>();
  const timers = new Map<string, { timer: NodeJS.Timeout; at: number }>();
  let stopped = false;

  const later = (incident: string, at: number) => {
    const set = timers.get(incident);
    // One timer an incident, for the soonest: what is put off for minutes must not delay what is due in a second.
    if (stopped || (set && set.at <= at)) return;
    clearTimeout(set?.timer);
    const timer = setTimeout(
      () => {
        timers.delete(incident);
        deps.tasks.track("react", react(incident));
      },
      Math.max(10, at - deps.clock.now()),
    );
    timer.unref();
    timers.set(incident, { timer, at });
  };

  const round = async (incident: string) => {
    // Side by side: people are looked up while Slack starts its workflow.
    const [retryAt] = await Promise.all([deps.runEffects(incident), deps.offerSlackWork(incident)]);
    await deps.offerSlackWork(incident);
    if (retryAt !== undefined) later(incident, retryAt);
  };

  const react: Reactor["react"] = (incident) => {
    const current = running.get(incident);
    if (current) {
      current.again = true;
      return current.done;
    }
    const entry = { again: true, done: Promise.resolve() };
    running.set(incident, entry);
    entry.done = (async () => {
      try {
        while (entry.again && !stopped) {
          entry.again = false;
          await round(incident);
        }
      } finally {
        running.delete(incident);
      }
    })();
    return entry.done;
  };

  return {
    react,
    changed(state) {
      deps.tasks.track("project", deps.rows.project(state));
      if (!stopped) deps.tasks.track("react", react(state.id));
    },
    stop() {
      stopped = true;
      for (const { timer } of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
}
