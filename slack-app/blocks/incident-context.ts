import type { ContextView, Reading } from "../../shared/contracts/views.ts";
import { type Block, context, header, type Rendered, sections } from "./block-kit.ts";
import { controlBlocks } from "./controls.ts";
import { date, joined, link, type Mrkdwn, md, mention, sentence } from "./text.ts";

/** The first message of the room: what is on fire, since when, who leads, what is known, and the controls. */
export function incidentContext(view: ContextView): Rendered {
  const { severity, service, title, resolved } = view;
  const state = resolved ? "Resolved" : severity;
  const facts: Mrkdwn[] = [
    md`*Severity* ${severity}${view.severityNote ? md` (${view.severityNote})` : ""} · *Service* ${service}`,
    alertLine(view),
    view.commander ? md`*Commander* ${mention(view.commander)}` : nobodyCommands(view),
  ];
  const people = [
    md`*People* ${view.peopleNote}${view.people.length > 0 ? md` (${view.people.length} called in)` : ""}`,
    ...view.missing.map(({ name, why }) => md`:warning: *Not here:* ${sentence(name)}: ${why}`),
  ];
  const blocks: Block[] = [
    header(`${state} · ${title}`),
    ...sections(facts),
    ...sections(people),
    ...sections(view.readings.map(reading)),
    ...context(view.links.length > 0 ? [joined(view.links.slice(0, 10).map(link), " · ")] : []),
    ...context([md`${view.incidentId}`]),
    ...controlBlocks(view.controls),
  ];
  return { text: md`${state} ${service}: ${title}`.text, blocks };
}

function alertLine({ firingSince, alertCount, alertState }: ContextView): Mrkdwn {
  if (alertState === "none") return md`*Alert* none; declared by a person`;
  const count = md`${alertCount} ${alertCount === 1 ? "alert" : "alerts"}, ${alertState}`;
  return firingSince ? md`*Firing since* ${date(firingSince)} · ${count}` : md`*Alert* ${count}`;
}

function nobodyCommands({ firstResponder, resolved }: ContextView): Mrkdwn {
  if (resolved) return md`*Commander* nobody took command`;
  return firstResponder
    ? md`*Commander* nobody yet. ${mention(firstResponder)}, you are first on call`
    : md`*Commander* nobody yet, and nobody is known to be on call`;
}

/** What could not be read is unavailable, with the reason; it never looks like a zero. */
function reading({ label, value, why }: Reading): Mrkdwn {
  if (value !== undefined) return md`*${label}* ${value}`;
  return md`*${label}* _unavailable_${why ? md` (${why})` : ""}`;
}
