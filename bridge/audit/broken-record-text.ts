import type { BrokenChainError } from "../ledger/ledger.ts";

/** For a person whose act was not recorded because the record itself does not hold. */
export const brokenRecordText = ({ incident, finding }: Pick<BrokenChainError, "incident" | "finding">): string =>
  `Nothing was recorded and nothing is published from here: the record of ${incident} does not verify at entry ${finding.seq} ` +
  `(${finding.fault}). Call the security lead. Until a new epoch is opened, keep notes by hand and tell customers by hand in Statuspage.`;
