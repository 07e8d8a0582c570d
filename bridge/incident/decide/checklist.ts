import type { Phase } from "../../../shared/vocabulary.ts";
import { type Decision, happened, notOpen, refuse } from "../decision.ts";
import type { IncidentEvent } from "../events.ts";
import { type Item, itemOf, itemsOf } from "../response/items.ts";
import type { Incident } from "../state.ts";
import { movePhase, phaseMoved } from "./phase.ts";

export interface UpdateChecklist {
  actor: string;
  /** Keys of items, `<runbook>/<item>`. */
  done: readonly string[];
  skip: readonly string[];
  skipReason: string | undefined;
  /** Escalations whose condition has come true. */
  confirm: readonly string[];
  assign: readonly string[];
  assignee: string | undefined;
  /** A link or sentence that shows what was ticked. */
  proof: string | undefined;
  phase: Phase | undefined;
  /** Why customers need not be told. */
  noPublicUpdate: string | undefined;
}

/** Classes in which what is mitigated has only to be watched. */
const VALIDATES_BY_ITSELF = ["availability", "vendor", "default"];
const MITIGATED = "mitigated";

/** Everything one submission of the checklist form asks for, or nothing of it. */
export function updateChecklist(state: Incident, wish: UpdateChecklist): Decision {
  if (state.status === "none" || state.status === "archived") return notOpen(state.status);
  const { actor, skipReason, assignee, proof, noPublicUpdate } = wish;
  const events: IncidentEvent[] = [];

  for (const key of wish.done) {
    const item = itemOf(state, key);
    if (!item) return unknownItem(key);
    if (wish.skip.includes(key))
      return refuse("done-and-skipped", `The item "${item.text}" cannot be both done and skipped.`);
    const no = notTickable(item) ?? notTheirs(state, item, actor);
    if (no) return no;
    if (item.status === "done") continue;
    const { runbookId, id: itemId } = item;
    events.push(
      { type: "ItemTicked", runbookId, itemId, by: actor, proof: proof ?? null },
      ...losses(state, item, wish.done),
    );
  }
  for (const key of wish.skip) {
    const item = itemOf(state, key);
    if (!item) return unknownItem(key);
    const no = notTickable(item);
    if (no) return no;
    if (item.status === "done")
      return refuse("already-done", `The item "${item.text}" is done already; take that back first.`);
    if (skipReason === undefined) return refuse("skip-reason-missing", "Say why it is skipped.");
    events.push({ type: "ItemSkipped", runbookId: item.runbookId, itemId: item.id, by: actor, reason: skipReason });
  }
  for (const key of wish.confirm) {
    const item = itemOf(state, key);
    if (!item) return unknownItem(key);
    if (item.kind !== "escalation")
      return refuse("not-an-escalation", `The item "${item.text}" waits for nothing that could be confirmed.`);
    if (item.status !== "open" || item.record.confirmed) continue;
    events.push({ type: "EscalationConfirmed", runbookId: item.runbookId, itemId: item.id, by: actor });
  }
  if (wish.assign.length > 0 && assignee === undefined)
    return refuse("assignee-missing", "Choose who the items are assigned to.");
  for (const key of assignee === undefined ? [] : wish.assign) {
    const item = itemOf(state, key);
    if (!item) return unknownItem(key);
    const no = notTickable(item);
    if (no) return no;
    events.push({ type: "ItemAssigned", runbookId: item.runbookId, itemId: item.id, to: assignee ?? "", by: actor });
  }
  if (noPublicUpdate !== undefined) {
    if (state.commander !== undefined && state.commander !== actor)
      return refuse(
        "not-commander",
        `Only the commander can say that customers need not be told; that is <@${state.commander}>.`,
      );
    events.push({ type: "PublicUpdateWaived", by: actor, reason: noPublicUpdate });
  }
  if (wish.phase !== undefined && wish.phase !== state.response.phase) {
    const moved = movePhase(state, { actor, to: wish.phase, reason: skipReason });
    if (moved.kind === "refused") return moved;
    events.push(...moved.events);
  } else if (wish.done.some((key) => key.endsWith(`/${MITIGATED}`)) && mayValidate(state)) {
    events.push(phaseMoved(state, "validate", null, "what is mitigated has only to be watched"));
  }
  if (events.length === 0 && wish.done.length === 0 && wish.confirm.length === 0)
    return refuse("nothing-chosen", "Nothing was chosen, so nothing was recorded.");
  return happened(...events);
}

/** Takes a tick or a skip back. */
export function untickItem(state: Incident, { actor, key }: { actor: string; key: string }): Decision {
  if (state.status === "none" || state.status === "archived") return notOpen(state.status);
  const item = itemOf(state, key);
  if (!item) return unknownItem(key);
  const no = notTickable(item);
  if (no) return no;
  if (!item.record.done && !item.record.skipped) return refuse("not-done", `The item "${item.text}" is not ticked.`);
  return happened({ type: "ItemUnticked", runbookId: item.runbookId, itemId: item.id, by: actor });
}

/** A reference to evidence: of the runbook when `key` names it, else of the incident. */
export function storeEvidence(
  state: Incident,
  { actor, key, link, note }: { actor: string; key: string | undefined; link: string; note: string | undefined },
): Decision {
  if (state.status === "none" || state.status === "archived") return notOpen(state.status);
  const item = key === undefined ? undefined : itemOf(state, key);
  if (key !== undefined && item?.kind !== "evidence")
    return refuse("evidence-unknown", `There is no evidence ${key} here.`);
  if (item?.observed) return refuse("observed-item", `The evidence "${item.text}" is recorded by the incident itself.`);
  return happened({
    type: "EvidenceStored",
    runbookId: item?.runbookId ?? null,
    evidenceId: item?.id ?? null,
    link,
    note: note ?? null,
    by: actor,
  });
}

const unknownItem = (key: string): Decision =>
  refuse("item-unknown", `There is no item ${key.slice(0, 100)} on this checklist any more; open the form again.`);

function notTickable(item: Item): Decision | undefined {
  if (item.observed)
    return refuse(
      "observed-item",
      `The item "${item.text}" ticks itself when it has happened; nobody else can tick it.`,
    );
  // The bot ticks its own; where it cannot do the thing yet, a person does it by hand and says so.
  if (item.role === "bot" && item.immediate?.status !== "gap")
    return refuse("observed-item", `The item "${item.text}" is the bot's own; nobody else can tick it.`);
  return undefined;
}

/** That it is over for customers, and that all is clear, are words of those who answer for it. */
function notTheirs(state: Incident, { id, kind, text }: Item, actor: string): Decision | undefined {
  if (kind !== "milestone" || state.commander === undefined || state.commander === actor) return undefined;
  const primary = state.responders?.first === actor;
  if (id === "all-clear" || (id === MITIGATED && !primary)) {
    return refuse(
      "not-theirs",
      `The item "${text}" is for the commander${id === MITIGATED ? " or the primary" : ""} to say.`,
    );
  }
  return undefined;
}

const mayValidate = (state: Incident): boolean =>
  VALIDATES_BY_ITSELF.includes(state.opened?.class ?? "default") &&
  !["validate", "review"].includes(state.response.phase);

/** What an action destroys and nobody has saved, or saves in the same breath, is lost with it. */
function losses(
  state: Incident,
  { runbookId, id: actionId, immediate }: Item,
  done: readonly string[],
): IncidentEvent[] {
  return (immediate?.destroys ?? []).flatMap((evidenceId): IncidentEvent[] => {
    const saved = itemsOf(state).some(
      (item) =>
        item.runbookId === runbookId && item.id === evidenceId && (item.status !== "open" || done.includes(item.key)),
    );
    return saved ? [] : [{ type: "EvidenceLost", runbookId, evidenceId, actionId }];
  });
}
