import { SEVERITIES } from "../../shared/vocabulary.ts";
import type { Instant } from "../platform/clock.ts";
import { unreachable } from "../platform/unreachable.ts";
import { Runbook } from "../runbooks/schema.ts";
import type { EventOf } from "./events.ts";
import type { RunbookEvent } from "./runbook-events.ts";
import type { CheckRecord, ItemRecord, Response } from "./state.ts";

/** Names an item, a piece of evidence or a check across all attached runbooks. */
export const keyOf = (runbookId: string, id: string): string => `${runbookId}/${id}`;

/** Checklists, phase and gate after one event. Total, as `evolve` is. */
export function evolveResponse(response: Response, event: RunbookEvent, at: Instant): Response {
  switch (event.type) {
    case "RunbooksChosen":
      return { ...response, chosen: event.matches };
    case "RunbookAttached":
      return attached(response, event, at);
    case "RunbookDetached": {
      const { by, reason } = event;
      return {
        ...response,
        attached: response.attached.map((one) =>
          one.runbook.id === event.runbookId ? { ...one, detached: { by, reason } } : one,
        ),
      };
    }
    case "ItemTicked":
      return withItem(response, event, (item) => ({
        ...standing(item),
        done: { by: event.by, at, proof: event.proof },
      }));
    case "ItemUnticked":
      return withItem(response, event, standing);
    case "ItemSkipped":
      return withItem(response, event, (item) => ({
        ...standing(item),
        skipped: { by: event.by, at, reason: event.reason },
      }));
    case "ItemAssigned":
      return withItem(response, event, (item) => ({ ...item, assigned: { to: event.to, by: event.by, at } }));
    case "EscalationConfirmed":
      return withItem(response, event, (item) => ({ ...item, confirmed: { by: event.by, at } }));
    case "EvidenceStored": {
      const { runbookId, evidenceId, link, note, by } = event;
      const stored = { link, note, by, at };
      if (runbookId === null || evidenceId === null)
        return { ...response, otherEvidence: [...response.otherEvidence, stored] };
      return { ...response, evidence: new Map(response.evidence).set(keyOf(runbookId, evidenceId), stored) };
    }
    case "EvidenceLost":
      return {
        ...response,
        lost: new Map(response.lost).set(keyOf(event.runbookId, event.evidenceId), event.actionId),
      };
    case "PhaseMoved":
      return { ...response, phase: event.to, phaseSince: at, phases: [...response.phases, event.to] };
    case "SeverityChanged":
      return severityChanged(response, event, at);
    case "SeverityConfirmed":
      return { ...response, severityBy: { by: event.by, at } };
    case "PublicUpdateWaived":
      return withoutLapse({ ...response, publicUpdateWaived: { by: event.by, reason: event.reason, at } });
    case "CheckProven": {
      const { proof, stated, by } = event;
      return withCheck(response, event, { kind: "proven", proof, stated, by, at });
    }
    case "CheckOverridden": {
      const { reason, basis, by } = event;
      return withCheck(response, event, { kind: "overridden", reason, basis, by, at });
    }
    case "TopicSet":
      return { ...response, topicRev: event.rev };
    default:
      return unreachable(event);
  }
}

/** A copy that is no runbook changes nothing: the decision that attaches one has read it before. */
function attached(response: Response, event: EventOf<"RunbookAttached">, at: Instant): Response {
  const runbook = readCopy(event.text);
  if (runbook === undefined) return response;
  const { sha256, trigger, triggerIndex, by } = event;
  const others = response.attached.filter((one) => one.runbook.id !== runbook.id);
  return { ...response, attached: [...others, { runbook, sha256, trigger, triggerIndex, by, at }] };
}

/** The runbook in an attached copy; undefined when the text is none. */
export function readCopy(text: string): Runbook | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // No JSON is no runbook, and the caller says what that means.
    return undefined;
  }
  const parsed = Runbook.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

/** What holds of an item whether it is done or not. */
const standing = ({ assigned, confirmed }: ItemRecord): ItemRecord => ({
  ...(assigned ? { assigned } : {}),
  ...(confirmed ? { confirmed } : {}),
});

function withItem(
  response: Response,
  { runbookId, itemId }: { runbookId: string; itemId: string },
  change: (item: ItemRecord) => ItemRecord,
): Response {
  const key = keyOf(runbookId, itemId);
  return { ...response, items: new Map(response.items).set(key, change(response.items.get(key) ?? {})) };
}

const withCheck = (
  response: Response,
  { runbookId, checkId }: { runbookId: string; checkId: string },
  record: CheckRecord,
): Response => ({ ...response, checks: new Map(response.checks).set(keyOf(runbookId, checkId), record) });

const withoutLapse = ({ waiverLapsed: _, ...response }: Response): Response => response;

function severityChanged(response: Response, event: EventOf<"SeverityChanged">, at: Instant): Response {
  const { publicUpdateWaived, ...rest } = response;
  const rose = SEVERITIES.indexOf(event.to) < SEVERITIES.indexOf(event.from);
  return {
    ...rest,
    // What was true of a smaller incident must be said again of a bigger one.
    ...(publicUpdateWaived && !rose ? { publicUpdateWaived } : {}),
    ...(publicUpdateWaived && rose
      ? { waiverLapsed: { by: publicUpdateWaived.by, reason: publicUpdateWaived.reason, at } }
      : {}),
    ...(event.by === null ? {} : { severityBy: { by: event.by, at } }),
    raisedBy: event.rule === null ? response.raisedBy : new Set(response.raisedBy).add(event.rule),
  };
}
