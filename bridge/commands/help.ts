import type { LinkTrigger } from "../../shared/vocabulary.ts";
import { link } from "./mrkdwn.ts";
import { SITUATION_WORDS, situationOf } from "./situation.ts";
import { COMMAND_GROUPS, type CommandContext, SLASH, type SlashCommand } from "./slash-command.ts";
import { firstWord } from "./typed-text.ts";

/** Forms that steer the incident of a room, in the order one usually needs them. */
const ROOM_FORMS: readonly (readonly [LinkTrigger, string])[] = [
  ["take_command", "Take command"],
  ["hand_over_command", "Hand over"],
  ["page_someone", "Page someone"],
  ["update_checklist", "Checklist"],
  ["change_severity", "Severity"],
  ["draft_status_update", "Customer update"],
  ["review_status_update", "Open current card"],
  ["resolve_incident", "Resolve"],
];
const DECLARE: readonly (readonly [LinkTrigger, string])[] = [["declare_incident", "Declare an incident"]];

/** `help`: what fits now, in full; everything else as words, by group. With a word it explains that one. */
export const help: SlashCommand = {
  name: "help",
  takes: "[word]",
  summary: "what you can type and which forms there are",
  group: "now",
  run: (context) => {
    const { word } = firstWord(context.args);
    const asked = context.registry.find(({ name }) => name === word.toLowerCase());
    return asked === undefined ? helpText(context) : explained(asked);
  },
};

export function helpText({
  registry,
  incident,
  links,
}: Pick<CommandContext, "registry" | "incident" | "links">): string {
  const situation = situationOf(incident);
  const first = registry.filter(({ fits }) => fits?.includes(situation));
  const groups = COMMAND_GROUPS.flatMap((group) => {
    const words = registry.filter((command) => command.group === group).map(({ name }) => `\`${name}\``);
    return words.length === 0 ? [] : [`${group.charAt(0).toUpperCase()}${group.slice(1)}: ${words.join(" ")}`];
  });
  const forms = (situation === "elsewhere" ? DECLARE : ROOM_FORMS).flatMap(([trigger, label]) => {
    const url = links[trigger];
    return url === undefined ? [] : [link(url, label)];
  });
  return [
    `*${SITUATION_WORDS[situation]}*`,
    ...first.map(explained),
    ...(forms.length > 0 ? [`*Forms*: ${forms.join(" · ")}`] : []),
    "*All words*",
    ...groups,
    `\`${SLASH} help word\` explains one.`,
  ].join("\n");
}

const explained = ({ name, takes, summary }: SlashCommand): string =>
  `• \`${[SLASH, name, takes ?? []].flat().join(" ")}\` – ${summary}`;
