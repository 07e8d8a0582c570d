import { createHash } from "node:crypto";
import type { PlainEntry, PlainEvent } from "./check-entries.ts";
import type { Finding, FindingCode } from "./finding.ts";
import { canonicalText } from "./strict-json.ts";

/** What became public, in which words, and on whose word. Follows from the entries alone. */
export interface PublicEntry {
  /** `attested`: a person said that it is on the page; nothing was sent from here. */
  how: "published" | "found" | "attested";
  /** Where the record says so. */
  seq: number;
  at: string;
  draftId: string;
  version: number;
  contentHash: string | null;
  /** All that was sent, as it was approved. */
  content: unknown;
  approvals: { approvalId: string; by: string; basis: string; seq: number; at: string; expiresAt: string }[];
  approved: boolean;
  attestedBy: string | null;
  link: string | null;
}

export interface PublishReport {
  /** Writes that reached the page, or were found on it. */
  writes: number;
  /** Of these: approved by a person on the hash that was sent, unexpired, with the ground of that person's authority. */
  approved: number;
  /** Sent before a checkpoint could cover them, which the record says itself. */
  skippedCheckpoint: number;
  /** In the order in which they became public. */
  page: PublicEntry[];
  findings: Finding[];
}

interface Text {
  version: number;
  hash: string;
  content: unknown;
}
type Grant = PublicEntry["approvals"][number] & { draftId: string; version: number; hash: string; live: boolean };
type Attempt = Pick<PublicEntry, "draftId" | "version" | "contentHash" | "content" | "approvals" | "approved"> & {
  counted: boolean;
};

const hashOf = (content: unknown): string =>
  createHash("sha256")
    .update(`incident-publish/v1/content\n${canonicalText(content)}`, "utf8")
    .digest("hex");

/** Follows, entry by entry, whether every write to the page was of a text that a person had approved at that time. */
export function createPublishCheck(incident: string): { next(entry: PlainEntry): void; end(): PublishReport } {
  const texts = new Map<string, Text>();
  const grants = new Map<string, Grant>();
  const attempts = new Map<string, Attempt>();
  const report: PublishReport = { writes: 0, approved: 0, skippedCheckpoint: 0, page: [], findings: [] };

  const found = (code: FindingCode, { epoch, seq }: PlainEntry) =>
    report.findings.push({ incident, epoch, seq, code, layer: "P" });

  const note = (event: PlainEvent, entry: PlainEntry) => {
    const { seq, at, actor } = entry;
    const draftId = String(event.draftId);
    switch (event.type) {
      case "DraftProposed":
      case "DraftRevised": {
        const hash = hashOf(event.content);
        if (hash !== event.contentHash) found("content-mismatch", entry);
        texts.set(draftId, { version: Number(event.version), hash, content: event.content ?? null });
        return;
      }
      case "DraftShown":
        if (texts.get(draftId)?.version === event.version && texts.get(draftId)?.hash !== event.contentHash)
          found("content-mismatch", entry);
        return;
      case "ApprovalGranted": {
        const text = texts.get(draftId);
        const fits =
          text !== undefined &&
          text.version === event.version &&
          text.hash === event.contentHash &&
          actor.kind === "human";
        if (!fits) found("content-mismatch", entry);
        const approvalId = String(event.approvalId);
        grants.set(approvalId, {
          approvalId,
          by: String(event.by),
          basis: String(event.basis ?? ""),
          seq,
          at,
          expiresAt: String(event.expiresAt),
          draftId,
          version: Number(event.version),
          hash: String(event.contentHash),
          live: fits,
        });
        return;
      }
      case "ApprovalVoided":
      case "ApprovalRevoked":
      case "ApprovalExpired": {
        const grant = grants.get(String(event.approvalId));
        if (grant) grant.live = false;
        return;
      }
      case "CheckpointSkipped":
        report.skippedCheckpoint += 1;
        return;
      case "PublishStarted": {
        const ids = Array.isArray(event.approvalIds) ? event.approvalIds.map(String) : [];
        const text = texts.get(draftId);
        const approved =
          ids.length > 0 &&
          text !== undefined &&
          text.hash === event.contentHash &&
          text.version === event.version &&
          ids.every((id) => {
            const grant = grants.get(id);
            return (
              grant?.live === true &&
              grant.draftId === draftId &&
              grant.version === event.version &&
              grant.hash === event.contentHash &&
              grant.basis !== "" &&
              at < grant.expiresAt
            );
          });
        if (!approved) found("publish-unapproved", entry);
        attempts.set(String(event.attemptId), {
          draftId,
          version: Number(event.version),
          contentHash: String(event.contentHash),
          content: text?.content ?? null,
          approvals: ids.flatMap((id) => grants.get(id) ?? []).map(shownGrant),
          approved,
          counted: false,
        });
        return;
      }
      case "PublishSucceeded":
        return counted(event, "published", entry);
      case "PublishReconciled":
        return event.result === "found" ? counted(event, "found", entry) : undefined;
      case "PublishAttested":
        report.page.push({
          how: "attested",
          seq,
          at,
          draftId,
          version: Number(event.version),
          contentHash: null,
          content: null,
          approvals: [],
          approved: false,
          attestedBy: String(event.by),
          link: textOrNull(event.link),
        });
        return;
    }
  };

  const counted = (event: PlainEvent, how: PublicEntry["how"], entry: PlainEntry) => {
    const { seq, at } = entry;
    const attempt = attempts.get(String(event.attemptId));
    if (!attempt) found("publish-unapproved", entry);
    if (attempt?.counted) return;
    if (attempt) attempt.counted = true;
    report.writes += 1;
    if (attempt?.approved) report.approved += 1;
    const { counted: _, ...known } = attempt ?? { ...UNANNOUNCED, draftId: String(event.draftId), counted: true };
    report.page.push({ how, seq, at, ...known, attestedBy: null, link: textOrNull(event.url) });
  };

  return {
    next: (entry) => {
      for (const event of entry.events) note(event, entry);
    },
    end: () => report,
  };
}

/** A success that no attempt went before. */
const UNANNOUNCED = { version: 0, contentHash: null, content: null, approvals: [], approved: false };

const shownGrant = ({ approvalId, by, basis, seq, at, expiresAt }: Grant) => ({
  approvalId,
  by,
  basis,
  seq,
  at,
  expiresAt,
});

const textOrNull = (value: unknown): string | null => (typeof value === "string" ? value : null);
