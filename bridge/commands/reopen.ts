import { LIMITS } from "../../shared/limits.ts";
import { reopenIncident } from "../incident/decide/after-the-end.ts";
import { inRoom } from "./in-room.ts";
import { escapeKeepingMentions } from "./mrkdwn.ts";
import { SLASH, type SlashCommand } from "./slash-command.ts";
import { saysSomething, tooLong } from "./typed-text.ts";

/** `reopen`: the incident was not over after all. Works while its room stands. */
export const reopen: SlashCommand = {
  name: "reopen",
  takes: "[reason]",
  summary: "goes on with an incident that was closed, in the same room",
  group: "record",
  fits: ["over"],
  run: inRoom("reopen", async (incident, { actor, args: reason, act, grace }) => {
    if (!saysSomething(reason)) {
      return `Nothing was recorded: the reason is missing. Type why it is not over: \`${SLASH} reopen the reason\`.`;
    }
    if (reason.length > LIMITS.reason) return tooLong("reason", reason, LIMITS.reason);
    const refusal = await act(incident, (state, now) =>
      reopenIncident(state, { actor: actor.userId, reason, grace }, now),
    );
    return refusal === undefined
      ? "Reopened. The room goes on where it was, and its next end gets a postmortem of its own."
      : escapeKeepingMentions(refusal.message);
  }),
};
