import { LIMITS } from "../../shared/limits.ts";
import { offerHandover } from "../incident/decide/command-role.ts";
import { inRoom } from "./in-room.ts";
import { escapeKeepingMentions } from "./mrkdwn.ts";
import { SLASH, type SlashCommand } from "./slash-command.ts";
import { mentionedPerson, tooLong } from "./typed-text.ts";

/** `handover`: the commander offers command to somebody; it moves when they accept. */
export const handover: SlashCommand = {
  name: "handover",
  takes: "[@person] [note]",
  summary: "offers command to somebody; you keep it until they accept",
  group: "people",
  fits: ["under-way"],
  run: inRoom("handover", async (incident, { args, actor, act, lookUpApprover }) => {
    const { userId: to, rest: note } = mentionedPerson(args);
    if (to === undefined)
      return `Nothing was offered: mention the person, as in \`${SLASH} handover @name what they need to know\`.`;
    if (note.length > LIMITS.note) return tooLong("note", note, LIMITS.note);
    const facts = await lookUpApprover(to);
    const offer = { actor: actor.userId, to, note: note === "" ? undefined : note, facts, ourTeam: actor.teamId };
    const refusal = await act(incident, (state) => offerHandover(state, offer));
    return refusal === undefined
      ? `Offered to <@${to}>. You keep command until they accept.`
      : escapeKeepingMentions(refusal.message);
  }),
};
