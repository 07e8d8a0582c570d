import { createHash } from "node:crypto";
import type { PlainEntry, PlainEvent } from "./check-entries.ts";
import type { Finding, FindingCode } from "./finding.ts";
import { canonicalText } from "./strict-json.ts";

export interface PublishReport {
  /** Writes that reached the page, or were found on it. */
  writes: number;
  /** Of these: approved by a person on the hash that was sent, unexpired, with the ground of that person's authority. */
  approved: number;
  /** Sent before a checkpoint could cover them, which the record says itself. */
  skippedCheckpoint: number;
  findings: Finding[];
}

interface Text {
  version: number;
  hash: string;
}
interface Grant {
  draftId: string;
  version: number;
  hash: string;
  expiresAt: string;
  basis: string;
  live: boolean;
}

const hashOf = (content: unknown): string =>
  createHash("sha256")
    .update(`incident-publish/v1/content\n${canonicalText(content)}`, "utf8")
    .digest("hex");

/** Follows, entry by entry, whether every write to the page was of a text that a person had approved at that time. */
export function createPublishCheck(incident: string): { next(entry: PlainEntry): void; end(): PublishReport } {
  const texts = new Map<string, Text>();
  const grants = new Map<string, Grant>();
  const attempts = new Map<string, { approved: boolean; counted: boolean }>();
  const report: PublishReport = { writes: 0, approved: 0, skippedCheckpoint: 0, findings: [] };

  const note = (event: PlainEvent, { epoch, seq, at, actor }: PlainEntry) => {
    const draftId = String(event.draftId);
    const found = (code: FindingCode) => report.findings.push({ incident, epoch, seq, code, layer: "P" });
    switch (event.type) {
      case "DraftProposed":
      case "DraftRevised": {
        const hash = hashOf(event.content);
        if (hash !== event.contentHash) found("content-mismatch");
        texts.set(draftId, { version: Number(event.version), hash });
        return;
      }
      case "DraftShown":
        if (texts.get(draftId)?.version === event.version && texts.get(draftId)?.hash !== event.contentHash)
          found("content-mismatch");
        return;
      case "ApprovalGranted": {
        const text = texts.get(draftId);
        const fits =
          text !== undefined &&
          text.version === event.version &&
          text.hash === event.contentHash &&
          actor.kind === "human";
        if (!fits) found("content-mismatch");
        grants.set(String(event.approvalId), {
          draftId,
          version: Number(event.version),
          hash: String(event.contentHash),
          expiresAt: String(event.expiresAt),
          basis: String(event.basis ?? ""),
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
        if (!approved) found("publish-unapproved");
        attempts.set(String(event.attemptId), { approved, counted: false });
        return;
      }
      case "PublishSucceeded":
        return counted(event, found);
      case "PublishReconciled":
        return event.result === "found" ? counted(event, found) : undefined;
    }
  };

  const counted = (event: PlainEvent, found: (code: FindingCode) => void) => {
    const attempt = attempts.get(String(event.attemptId));
    if (!attempt) found("publish-unapproved");
    if (attempt?.counted) return;
    if (attempt) attempt.counted = true;
    report.writes += 1;
    if (attempt?.approved) report.approved += 1;
  };

  return {
    next: (entry) => {
      for (const event of entry.events) note(event, entry);
    },
    end: () => report,
  };
}
