import { plainType } from "../../incident/sealed-events.ts";
import type { PlainEntry, PlainEvent } from "../proof/check-entries.ts";

/** One event as the record has it, with its place and whose act it was. */
export interface Fact {
  incident: string;
  seq: number;
  at: string;
  actor: PlainEntry["actor"];
  event: PlainEvent;
}

/** Who was allowed what, who was refused, and who looked: by type, so that what a later version records is left out and not guessed. */
const ACCESS: ReadonlySet<string> = new Set([
  "ApprovalDenied",
  "ApprovalRevoked",
  "ApprovalVoided",
  "BreakGlassUsed",
  "ReviewOpened",
  "ReviewClosed",
  "CommandTaken",
  "HandoverOffered",
  "CommandAbandoned",
  "RoleAssigned",
  "PersonInvited",
  "JoinAccepted",
  "CheckOverridden",
  "AuditRead",
  "IncidentExported",
  "DetailsErased",
  "EpochOpened",
]);
/** What verification found while it ran, as the product's own stream has it. */
const VERIFICATION: ReadonlySet<string> = new Set(["RecordBreakFound", "EpochOpened"]);

export type FactKind = "approvals" | "access" | "verification";

/** Under which headings an event is evidence. */
export function headingsOf(event: PlainEvent): FactKind[] {
  const type = plainType(event.type);
  return [
    ...(type === "ApprovalGranted" ? (["approvals"] as const) : []),
    ...(ACCESS.has(type) ? (["access"] as const) : []),
    ...(VERIFICATION.has(type) ? (["verification"] as const) : []),
  ];
}

/** What is said of an incident in one line; null where the record does not say. */
export interface IncidentSummary {
  openedAt: string | null;
  resolvedAt: string | null;
  severity: unknown;
  class: unknown;
  service: unknown;
  origin: unknown;
  postmortem: unknown;
}

/** Follows an incident's entries; `summary` is of all that were told. */
export function createSummary(): { next(entry: PlainEntry): void; summary: IncidentSummary } {
  const summary: IncidentSummary = {
    openedAt: null,
    resolvedAt: null,
    severity: null,
    class: null,
    service: null,
    origin: null,
    postmortem: null,
  };
  const note = (event: PlainEvent, at: string) => {
    switch (plainType(event.type)) {
      case "IncidentOpened":
        summary.openedAt = at;
        summary.severity = event.severity ?? null;
        summary.class = event.class ?? null;
        summary.service = event.service ?? null;
        summary.origin = event.origin ?? null;
        return;
      case "SeverityChanged":
        summary.severity = event.to ?? null;
        return;
      case "IncidentResolved":
        summary.resolvedAt = at;
        return;
      case "IncidentReopened":
        summary.resolvedAt = null;
        return;
      case "PostmortemFiled":
        summary.postmortem = event.url ?? null;
        return;
    }
  };
  return {
    summary,
    next: ({ events, at }) => {
      for (const event of events) note(event, at);
    },
  };
}
