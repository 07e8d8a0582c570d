import type { Phase } from "../../../shared/vocabulary.ts";
import type { Instant } from "../../platform/clock.ts";
import { isObservedFact, type ObservedFact } from "../../runbooks/observed-facts.ts";
import type { Evidence, Immediate, Runbook } from "../../runbooks/schema.ts";
import { isoDurationMs } from "../../services/iso-duration.ts";
import { keyOf } from "../evolve-response.ts";
import type { AttachedRunbook, Incident, ItemRecord } from "../state.ts";
import { filled, startOf } from "./filled.ts";
import { observes } from "./observed.ts";

/** One thing to do, whatever part of a runbook it stands in. */
export interface Item {
  /** `<runbook>/<item>`. */
  key: string;
  runbookId: string;
  id: string;
  kind: "immediate" | "evidence" | "milestone" | "clock" | "escalation";
  phase: Phase;
  text: string;
  role: string;
  /** When it should be done; undefined where nothing says so. */
  dueAt?: Instant;
  required: boolean;
  /** The ledger shows it or does not; nobody ticks it. */
  observed: boolean;
  status: "open" | "done" | "skipped" | "lost";
  record: ItemRecord;
  immediate?: Immediate;
  evidence?: Evidence;
}

export const DEFAULT_RUNBOOK = "default";

/** What the incident follows now: the attached ones, or the default while there is no other. Its milestones count in any case. */
export function activeRunbooks(state: Incident): AttachedRunbook[] {
  const attached = state.response.attached.filter(({ detached }) => detached === undefined);
  const specific = attached.filter(({ runbook }) => runbook.id !== DEFAULT_RUNBOOK);
  return specific.length > 0 ? specific : attached;
}

/** Everything there is to do, in the order of the runbooks, in words that name this incident's service and times. */
export function itemsOf(state: Incident): Item[] {
  return everyItem(state).map((item) => ({ ...item, text: filled(state, item.text) }));
}

function everyItem(state: Incident): Item[] {
  const t0 = startOf(state);
  return [
    ...activeRunbooks(state).flatMap(({ runbook }) => [
      ...runbook.immediate.map((action) => immediateItem(state, runbook, action, t0)),
      ...runbook.evidence.map((evidence) => evidenceItem(state, runbook, evidence)),
      ...runbook.clocks.map(({ at, what, role }, index) =>
        personItem(state, runbook, `clock-${index + 1}`, {
          kind: "clock",
          phase: "review",
          text: what,
          role,
          dueAt: t0 + ms(at),
        }),
      ),
      ...runbook.escalation.map((entry, index) =>
        personItem(state, runbook, escalationItemId(index), {
          kind: "escalation",
          phase: "contain",
          text: `${entry.if}: reach ${entry.to.replace(":", " ")}`,
          role: "ic",
          dueAt: (confirmedAt(state, runbook.id, index) ?? t0) + ms(entry.within),
        }),
      ),
    ]),
    ...milestonesOf(state),
  ];
}

/** The eleven items that every incident has. */
export function milestonesOf(state: Incident): Item[] {
  const standard = state.response.attached.find(({ runbook }) => runbook.id === DEFAULT_RUNBOOK)?.runbook;
  return (standard?.checklist ?? []).map((milestone) => {
    const base = {
      kind: "milestone" as const,
      phase: milestone.phase,
      text: milestone.item,
      role: milestone.role ?? "ic",
    };
    return milestone.done_by === "event" && isObservedFact(milestone.event)
      ? observedItem(state, standard?.id ?? "", milestone.id, milestone.event, base)
      : personItem(state, standard ?? { id: "" }, milestone.id, base);
  });
}

export const itemOf = (state: Incident, key: string): Item | undefined =>
  itemsOf(state).find((item) => item.key === key);

/** Ticked: they were reached. Skipped, with the reason: what it waits for is not so. */
export const escalationItemId = (index: number): string => `escalation-${index + 1}`;

const confirmedAt = (state: Incident, runbookId: string, index: number): Instant | undefined =>
  state.response.items.get(keyOf(runbookId, escalationItemId(index)))?.confirmed?.at;

const ms = (duration: string): number => isoDurationMs(duration) ?? 0;

type Base = Pick<Item, "kind" | "phase" | "text" | "role"> &
  Partial<Pick<Item, "dueAt" | "required" | "immediate" | "evidence">>;

function observedItem(state: Incident, runbookId: string, id: string, fact: ObservedFact, base: Base): Item {
  const status = observes(state, fact) ? "done" : "open";
  return { key: keyOf(runbookId, id), runbookId, id, required: true, observed: true, status, record: {}, ...base };
}

function personItem(state: Incident, { id: runbookId }: Pick<Runbook, "id">, id: string, base: Base): Item {
  const key = keyOf(runbookId, id);
  const record = state.response.items.get(key) ?? {};
  const status = record.done ? "done" : record.skipped ? "skipped" : "open";
  return { key, runbookId, id, required: true, observed: false, status, record, ...base };
}

function immediateItem(state: Incident, runbook: Runbook, action: Immediate, t0: Instant): Item {
  const base: Base = {
    kind: "immediate",
    phase: "contain",
    text: action.do,
    role: action.role,
    dueAt: t0 + ms(action.by),
    immediate: action,
  };
  // Confirming the severity is what the severity form records; the rest is the word of a person.
  return action.link === "form:change_severity" && action.kind === "assign" && action.id === "confirm-severity"
    ? observedItem(state, runbook.id, action.id, "severity-confirmed", base)
    : personItem(state, runbook, action.id, base);
}

function evidenceItem(state: Incident, runbook: Runbook, evidence: Evidence): Item {
  const { id, what: text, role, phase, required, where } = evidence;
  const base: Base = { kind: "evidence", phase, text, role, required, evidence };
  const fact = where.startsWith("ledger:") ? where.slice("ledger:".length) : undefined;
  if (isObservedFact(fact)) return observedItem(state, runbook.id, id, fact, base);
  const item = personItem(state, runbook, id, base);
  if (item.status !== "open") return item;
  if (state.response.evidence.has(item.key)) return { ...item, status: "done" };
  return state.response.lost.has(item.key) ? { ...item, status: "lost" } : item;
}
