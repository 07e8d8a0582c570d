/** Which evidence shows it: chain, log, key, witness or remembered size, watermark, policy of publishing. */
export type FindingLayer = "C" | "L" | "K" | "W" | "S" | "P";

export type FindingCode =
  // One entry, by itself or beside its neighbours.
  | "hash-mismatch"
  | "not-json"
  | "not-canonical"
  | "not-an-entry"
  | "key-mismatch"
  | "type-mismatch"
  | "extra-attribute"
  | "epoch-mismatch"
  | "prev-mismatch"
  | "seq-gap"
  | "time-fell"
  | "command-repeated"
  | "commitment-mismatch"
  // The ledger beside the log.
  | "head-mismatch"
  | "head-missing"
  | "later-than-log"
  // The log.
  | "leaf-missing"
  | "leaf-malformed"
  | "tick-missing"
  | "tick-disorder"
  | "checkpoint-malformed"
  | "origin-foreign"
  | "root-mismatch"
  | "inclusion-unproved"
  | "consistency-unproved"
  | "signature-invalid"
  | "log-shrunk"
  | "root-changed"
  | "witness-mismatch"
  | "watermark-mismatch"
  | "watermark-missing"
  // What was published.
  | "publish-unapproved"
  | "content-mismatch"
  | "page-mismatch"
  // The check itself.
  | "manifest-mismatch"
  | "check-failed";

/** One thing that does not hold. In the log itself `incident` and `epoch` are null and `seq` is the leaf or the size. */
export interface Finding {
  incident: string | null;
  epoch: number | null;
  seq: number | null;
  code: FindingCode;
  layer: FindingLayer;
}

export const inLog = (code: FindingCode, seq: number, layer: FindingLayer = "L"): Finding => ({
  incident: null,
  epoch: null,
  seq,
  code,
  layer,
});
