import type { ChecklistLine, ChecklistView } from "../../../shared/contracts/views.ts";
import { LINK_TRIGGERS, PHASES, type Phase } from "../../../shared/vocabulary.ts";
import { iso } from "../../platform/clock.ts";
import type { Runbook } from "../../runbooks/schema.ts";
import { targetName } from "../decide/paging.ts";
import { checksOf } from "../response/checks.ts";
import { escalationEntry, escalationTarget, holderOf } from "../response/due-escalations.ts";
import { filled } from "../response/filled.ts";
import { activeRunbooks, type Item, itemsOf, milestonesOf } from "../response/items.ts";
import { exitOpen } from "../response/phase-exits.ts";
import type { AttachedRunbook, Incident } from "../state.ts";
import { control, type ViewWorld } from "./view-world.ts";

const STALE_MS = 180 * 86_400_000;

/** Under this key the message of a phase is known; the first one is posted when the room is opened. */
export const checklistKey = (phase: Phase): string => (phase === "detect" ? "checklist" : `checklist-${phase}`);

/** The phase whose message is the current one. The review has none of its own: the closing message tells it already. */
export const checklistHolder = ({ response }: Incident): Phase =>
  response.phases.findLast((phase) => phase !== "review") ?? "detect";

/** The message of one phase. One that was left is a line of what became of it; the current one shows what to do now. */
export function checklistView(state: Incident, of: Phase, world: ViewWorld): ChecklistView {
  const base = { kind: "incident_checklist" as const, incidentId: state.id };
  if (of !== checklistHolder(state)) {
    const open = exitOpen(state, of);
    const result = open.length === 0 ? "everything done" : `left with ${open.length} open`;
    return { ...base, title: `Checklist · ${of}`, items: [], result: `${of}: ${result}` };
  }
  const { phase } = state.response;
  const runbooks = activeRunbooks(state);
  const milestones = milestonesOf(state);
  return {
    ...base,
    title: `Checklist · ${phase}`,
    items: milestones.map(({ text, status, record }) => ({
      text,
      done: status === "done" || status === "skipped",
      ...(record.skipped ? { note: `skipped: ${record.skipped.reason}` } : {}),
    })),
    notes: [...runbooks.flatMap(notesOf), ...alsoMatches(state), exitLine(state, phase)],
    prohibited: earlyPhase(phase) ? runbooks.flatMap(({ runbook }) => runbook.prohibited) : [],
    groups: runbooks.flatMap(({ runbook }) => groupsOf(state, runbook, phase, world)),
    lists: runbooks.flatMap(({ runbook }) => listsOf(runbook, phase)),
    controls: controlsOf(state, world),
  };
}

/** The first actions count from the opening of the room, whatever the phase is called by then. */
const earlyPhase = (phase: Phase): boolean => phase === "detect" || phase === "contain";

function notesOf({ runbook, at, trigger }: AttachedRunbook): string[] {
  const stale = runbook.reviewed_at !== undefined && at - Date.parse(runbook.reviewed_at) > STALE_MS;
  return [
    `${runbook.title} (${runbook.id}@${runbook.version}, ${trigger})`,
    ...(runbook.exercised_at === undefined ? ["not yet exercised here"] : []),
    ...(stale ? [`stale: last reviewed on ${runbook.reviewed_at}`] : []),
    ...(runbook.status === "gap" || runbook.status === "draft" ? [`this runbook is a ${runbook.status}`] : []),
  ];
}

function alsoMatches({ response }: Incident): string[] {
  const attached = new Set(response.attached.map(({ runbook }) => runbook.id));
  const others = (response.chosen ?? []).filter(({ runbookId, attach }) => !attach && !attached.has(runbookId));
  return others.length === 0 ? [] : [`also matches: ${others.map(({ runbookId }) => runbookId).join(", ")}`];
}

function exitLine(state: Incident, phase: Phase): string {
  const open = exitOpen(state, phase);
  const next = PHASES[PHASES.indexOf(phase) + 1];
  if (open.length > 0) return `before this phase ends: ${open.length} open`;
  return next === undefined ? "nothing is left to do" : `the exit holds: the commander may move to ${next}`;
}

function groupsOf(
  state: Incident,
  runbook: Runbook,
  phase: Phase,
  world: ViewWorld,
): NonNullable<ChecklistView["groups"]> {
  const items = itemsOf(state).filter(({ runbookId }) => runbookId === runbook.id);
  const lines = (title: string, wanted: (item: Item) => boolean) => {
    const found = items.filter(wanted).map((item) => lineOf(state, item, world));
    return found.length === 0 ? [] : [{ title: `${title} · ${runbook.title}`, lines: found }];
  };
  switch (phase) {
    case "detect":
    case "contain":
      return [
        ...lines("Now", ({ kind }) => kind === "immediate"),
        ...lines("Save first", ({ kind, evidence }) => kind === "evidence" && evidence?.phase === "contain"),
        ...lines("Escalate", ({ kind }) => kind === "escalation"),
      ];
    case "preserve":
      return lines("Evidence", ({ kind }) => kind === "evidence");
    case "validate":
      return [{ title: `Gate · ${runbook.title}`, lines: checkLines(state, runbook.id) }];
    case "review":
      return lines("Clocks", ({ kind }) => kind === "clock");
    case "diagnose":
    case "recover":
      return [];
  }
}

function lineOf(state: Incident, item: Item, world: ViewWorld): ChecklistLine {
  const { immediate, evidence, record, status } = item;
  const saveFirst = unsaved(state, item);
  const who = record.assigned?.to ?? holderOf(state, item.role);
  const notes = [
    ...(saveFirst.length > 0 ? [`save ${saveFirst.join(", ")} first`] : []),
    ...(immediate?.manual ? ["snapshot first"] : []),
    ...(immediate?.approval === "ic" ? ["the commander approves"] : []),
    ...(immediate?.approval === "two-person" ? ["two people approve"] : []),
    ...(immediate?.undo === null ? ["cannot be undone"] : []),
    ...(immediate?.expect ? [`expect: ${immediate.expect}`] : []),
    ...(immediate?.why ? [immediate.why] : []),
    ...(evidence && !evidence.where.startsWith("ledger:") ? [filled(state, evidence.where)] : []),
    ...(item.observed && status === "open" ? ["ticks itself"] : []),
    ...(item.kind === "escalation" && status === "open" ? [whatFollows(state, item, world)] : []),
    ...(record.done ? [`<@${record.done.by}> at ${clockTime(record.done.at)}`] : []),
    ...(record.done?.proof ? [record.done.proof] : []),
    ...(record.skipped ? [`skipped by <@${record.skipped.by}>: ${record.skipped.reason}`] : []),
  ];
  return {
    text: item.text,
    state: status === "open" && immediate?.status === "gap" ? "gap" : status,
    role: item.role,
    ...(who === undefined ? {} : { assignee: who }),
    ...(item.dueAt === undefined || status !== "open" ? {} : { due: iso(item.dueAt) }),
    ...linkOf(state, immediate?.link, world),
    ...(immediate?.command ? { command: filled(state, immediate.command) } : {}),
    ...(notes.length > 0 ? { note: notes.join("; ") } : {}),
  };
}

/** Whether silence pages somebody, or a person has to. */
function whatFollows(state: Incident, { key, record: { confirmed } }: Item, world: ViewWorld): string {
  const target = escalationTarget(state, key, world);
  const entry = escalationEntry(state, key);
  const since = confirmed === undefined ? "" : `confirmed by <@${confirmed.by}> at ${clockTime(confirmed.at)}; `;
  if (target !== undefined) return `${since}${targetName(target)} is paged unless this is ticked or skipped`;
  return entry?.via === "dm"
    ? `${since}write to them: nobody is paged for this`
    : `${since}services.yaml names nobody for ${entry?.to ?? "them"}: reach them by hand`;
}

/** Evidence that this action destroys and that nobody has saved. */
const unsaved = (state: Incident, { runbookId, immediate, status }: Item): string[] =>
  status !== "open" || !immediate || immediate.destroys.length === 0
    ? []
    : itemsOf(state)
        .filter((one) => one.runbookId === runbookId && immediate.destroys.includes(one.id) && one.status === "open")
        .map(({ text, role }) => `"${text}" (2 min, ${role})`);

function linkOf(
  state: Incident,
  link: string | undefined,
  world: ViewWorld,
): { link?: { title: string; url: string } } {
  if (link === undefined) return {};
  if (!link.startsWith("form:")) return { link: { title: "Open", url: filled(state, link, encodeURIComponent) } };
  const trigger = LINK_TRIGGERS.find((name) => `form:${name}` === link);
  const url = trigger && world.links[trigger];
  return url ? { link: { title: "Open the form", url } } : {};
}

const clockTime = (at: number): string => `${iso(at).slice(11, 16)} UTC`;

const checkLines = (state: Incident, runbookId: string): ChecklistLine[] =>
  checksOf(state)
    .filter((check) => check.runbookId === runbookId)
    .map(({ check, status, record, stated, holds }) => ({
      text: check.check,
      state: status === "open" ? "open" : status === "proven" ? "done" : "skipped",
      role: check.role,
      note: [
        `proof: ${check.proof.replaceAll("_", " ")}`,
        ...(stated && status !== "overridden" ? ["stated by a person; not yet measured by the bridge"] : []),
        ...(holds ? ["holds the severity"] : []),
        ...(check.required ? [] : ["not required"]),
        ...(record?.kind === "proven" ? [`<@${record.by}>: ${record.proof}`] : []),
        ...(record?.kind === "overridden" ? [`gone past by <@${record.by}> as ${record.basis}: ${record.reason}`] : []),
      ].join("; "),
    }));

function listsOf(runbook: Runbook, phase: Phase): { title: string; lines: string[] }[] {
  const list = (title: string, lines: string[]) => (lines.length === 0 ? [] : [{ title, lines }]);
  switch (phase) {
    case "detect":
    case "contain":
      return list("Signals", runbook.signals);
    case "diagnose":
      return [
        ...list(
          "Ask",
          runbook.diagnose.flatMap(({ ask, role, answers }) => [
            `${ask} (${role})`,
            ...answers.map(({ when, then }) => `• ${when}: ${consequence(then)}`),
          ]),
        ),
        ...list(
          "Look up",
          runbook.lookup.map(({ sign, means, go }) => `${sign}: ${means}; ${go}`),
        ),
      ];
    case "recover":
      return runbook.recovery.flatMap(({ name, when, impact, steps, service_verify, invariant_verify }) =>
        list(name, [
          `When: ${when}. Impact: ${impact}.`,
          ...steps.map((step, index) => `${index + 1}. ${step.do}${step.manual ? " (snapshot first)" : ""}`),
          `Verify: ${[...service_verify, ...invariant_verify].join("; ")}`,
        ]),
      );
    case "review":
      return list("Hand over", runbook.handoff);
    case "preserve":
    case "validate":
      return [];
  }
}

function consequence(then: Runbook["diagnose"][number]["answers"][number]["then"]): string {
  if ("route" in then) return `attach ${then.route}`;
  if ("raise" in then) return `raise to ${then.raise}`;
  return "add_action" in then ? `do ${then.add_action} again` : then.note;
}

function controlsOf(state: Incident, world: ViewWorld): NonNullable<ChecklistView["controls"]> {
  if (state.status === "archived") return [];
  const update = control(world, state.id, "update_checklist", "Update checklist", "primary");
  if (state.status !== "open") return [update];
  return [
    update,
    control(world, state.id, "change_severity", "Change severity"),
    control(world, state.id, "resolve_incident", "Resolve"),
  ];
}
