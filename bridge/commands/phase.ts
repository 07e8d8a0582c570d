import { LIMITS } from "../../shared/limits.ts";
import { PHASES } from "../../shared/vocabulary.ts";
import { movePhase, skippedExits } from "../incident/decide/phase.ts";
import { exitOpen } from "../incident/response/phase-exits.ts";
import type { Incident } from "../incident/state.ts";
import { inRoom } from "./in-room.ts";
import { escapeKeepingMentions, escapeMrkdwn } from "./mrkdwn.ts";
import { SLASH, type SlashCommand } from "./slash-command.ts";
import { firstWord, saysSomething, tooLong } from "./typed-text.ts";

const SHOWN = 10;

/** `phase`: where the response stands, or the commander's move to another phase. */
export const phase: SlashCommand = {
  name: "phase",
  takes: "[name] [reason]",
  summary: "shows the phase, or moves it; what is left open on the way is recorded",
  group: "now",
  run: inRoom("phase", async (incident, { actor, args, act }) => {
    const { word, rest: reason } = firstWord(args);
    const to = PHASES.find((known) => known === word.toLowerCase());
    if (word === "") return standing(incident);
    if (to === undefined)
      return `There is no phase "${escapeMrkdwn(word.slice(0, 40))}"; the phases are ${PHASES.join(", ")}.`;
    if (reason.length > LIMITS.reason) return tooLong("reason", reason, LIMITS.reason);
    const skipped = skippedExits(incident, to);
    const wish = { actor: actor.userId, to, reason: saysSomething(reason) ? reason : undefined };
    const refusal = await act(incident, (state) => movePhase(state, wish));
    if (refusal !== undefined) return escapeKeepingMentions(refusal.message);
    return [`Recorded: the phase is ${to}.`, ...listed("Left open on the way:", skipped)].join("\n");
  }),
};

function standing(incident: Incident): string {
  const now = incident.response.phase;
  const open = exitOpen(incident, now);
  return [
    `The phase is ${now}. To move it: \`${SLASH} phase contain\`.`,
    ...(open.length === 0 ? ["Its exit holds."] : listed("Before it ends:", open)),
  ].join("\n");
}

const listed = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0
    ? []
    : [
        title,
        ...lines.slice(0, SHOWN).map((line) => `• ${escapeMrkdwn(line)}`),
        ...(lines.length > SHOWN ? [`and ${lines.length - SHOWN} more`] : []),
      ];
