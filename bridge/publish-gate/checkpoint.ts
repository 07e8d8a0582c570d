/**
 * Makes a stream's head known outside the ledger before something irreversible is done. Throws when it could not;
 * a `HeadRefusedError` says that the record itself does not hold, and then nothing may be sent on its word.
 */
export interface Checkpoints {
  /** Covers the incident up to this place. The hash is read from the ledger, never taken from whoever asks. */
  cover(incident: string, upTo: { seq: number }): Promise<void>;
}

/** Where no log is configured, nothing is covered and nothing claims to be. */
export const noCheckpoints: Checkpoints = { cover: () => Promise.resolve() };
