import type { LogStore } from "../proof/log-store.ts";

/**
 * A view of the log that reads each object once: what is in it is never written twice. What there is, is listed anew each
 * time, so an object that disappears is seen; `forget` makes the next look read every text again.
 */
export function writeOnceCache(log: LogStore): LogStore & { forget(): void } {
  const texts = new Map<string, string>();
  return {
    putOnce: (key, text) => log.putOnce(key, text),
    list: (prefix, after) => log.list(prefix, after),
    async get(key) {
      const known = texts.get(key);
      if (known !== undefined) return known;
      const text = await log.get(key);
      if (text !== undefined) texts.set(key, text);
      return text;
    },
    forget: () => texts.clear(),
  };
}
