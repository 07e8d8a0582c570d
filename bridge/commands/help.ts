import type { LinkTrigger } from "../../shared/vocabulary.ts";
import { link } from "./mrkdwn.ts";
import { COMMAND_GROUPS, type CommandContext, SLASH, type SlashCommand } from "./slash-command.ts";

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

/** `help`: what can be typed, by group, and the forms that fit where one is. */
export const help: SlashCommand = {
  name: "help",
  summary: "what you can type and which forms there are",
  group: "now",
  run: (context) => helpText(context),
};

export function helpText({
  registry,
  incident,
  links,
}: Pick<CommandContext, "registry" | "incident" | "links">): string {
  const groups = COMMAND_GROUPS.flatMap((group) => {
    const commands = registry.filter((command) => command.group === group);
    if (commands.length === 0) return [];
    return [
      `*${group.charAt(0).toUpperCase()}${group.slice(1)}*`,
      ...commands.map(
        ({ name, takes, summary }) => `• \`${[SLASH, name, takes ?? []].flat().join(" ")}\` – ${summary}`,
      ),
    ];
  });
  const forms = (incident === undefined || incident.status === "none" ? DECLARE : ROOM_FORMS).flatMap(
    ([trigger, label]) => {
      const url = links[trigger];
      return url === undefined ? [] : [link(url, label)];
    },
  );
  return [...groups, ...(forms.length > 0 ? [`*Forms*: ${forms.join(" · ")}`] : [])].join("\n");
}
