import type { NoteKind } from "../../shared/vocabulary.ts";
import type { RoomLifeEvent } from "../incident/room-life-events.ts";
import { unreachable } from "../platform/unreachable.ts";
import { REPLACED, TAKEN_BACK } from "./as-it-stands.ts";

interface Words {
  /** A person, by name. */
  name(userId: string): string;
  /** Text of people, quoted. */
  say(text: string): string;
}

const NOTED: Record<NoteKind, string> = {
  fact: "Noted",
  decision: "Decided",
  action: "Noted as something to do",
  impact: "Noted as what customers notice",
};

/** What happened in the room over time, one sentence each. */
export function roomLifeSentence(event: RoomLifeEvent, { name, say }: Words): string | undefined {
  switch (event.type) {
    case "NudgesSilenced":
      return `${name(event.by)} silenced reminders until ${event.until.slice(11, 16)} UTC: ${say(event.reason)}.`;
    case "NudgesUnsilenced":
      return `${name(event.by)} let reminders come again${event.reason === null ? "" : `: ${say(event.reason)}`}.`;
    case "NoteTaken": {
      const what = NOTED[event.kind];
      const whose = event.author === null ? "a bot" : name(event.author);
      if (event.text === TAKEN_BACK) return `${what} was a message of ${whose}, which was deleted in Slack later.`;
      if (event.text === REPLACED) return `${what} was a message of ${whose}, which was changed later.`;
      return `${what}, in the words of ${whose}: ${say(event.text)}.`;
    }
    case "NoteRevised": {
      const whose = event.author === null ? "a bot" : name(event.author);
      const changed = `A message of ${whose} that was in the record had been changed in Slack`;
      if (event.text === TAKEN_BACK || event.text === REPLACED) return `${changed}.`;
      return `${changed}; it read: ${say(event.text)}.`;
    }
    case "NoteWithdrawn":
      return `A message of ${event.author === null ? "a bot" : name(event.author)} that was in the record had been deleted in Slack; its words no longer count.`;
    case "ResponseRated":
      return `${name(event.by)} rated the response ${event.score} of 5${event.comment === null ? "" : `: ${say(event.comment)}`}.`;
    case "IncidentReopened":
      return `${event.by === null ? "The alert fired again, and the incident" : `${name(event.by)} reopened the incident, which`} went on: ${say(event.reason)}.`;
    case "PersonCalledIn":
      return `${name(event.by)} invited ${name(event.userId)} into the room.`;
    case "ClosingNotShown":
      return `The closing message could not be shown in the room: ${say(event.reason)}.`;
    case "RoomNotArchived":
      return `The war room could not be archived and stands: ${say(event.reason)}.`;
    case "BookmarkSet":
    case "NotesReread":
    case "NudgeListed":
      return undefined;
    default:
      return unreachable(event);
  }
}
