/** Something in the world changed. Small on purpose: who wants to know more reads the snapshot. */
export interface WorldChange {
  seq: number;
  /** Epoch milliseconds. */
  at: number;
  part: "world" | "slack" | "vendor" | "store" | "bridge" | "alerts" | "faults";
  type: string;
  [detail: string]: unknown;
}

export type ChangeListener = (change: WorldChange) => void;

/** Tells everybody who listens. A listener that throws loses its turn, not the others theirs. */
export interface ChangeFeed {
  emit(part: WorldChange["part"], type: string, detail?: Record<string, unknown>): void;
  subscribe(listener: ChangeListener): () => void;
}

export function createChangeFeed(onListenerError: (error: unknown) => void): ChangeFeed {
  const listeners = new Set<ChangeListener>();
  let seq = 0;
  return {
    emit(part, type, detail = {}) {
      seq += 1;
      const change: WorldChange = { ...detail, seq, at: Date.now(), part, type };
      for (const listener of listeners) {
        try {
          listener(change);
        } catch (error) {
          onListenerError(error);
        }
      }
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
