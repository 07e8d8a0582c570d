import type { RoomLifeEvent } from "../incident/room-life-events.ts";
import { unreachable } from "../platform/unreachable.ts";

interface Words {
  /** A person, by name. */
  name(userId: string): string;
  /** Text of people, quoted. */
  say(text: string): string;
}

/** What happened in the room over time, one sentence each. */
export function roomLifeSentence(event: RoomLifeEvent, { name, say }: Words): string | undefined {
  switch (event.type) {
    case "NudgesSilenced":
      return `${name(event.by)} silenced reminders until ${event.until.slice(11, 16)} UTC: ${say(event.reason)}.`;
    case "NudgesUnsilenced":
      return `${name(event.by)} let reminders come again${event.reason === null ? "" : `: ${say(event.reason)}`}.`;
    case "NoteTaken": {
      const what = event.kind === "decision" ? "Decided" : "Noted";
      const whose = event.author === null ? "a bot" : name(event.author);
      return `${what}, in the words of ${whose}: ${say(event.text)}.`;
    }
    case "ResponseRated":
      return `${name(event.by)} rated the response ${event.score} of 5${event.comment === null ? "" : `: ${say(event.comment)}`}.`;
    case "IncidentReopened":
      return `${event.by === null ? "The alert fired again, and the incident" : `${name(event.by)} reopened the incident, which`} went on: ${say(event.reason)}.`;
    case "PersonCalledIn":
      return `${name(event.by)} invited ${name(event.userId)} into the room.`;
    case "ClosingNotShown":
      return `The closing message could not be shown in the room: ${say(event.reason)}.`;
    case "BookmarkSet":
    case "NudgeListed":
      return undefined;
    default:
      return unreachable(event);
  }
}
