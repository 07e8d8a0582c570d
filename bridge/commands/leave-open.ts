import { LIMITS } from "../../shared/limits.ts";
import { leavePublicOpen } from "../incident/decide/page-watch.ts";
import { inRoom } from "./in-room.ts";
import { escapeKeepingMentions } from "./mrkdwn.ts";
import { SLASH, type SlashCommand } from "./slash-command.ts";
import { saysSomething, tooLong } from "./typed-text.ts";

/** `leave-open`: the commander, or without one a responder or an approver, says why customers still read of an incident that is over. */
export const leaveOpen: SlashCommand = {
  name: "leave-open",
  takes: "[reason]",
  summary: "records why the public incident stays open although this one is over",
  group: "customers",
  fits: ["over"],
  run: inRoom("leave-open", async (incident, { actor, args: reason, act, lookUpApprover }) => {
    if (!saysSomething(reason)) {
      return `Nothing was recorded: the reason is missing. Type why the public incident stays open: \`${SLASH} leave-open the reason\`.`;
    }
    if (reason.length > LIMITS.reason) return tooLong("reason", reason, LIMITS.reason);

    const { userId, teamId: ourTeam } = actor;
    const facts = await lookUpApprover(userId);
    const refusal = await act(incident, (state, now) =>
      leavePublicOpen(state, { actor: userId, ourTeam, facts, reason }, now),
    );
    return refusal === undefined
      ? "Recorded: the public incident stays open, for the reason you gave."
      : escapeKeepingMentions(refusal.message);
  }),
};
