import { INCIDENT_ID } from "../../shared/contracts/ids.ts";
import { resolveIncident } from "../incident/decide/resolve.ts";
import type { Incident } from "../incident/state.ts";
import { inRoom } from "./in-room.ts";
import { escapeKeepingMentions } from "./mrkdwn.ts";
import { type CommandContext, SLASH, type SlashCommand } from "./slash-command.ts";
import { firstWord } from "./typed-text.ts";

/** `merge`: this incident is the same as another one; its alerts go there. */
export const merge: SlashCommand = {
  name: "merge",
  takes: "[INC-…]",
  summary: "closes this incident as a duplicate of another and sends its alerts there",
  group: "record",
  run: inRoom("merge", into),
};

async function into(incident: Incident, context: CommandContext): Promise<string> {
  const { word, rest } = firstWord(context.args);
  const other = word.toUpperCase();
  if (!INCIDENT_ID.test(other)) {
    return `Nothing was recorded: name the incident that this one duplicates, as its headline shows it: \`${SLASH} merge INC-20261121-0914-K9ZP\`.`;
  }
  const target = await context.findIncident(other);
  if (target === undefined) return `Nothing was recorded: there is no incident ${other}.`;
  if (target.status !== "open") {
    return `Nothing was recorded: ${other} is over, so alerts cannot go there. Resolve this one by itself.`;
  }
  const refusal = await context.act(incident, (state) =>
    resolveIncident(state, {
      actor: context.actor.userId,
      outcome: "duplicate",
      summary: rest === "" ? `The same as ${other}.` : rest,
      duplicateOf: other,
    }),
  );
  return refusal === undefined
    ? `Merged: this incident is a duplicate of ${other}. Its alerts, also those still to come, go there.`
    : escapeKeepingMentions(refusal.message);
}
