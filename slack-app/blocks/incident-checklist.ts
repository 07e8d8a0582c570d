import type { ChecklistLine, ChecklistView } from "../../shared/contracts/views.ts";
import { type Block, context, header, type Rendered, sections } from "./block-kit.ts";
import { controlBlocks } from "./controls.ts";
import { code, date, joined, link, type Mrkdwn, md, mention, sentence } from "./text.ts";

const SIGNS: Record<ChecklistLine["state"], string> = {
  open: ":white_large_square:",
  done: ":white_check_mark:",
  skipped: ":fast_forward:",
  lost: ":x:",
  gap: ":warning:",
};
/** Together with header, prohibitions, milestones, small print and controls this stays below the fifty blocks of a message. */
const GROUP_SECTIONS = 26;
const LIST_SECTIONS = 14;

/**
 * One phase of the response: first what must not be done, then what to do now with its state, then what to read. All of it is
 * read only; the one form behind *Update checklist* records.
 */
export function incidentChecklist(view: ChecklistView): Rendered {
  const { title, items, result, notes = [], prohibited = [], groups = [], lists = [], controls = [] } = view;
  if (result !== undefined) {
    const line = md`:ballot_box_with_check: ${result}`;
    return { text: md`${title}`.text, blocks: sections([line]) };
  }
  const done = items.filter((item) => item.done).length;
  const blocks: Block[] = [
    header(title),
    ...sections(
      prohibited.map(({ dont, why }) => md`:no_entry: *Do not: ${dont}* (${why})`),
      2,
    ),
    ...parts(
      groups.map(({ title: name, lines }) => [md`*${name}*`, ...lines.map(row)]),
      GROUP_SECTIONS,
    ),
    ...parts(
      lists.map(({ title: name, lines }) => [md`*${name}*`, ...lines.map((line) => md`${line}`)]),
      LIST_SECTIONS,
    ),
    ...sections([md`*Milestones* ${done} of ${items.length} done`, ...items.map(milestone)], 2),
    ...context(notes.map((note) => md`${note}`)),
    ...controlBlocks(controls.slice(0, 3)),
  ];
  return { text: md`${title}: ${done} of ${items.length} done`.text, blocks };
}

/** Each part begins a section of its own. What `max` sections cannot hold is counted, not hidden. */
function parts(all: readonly (readonly Mrkdwn[])[], max: number): Block[] {
  const blocks: Block[] = [];
  for (const [index, lines] of all.entries()) {
    const left = all.length - index;
    const room = max - blocks.length - (left > 1 ? 1 : 0);
    if (room < 1) return [...blocks, ...sections([md`… and ${left} more parts; detach what does not apply`])];
    blocks.push(...sections(lines, room));
  }
  return blocks;
}

const milestone = ({ text, done, note }: ChecklistView["items"][number]): Mrkdwn =>
  md`${done ? ":white_check_mark:" : ":white_large_square:"} ${text}${note ? md` (${note})` : ""}`;

/** Who does what until when, with the link or command that does it. */
function row({ text, state, role, assignee, due, link: target, command, note }: ChecklistLine): Mrkdwn {
  const who = assignee ? md`${role} ${mention(assignee)}` : md`${role}`;
  const more = [
    ...(due ? [md`by ${date(due)}`] : []),
    ...(target ? [link(target)] : []),
    ...(command ? [code(command)] : []),
    ...(note ? [sentence(note, 600)] : []),
  ];
  return md`${SIGNS[state]} *${who}* ${text}${more.length > 0 ? md` · ${joined(more, " · ")}` : ""}`;
}
