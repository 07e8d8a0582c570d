import type { ContextView, Reading } from "../../shared/contracts/views.ts";
import { type Block, context, header, type Rendered, sections } from "./block-kit.ts";
import { controlBlocks } from "./controls.ts";
import { date, joined, link, type Mrkdwn, md, mention, sentence, words } from "./text.ts";

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
    whoComes(view),
    ...view.missing.map(({ name, why }) => md`:warning: *Not here:* ${sentence(name)}: ${why}`),
  ];
  const blocks: Block[] = [
    header(`${state} · ${title}`),
    ...sections(facts),
    ...sections(people),
    // Above what fills in later: a button must not move away from under a thumb.
    ...controlBlocks(view.controls),
    ...sections([...view.readings.flatMap(known), ...unknown(view.readings), ...awaited(view)], 3),
    ...linkLines(view.links).flatMap((line) => context([line])),
    ...context([md`${view.incidentId}`]),
  ];
  return { text: md`${state} ${service}: ${title}`.text, blocks };
}

const MAX_NAMED = 12;
const NOTE_MAX = 600;

/** Who is coming, by name, and how they were found. They hear of it by the invitation; an edit notifies nobody. */
function whoComes({ people, peopleNote }: ContextView): Mrkdwn {
  const named = people.slice(0, MAX_NAMED).map(mention);
  const more = people.length > MAX_NAMED ? [md`${people.length - MAX_NAMED} more`] : [];
  const who = people.length === 0 ? md`nobody called in` : joined([...named, ...more], ", ");
  return md`*People* ${who}${peopleNote === "" ? "" : md` · ${words(peopleNote, NOTE_MAX)}`}`;
}

function alertLine({ firingSince, alertCount, alertState }: ContextView): Mrkdwn {
  if (alertState === "none") return md`*Alert* none; declared by a person`;
  const count = md`${alertCount} ${alertCount === 1 ? "alert" : "alerts"}, ${alertState}`;
  return firingSince ? md`*Firing since* ${date(firingSince)} · ${count}` : md`*Alert* ${count}`;
}

function nobodyCommands({ firstResponder, resolved }: ContextView): Mrkdwn {
  if (resolved) return md`*Commander* nobody took command`;
  return firstResponder
    ? md`*Commander* nobody yet. ${mention(firstResponder)}, you are asked first`
    : md`*Commander* nobody yet, and nobody is known to be on call`;
}

/** An answer and, below it, its further lines. */
function known({ label, value, details = [] }: Reading): Mrkdwn[] {
  return value === undefined ? [] : [md`*${label}* ${value}`, ...details.map((detail) => md`>${detail}`)];
}

const NO_DATA = /^no data(?:: )?/;

/**
 * What could not be read is unavailable, with the reason; it never looks like a zero. Questions without an answer for the same
 * reason share a line, so that one vendor's outage does not bury what is known.
 */
function unknown(readings: readonly Reading[]): Mrkdwn[] {
  const byReason = new Map<string, string[]>();
  for (const { label, value, why = "" } of readings) {
    if (value === undefined) byReason.set(why, [...(byReason.get(why) ?? []), label]);
  }
  return [...byReason].map(([why, labels]) => {
    const reason = why.replace(NO_DATA, "");
    const said = NO_DATA.test(why) ? md`_no data_` : md`_unavailable_`;
    return md`*${labels.join(", ")}* ${said}${reason === "" ? "" : md` (${reason})`}`;
  });
}

/** Small print takes 2,000 characters, and a link into Grafana carries its whole query. */
const LINK_LINE_MAX = 1_800;
const MAX_LINKS = 10;

/** The links in as few lines as hold them. */
function linkLines(links: ContextView["links"]): Mrkdwn[] {
  const lines: Mrkdwn[][] = [];
  for (const drawn of links.slice(0, MAX_LINKS).map(link)) {
    const line = lines.at(-1);
    if (line && joined([...line, drawn], " · ").text.length <= LINK_LINE_MAX) line.push(drawn);
    else lines.push([drawn]);
  }
  return lines.map((line) => joined(line, " · "));
}

const awaited = ({ awaiting, resolved }: ContextView): Mrkdwn[] =>
  awaiting && !resolved
    ? [md`:hourglass_flowing_sand: _More answers are on their way; this message is edited as they come._`]
    : [];
