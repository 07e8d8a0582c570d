/**
 * Does `work` for each item, in their order, never more than `atOnce` at a time: a long list must not become as many calls at once.
 * @returns what each came to, in the order of the items
 * @throws what the first work to fail throws; nothing new is begun then
 */
export async function atMost<T, R>(atOnce: number, items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  // Shared by the workers: each takes the next item that none has taken.
  const left = items.entries();
  let failed = false;
  const worker = async () => {
    for (const [place, item] of left) {
      if (failed) return;
      try {
        results[place] = await work(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return results;
}
