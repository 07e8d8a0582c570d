import { LIMITS } from "../../shared/limits.ts";
import { silenceNudges } from "../incident/decide/nudges.ts";
import { silencedUntil } from "../incident/nudges.ts";
import type { Incident } from "../incident/state.ts";
import { inRoom } from "./in-room.ts";
import { escapeKeepingMentions, link } from "./mrkdwn.ts";
import { type CommandContext, SLASH, type SlashCommand } from "./slash-command.ts";
import { firstWord, saysSomething, tooLong } from "./typed-text.ts";

/** `silence`: no reminders for some minutes; 0 lets them come again. Without words it says where that stands. */
export const silence: SlashCommand = {
  name: "silence",
  takes: "[minutes] [reason]",
  summary: "silences the reminders of this room for some minutes; 0 lets them come again",
  group: "now",
  run: inRoom("silence", (incident, context) =>
    context.args === "" ? standing(incident, context) : change(incident, context),
  ),
};

async function change(incident: Incident, { actor, args, act }: CommandContext): Promise<string> {
  const { word, rest: reason } = firstWord(args);
  if (!/^\d{1,5}$/.test(word)) {
    return `Nothing was recorded: begin with a whole number of minutes, as in \`${SLASH} silence 30 waiting for the vendor\`.`;
  }
  const minutes = Number(word);
  if (minutes > 0 && !saysSomething(reason)) {
    return `Nothing was recorded: the reason is missing. Type why: \`${SLASH} silence ${minutes} the reason\`.`;
  }
  if (reason.length > LIMITS.reason) return tooLong("reason", reason, LIMITS.reason);
  const refusal = await act(incident, (state, now) =>
    silenceNudges(state, { actor: actor.userId, minutes, reason }, now),
  );
  if (refusal !== undefined) return escapeKeepingMentions(refusal.message);
  return minutes === 0 ? "Recorded: reminders come again." : `Recorded: no reminders for ${minutes} min.`;
}

function standing(incident: Incident, { now, links }: CommandContext): string {
  const until = silencedUntil(incident, now);
  const where =
    until === undefined
      ? "Reminders are not silenced."
      : `Reminders are silenced until ${new Date(until).toISOString().slice(11, 16)} UTC.`;
  const form = links.silence_nudges === undefined ? "" : ` ${link(links.silence_nudges, "Silence reminders")}.`;
  return `${where} Type \`${SLASH} silence 30 the reason\`, or \`${SLASH} silence 0\` to let them come again.${form}`;
}
