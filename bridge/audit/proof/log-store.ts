/** Where the log lies. Nothing in it is ever written twice: who comes second learns that the place is taken. */
export interface LogStore {
  /** Writes a new object. `taken`: there is one already, ours or another's. Throws when the outcome is unknown. */
  putOnce(key: string, text: string): Promise<"put" | "taken">;
  /** Undefined when there is none. */
  get(key: string): Promise<string | undefined>;
  /** All keys below `prefix` that come after `after`, in order. */
  list(prefix: string, after?: string): Promise<string[]>;
}

const LEAVES = "log/leaf/";
const CHECKPOINTS = "log/checkpoint/";
const digits = (n: number): string => String(n).padStart(12, "0");

export const leafKey = (index: number): string => `${LEAVES}${digits(index)}`;
export const checkpointKey = (size: number): string => `${CHECKPOINTS}${digits(size)}`;

/** Stored texts are asked for this many at a time: the log may lie an ocean away. */
const AT_ONCE = 32;

export interface Numbered {
  n: number;
  /** Undefined: listed, and gone when it was read. */
  text: string | undefined;
}

/** Leaves from `from` on, in order. A number that is not there is left out. */
export const readLeaves = (store: LogStore, from = 0): AsyncGenerator<Numbered> => read(store, LEAVES, from);

/** Checkpoints of size `from` and above, in order. */
export const readCheckpoints = (store: LogStore, from = 0): AsyncGenerator<Numbered> => read(store, CHECKPOINTS, from);

async function* read(store: LogStore, prefix: string, from: number): AsyncGenerator<Numbered> {
  const keys = (await store.list(prefix, from > 0 ? `${prefix}${digits(from - 1)}` : undefined)).filter((key) =>
    /^\d{12}$/.test(key.slice(prefix.length)),
  );
  for (let start = 0; start < keys.length; start += AT_ONCE) {
    const batch = keys.slice(start, start + AT_ONCE);
    const texts = await Promise.all(batch.map((key) => store.get(key)));
    for (const [place, key] of batch.entries()) yield { n: Number(key.slice(prefix.length)), text: texts[place] };
  }
}
