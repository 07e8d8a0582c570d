/** Lets a waiting claim know that something was appended in this process. */
export interface Wake {
  signal(): void;
  /** Resolves at the next signal or after `timeoutMs`, whichever is first. */
  wait(timeoutMs: number): Promise<void>;
}

export function createWake(): Wake {
  let waiting = new Set<() => void>();
  return {
    signal() {
      const woken = waiting;
      waiting = new Set();
      for (const resolve of woken) resolve();
    },
    wait: (timeoutMs) =>
      new Promise((resolve) => {
        const done = () => {
          clearTimeout(timer);
          waiting.delete(done);
          resolve();
        };
        const timer = setTimeout(done, timeoutMs);
        waiting.add(done);
      }),
  };
}
