import type { NoticeView } from "../../../shared/contracts/views.ts";
import type { NoteKind } from "../../../shared/vocabulary.ts";
import { noteIdOf } from "../marking.ts";
import type { Incident } from "../state.ts";
import { control, type ViewWorld } from "./view-world.ts";

const WORDS: Record<NoteKind, string> = {
  fact: "a fact",
  decision: "a decision",
  action: "something to do",
  impact: "what customers notice",
};

/** The key of the message that holds the newest list of suggestions; undefined where there is none. */
export const marksKey = ({ marking }: Incident): string | undefined =>
  marking?.list ? `marks-${marking.list.n}` : undefined;

/**
 * Messages that may belong into the record, by link: their words stay where they were said. Nothing is added but by a button, and
 * what was added loses its own.
 */
export function marksView(state: Incident, world: ViewWorld): NoticeView | undefined {
  const { marking, channel, roles, commander, life } = state;
  if (!marking?.list || channel === undefined) return undefined;
  const open = state.status === "open";
  const lines = marking.list.marks.map(({ ts, kind, author }, index) => {
    const link = `https://slack.com/archives/${channel}/p${ts.replace(".", "")}`;
    const at = new Date(Number(ts) * 1_000).toISOString().slice(11, 16);
    const added = life.notes.has(noteIdOf(ts)) ? " (in the record)" : "";
    return `${index + 1}. ${WORDS[kind]}? ${author === null ? "a message" : `<@${author}>`} at ${at} UTC: ${link}${added}`;
  });
  const controls = marking.list.marks.flatMap(({ ts, kind }, index) => {
    if (!open || life.notes.has(noteIdOf(ts))) return [];
    const add = control(world, state.id, "add_to_record", `Add ${index + 1}`);
    return [{ ...add, inputs: { message_ts: ts, suggested: kind } }];
  });
  const to = roles.scribe ?? roles.communications ?? commander;
  return {
    kind: "notice",
    incidentId: state.id,
    text: ["A model suggests these messages for the record. None is added unless somebody adds it.", ...lines].join(
      "\n",
    ),
    ...(to && open ? { mention: to } : {}),
    controls,
  };
}
