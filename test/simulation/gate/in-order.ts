import type * as fc from "fast-check";

/** A scheduler without chance: calls go on in the order they were made. */
export function inOrder(): Pick<fc.Scheduler, "schedule" | "count" | "waitNext"> & { labels: () => string[] } {
  const waiting: { label: string; go: () => void }[] = [];
  return {
    labels: () => waiting.map(({ label }) => label),
    count: () => waiting.length,
    schedule: (task, label = "") =>
      new Promise((resolve, reject) => {
        waiting.push({ label, go: () => void task.then(resolve, reject) });
      }),
    waitNext: async (count) => {
      for (const { go } of waiting.splice(0, count)) go();
    },
  };
}
