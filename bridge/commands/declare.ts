import { LIMITS } from "../../shared/limits.ts";
import { SEVERITIES } from "../../shared/vocabulary.ts";
import { escapeMrkdwn, link } from "./mrkdwn.ts";
import { nearestWord } from "./nearest-word.ts";
import { type CommandContext, SLASH, type SlashCommand } from "./slash-command.ts";
import { firstWord, saysSomething, tooLong } from "./typed-text.ts";

/** `declare`: opens an incident with a war room, from anywhere. */
export const declare: SlashCommand = {
  name: "declare",
  takes: "[SEV1…SEV4] [service] [what is wrong]",
  summary: "opens an incident with a war room and calls in who is on call",
  group: "now",
  fits: ["elsewhere"],
  run: open,
};

async function open({ args, links, services, declareIncident }: CommandContext): Promise<string> {
  const { word: typedSeverity, rest } = firstWord(args);
  const { word: service, rest: title } = firstWord(rest);
  const severity = SEVERITIES.find((known) => known === typedSeverity.toUpperCase());
  if (severity === undefined || service === "" || !saysSomething(title)) {
    const form = links.declare_incident;
    const or = form === undefined ? "" : ` Or use the form: ${link(form, "Declare an incident")}.`;
    return `Nothing was declared: say how severe, which service and what is wrong, as in \`${SLASH} declare SEV2 ${services[0] ?? "service"} payments fail\`.${or}`;
  }
  if (!services.includes(service)) {
    const near = nearestWord(service, services);
    const meant = near === undefined ? `Services: ${services.slice(0, 20).join(", ")}.` : `Did you mean \`${near}\`?`;
    return `Nothing was declared: there is no service "${escapeMrkdwn(service.slice(0, 40)).replaceAll("`", "'")}". ${meant}`;
  }
  if (title.length > LIMITS.title) return tooLong("title", title, LIMITS.title);
  const incident = await declareIncident({ title, service, severity });
  return `${incident} is open; its room is being assembled and you will be invited.`;
}
