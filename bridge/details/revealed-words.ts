import type { RevealDetails } from "../audit/export-bundle.ts";
import type { SealedDetails } from "./sealed-details.ts";

/** All words of an incident that can still be read, with what proves that an entry commits to them. */
export const revealedWords = (details: Pick<SealedDetails, "reveal">): RevealDetails =>
  async function* (incident) {
    for (const [commit, kept] of await details.reveal(incident)) {
      if (kept !== "unreadable") yield { commit, salt: kept.salt, details: kept.words };
    }
  };
