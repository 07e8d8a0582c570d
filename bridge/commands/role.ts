import { ROLES } from "../../shared/vocabulary.ts";
import { assignRole } from "../incident/decide/command-role.ts";
import type { Incident } from "../incident/state.ts";
import { inRoom } from "./in-room.ts";
import { escapeKeepingMentions, escapeMrkdwn } from "./mrkdwn.ts";
import { nearestWord } from "./nearest-word.ts";
import { type CommandContext, SLASH, type SlashCommand } from "./slash-command.ts";
import { firstWord, mentionedPerson } from "./typed-text.ts";

/** `role`: who is deputy, who speaks to customers, who writes along. Without words it lists them. */
export const role: SlashCommand = {
  name: "role",
  takes: `[${ROLES.join("|")}] [@person|none]`,
  summary: "gives a role, takes it yourself, or ends it; without words lists the roles",
  group: "people",
  run: inRoom("role", (incident, context) => (context.args === "" ? rolesText(incident) : assign(incident, context))),
};

async function assign(incident: Incident, { args, actor, act, lookUpApprover }: CommandContext): Promise<string> {
  const { word, rest } = firstWord(args);
  const wanted = word.toLowerCase();
  const role = ROLES.find((known) => known === wanted);
  if (role === undefined) {
    if (wanted === "commander")
      return `Command is taken (\`${SLASH} take\`) or handed over (\`${SLASH} handover @name\`), not given.`;
    const near = nearestWord(wanted, ROLES);
    const meant = near === undefined ? "" : ` Did you mean \`${near}\`?`;
    return `There is no role "${escapeMrkdwn(word.slice(0, 40)).replaceAll("`", "'")}".${meant} Roles: ${ROLES.join(", ")}.`;
  }
  const { userId, rest: more } = mentionedPerson(rest);
  const ends = rest.toLowerCase() === "none";
  if (rest !== "" && !ends && (userId === undefined || more !== "")) {
    return `Nothing was changed: mention one person, or say \`none\`, as in \`${SLASH} role ${role} @name\`.`;
  }
  const to = ends ? null : (userId ?? actor.userId);
  const facts = to === null ? undefined : await lookUpApprover(to);
  const refusal = await act(incident, (state) =>
    assignRole(state, { actor: actor.userId, role, to, facts, ourTeam: actor.teamId }),
  );
  if (refusal) return escapeKeepingMentions(refusal.message);
  return to === null ? `Recorded: nobody is ${role} now.` : `Recorded: <@${to}> is ${role}.`;
}

function rolesText({ commander, roles }: Incident): string {
  const holder = (userId: string | undefined) => (userId === undefined ? "nobody" : `<@${userId}>`);
  return [`• commander: ${holder(commander)}`, ...ROLES.map((name) => `• ${name}: ${holder(roles[name])}`)].join("\n");
}
