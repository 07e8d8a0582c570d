import { commitmentTo, SALT_BYTES } from "../../bridge/details/commitment.ts";
import { revealingLedger } from "../../bridge/details/revealing-ledger.ts";
import type { KeptWords, Revealed, SealedDetails } from "../../bridge/details/sealed-details.ts";
import { inPlainForm, isSealed, UNREAD } from "../../bridge/incident/sealed-events.ts";
import type { Entry, RecordedEntry } from "../../bridge/ledger/entry-types.ts";
import type { Ledger, SealedLedger } from "../../bridge/ledger/ledger.ts";
import type { Clock } from "../../bridge/platform/clock.ts";
import { silentLogger } from "../../bridge/platform/logger.ts";

/** Words of all incidents of this process, as all its replicas find them; sealed by nothing. */
const kept = new Map<string, KeptWords>();
const SALT = new Uint8Array(SALT_BYTES);

export const memoryWords: Pick<SealedDetails, "keep" | "reveal"> = {
  keep: async (_incident, words) =>
    words.map((one) => {
      // What a rule hands on without having been able to read it would be lost for ever.
      if (Object.values(one).includes(UNREAD)) throw new Error(`a rule quotes words: ${JSON.stringify(one)}`);
      const commit = commitmentTo(SALT, one);
      kept.set(commit, { salt: "0".repeat(2 * SALT_BYTES), words: one });
      return commit;
    }),
  reveal: async () => kept,
};

/** A ledger whose words are kept in memory, as people read it. */
export const readable = (ledger: SealedLedger, clock: Clock): Ledger =>
  revealingLedger(ledger, { details: memoryWords, clock, log: silentLogger });

/** A recorded entry with the words that are kept, by default those of `memoryWords`. */
export const withWords = (entry: RecordedEntry, words: Revealed = kept): Entry => ({
  ...entry,
  events: entry.events.map((event) => {
    const found = isSealed(event) ? words.get(event.commit) : undefined;
    return inPlainForm(event, found === "unreadable" ? found : found?.words);
  }),
});
