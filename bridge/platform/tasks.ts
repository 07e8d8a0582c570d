import type { Logger } from "./logger.ts";

/** Work that outlives the request that began it. Its failures are logged here; a shutdown waits for it. */
export interface Tasks {
  /** Starts watching `work`. Its rejection is logged as `task-failed` with `name` and never becomes an unhandled one. */
  track(name: string, work: Promise<unknown>): void;
  /** Waits until nothing is running or `timeoutMs` have passed. Returns the names of what was still running. */
  drain(timeoutMs: number): Promise<string[]>;
}

export function createTasks({ log }: { log: Logger }): Tasks {
  const running = new Map<Promise<unknown>, string>();

  return {
    track(name, work) {
      const watched = work
        .catch((error: unknown) => log.error("task-failed", { task: name, error }))
        .finally(() => running.delete(watched));
      running.set(watched, name);
    },

    async drain(timeoutMs) {
      let timer: NodeJS.Timeout | undefined;
      const timeUp = new Promise<"time-up">((resolve) => {
        timer = setTimeout(() => resolve("time-up"), timeoutMs);
      });
      try {
        // Again and again: a task may start another one while we wait.
        while (running.size > 0) {
          const ended = await Promise.race([Promise.allSettled(running.keys()), timeUp]);
          if (ended === "time-up") break;
        }
      } finally {
        clearTimeout(timer);
      }
      return [...running.values()];
    },
  };
}
