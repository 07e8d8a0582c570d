import { createHash } from "node:crypto";
import type { PlainEntry } from "./check-entries.ts";
import type { Finding } from "./finding.ts";
import { canonicalText, isCanonicalFormOf } from "./strict-json.ts";

/**
 * What people wrote and what names people stands in an entry only as `commit`; the words and their salt are kept apart, so that
 * they can be erased. Whoever is given both can check that these were the words.
 */
export interface RevealedDetails {
  commit: string;
  /** 32 bytes in lower-case hex. */
  salt: string;
  details: unknown;
}

interface DetailsReport {
  /** Events whose words stand apart. */
  committed: number;
  /** How many of those were revealed and are what was committed to. */
  revealed: number;
  findings: Finding[];
}

interface DetailsCheck {
  /** Told of each entry of the stream, before any details. */
  entry(entry: PlainEntry): void;
  /** One `RevealedDetails` in canonical form, as a bundle holds one a line. Words that no entry of this stream commits to are a finding as much as others than those committed to. */
  reveal(line: string): void;
  end(): DetailsReport;
}

const HASH = /^[0-9a-f]{64}$/;
const FIELDS = "commit,details,salt";

/** Hex SHA-256 of label, salt and the canonical form of the details. They must lie in the ledger's value domain. */
export const commitmentTo = (salt: Uint8Array, details: unknown): string =>
  createHash("sha256")
    .update("incident-ledger/v1/commit\n")
    .update(salt)
    .update(canonicalText(details), "utf8")
    .digest("hex");

/** Compares what is revealed of one incident with what its entries commit to. */
export function createDetailsCheck(incident: string): DetailsCheck {
  const places = new Map<string, { epoch: number; seq: number }>();
  const proved = new Set<string>();
  const findings: Finding[] = [];
  const found = (place: { epoch: number; seq: number } | undefined) =>
    findings.push({
      incident,
      epoch: place?.epoch ?? null,
      seq: place?.seq ?? null,
      code: "commitment-mismatch",
      layer: "C",
    });

  return {
    entry({ epoch, seq, events }) {
      for (const { commit } of events) {
        if (typeof commit === "string" && HASH.test(commit)) places.set(commit, { epoch, seq });
      }
    },
    reveal(line) {
      const read = readDetails(line);
      const place = read && places.get(read.commit);
      if (place && commitmentTo(Buffer.from(read.salt, "hex"), read.details) === read.commit) proved.add(read.commit);
      else found(place);
    },
    end: () => ({ committed: places.size, revealed: proved.size, findings }),
  };
}

/** What a report must say of those that nobody showed; undefined when there are none. */
export function unrevealed({ committed, revealed }: DetailsReport): string | undefined {
  const hidden = committed - revealed;
  return hidden === 0
    ? undefined
    : `details of ${hidden} ${hidden === 1 ? "event" : "events"} erased or not revealed: only their commitments were checked`;
}

function readDetails(line: string): RevealedDetails | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null || Object.keys(value).sort().join(",") !== FIELDS) return undefined;
  const { commit, salt, details } = value as Record<string, unknown>;
  if (typeof commit !== "string" || !HASH.test(commit) || typeof salt !== "string" || !HASH.test(salt))
    return undefined;
  return isCanonicalFormOf(line, value) ? { commit, salt, details } : undefined;
}
