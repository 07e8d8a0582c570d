/** One statement and the ledger entries that prove it. */
export interface Sentence {
  text: string;
  /** Entry numbers. */
  sources: number[];
}

/** `[E#3, E#7]`: how a sentence names its entries. */
export const citation = (sources: readonly number[]): string => `[${sources.map((seq) => `E#${seq}`).join(", ")}]`;
