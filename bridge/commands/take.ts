import { takeCommand } from "../incident/decide/command-role.ts";
import { inRoom } from "./in-room.ts";
import { escapeKeepingMentions } from "./mrkdwn.ts";
import type { SlashCommand } from "./slash-command.ts";

/** `take`: takes command where nobody has it, or accepts it where it was offered. */
export const take: SlashCommand = {
  name: "take",
  summary: "takes command, or accepts it when it was offered to you",
  group: "people",
  fits: ["unled"],
  run: inRoom("take", async (incident, { actor, act }) => {
    const refusal = await act(incident, (state) => takeCommand(state, { actor: actor.userId }));
    return refusal === undefined ? "You have command." : escapeKeepingMentions(refusal.message);
  }),
};
