import { takeNote } from "../incident/decide/notes.ts";
import type { Incident } from "../incident/state.ts";
import { capturedText } from "../redaction/captured-text.ts";
import { inRoom } from "./in-room.ts";
import { escapeKeepingMentions } from "./mrkdwn.ts";
import { type CommandContext, SLASH, type SlashCommand } from "./slash-command.ts";
import { saysSomething } from "./typed-text.ts";

const DECISION = /^decision\s*:\s*/i;

/** `note`: words for the record and the postmortem; `decision:` in front says that they are one. */
export const note: SlashCommand = {
  name: "note",
  takes: "[decision:] [text]",
  summary: "puts a fact or a decision into the record of this incident",
  group: "record",
  fits: ["under-way"],
  run: inRoom("note", take),
};

async function take(incident: Incident, { actor, args, act, now, noteId }: CommandContext): Promise<string> {
  const kind = DECISION.test(args) ? "decision" : "fact";
  const typed = args.replace(DECISION, "");
  if (!saysSomething(typed)) {
    return `Nothing was recorded: the words are missing. Type \`${SLASH} note what is so\` or \`${SLASH} note decision: what was decided\`.`;
  }
  const { text, removed } = capturedText(typed);
  const { userId: by } = actor;
  const words = { noteId, kind, via: "command", text, author: by, by, ts: null, saidAt: now } as const;
  const refusal = await act(incident, (state) => takeNote(state, words));
  if (refusal !== undefined) return escapeKeepingMentions(refusal.message);
  const left = removed ? " What looked like a secret was left out." : "";
  return `Recorded as a ${kind}; the postmortem will quote it.${left}`;
}
