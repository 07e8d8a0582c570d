import { splitGroup } from "../incident/decide/alert-groups.ts";
import type { AlertGroup, Incident } from "../incident/state.ts";
import { inRoom } from "./in-room.ts";
import { escapeKeepingMentions, escapeMrkdwn } from "./mrkdwn.ts";
import { type CommandContext, SLASH, type SlashCommand } from "./slash-command.ts";
import { firstWord } from "./typed-text.ts";

/** Bound of one answer. */
const SHOWN_GROUPS = 20;

/** `split`: one alert group of this incident is something else; it gets an incident and a room of its own. */
export const split: SlashCommand = {
  name: "split",
  takes: "[alert group]",
  summary: "gives one alert group of this incident an incident of its own; alone it lists the groups",
  group: "record",
  run: inRoom("split", (incident, context) => (context.args === "" ? listed(incident) : off(incident, context))),
};

async function off(incident: Incident, context: CommandContext): Promise<string> {
  const { word } = firstWord(context.args);
  const named = groupsNamed(incident, word);
  const [group] = named;
  if (group === undefined) return `Nothing was recorded: no alert group here is named like that.\n${listed(incident)}`;
  if (named.length > 1) return `Nothing was recorded: more than one alert group begins like that.\n${listed(incident)}`;
  const to = await context.reserveIncident();
  const refusal = await context.act(incident, (state) =>
    splitGroup(state, { actor: context.actor.userId, correlationKey: group.correlationKey, to }),
  );
  return refusal === undefined
    ? `Split: ${escapeMrkdwn(group.title)} gets an incident of its own. Its room is being opened and you will be invited; the list of alert groups here names it.`
    : escapeKeepingMentions(refusal.message);
}

/** A whole name, or the beginning of only one: Alerting's names are long. */
function groupsNamed({ alerts }: Incident, word: string): AlertGroup[] {
  const groups = [...alerts.byKey.values()];
  const wanted = word.replaceAll("`", "").toLowerCase();
  const exact = groups.filter(({ groupId }) => groupId.toLowerCase() === wanted);
  return exact.length > 0 ? exact : groups.filter(({ groupId }) => groupId.toLowerCase().startsWith(wanted));
}

function listed({ alerts }: Incident): string {
  const groups = [...alerts.byKey.values()];
  if (groups.length === 0) return "No alert group belongs to this incident.";
  const more = groups.length - SHOWN_GROUPS;
  return [
    "*Alert groups of this incident*",
    ...groups
      .slice(0, SHOWN_GROUPS)
      .map(({ groupId, title, state }) => `• \`${escapeMrkdwn(groupId)}\` – ${escapeMrkdwn(title)}, ${state}`),
    ...(more > 0 ? [`and ${more} more`] : []),
    `\`${SLASH} split <alert group>\` gives one of them an incident of its own.`,
  ].join("\n");
}
