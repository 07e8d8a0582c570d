import type { Incident } from "../incident/state.ts";
import { link } from "./mrkdwn.ts";
import { type CommandContext, type FormLinks, SLASH, type SlashCommand } from "./slash-command.ts";

/** A command about the incident of the room it is typed in. Anywhere else it says where to go. */
export const inRoom =
  (
    name: string,
    run: (incident: Incident, context: CommandContext) => ReturnType<SlashCommand["run"]>,
    { orDeclare = false } = {},
  ): SlashCommand["run"] =>
  (context) => {
    const { incident, links } = context;
    if (incident !== undefined && incident.status !== "none") return run(incident, context);
    return elsewhere(name, orDeclare ? links : {});
  };

function elsewhere(name: string, { declare_incident }: FormLinks): string {
  return [
    `This channel is not the war room of an incident. Go to the room (its name begins with \`inc-\`) and type \`${SLASH} ${name}\` there`,
    declare_incident === undefined ? "." : `, or ${link(declare_incident, "declare an incident")}.`,
  ].join("");
}
