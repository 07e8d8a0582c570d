import { LIMITS } from "../../shared/limits.ts";
import { SEVERITIES } from "../../shared/vocabulary.ts";
import { changeSeverity } from "../incident/decide/severity.ts";
import { inRoom } from "./in-room.ts";
import { escapeKeepingMentions, escapeMrkdwn, link } from "./mrkdwn.ts";
import { SLASH, type SlashCommand } from "./slash-command.ts";
import { firstWord, saysSomething, tooLong } from "./typed-text.ts";

/** `severity`: raises, lowers or confirms the severity of the room's incident. */
export const severity: SlashCommand = {
  name: "severity",
  takes: "[SEV1…SEV4] [reason]",
  summary: "raises, lowers or confirms the severity, with a reason",
  group: "now",
  fits: ["unled"],
  run: inRoom("severity", async (incident, { actor, args, act, links, opensRoom }) => {
    const { word, rest: reason } = firstWord(args);
    const wanted = SEVERITIES.find((known) => known === word.toUpperCase());
    if (wanted === undefined || !saysSomething(reason)) {
      const wrong =
        wanted !== undefined
          ? "Nothing was recorded: the reason is missing. "
          : word === ""
            ? ""
            : `There is no severity "${escapeMrkdwn(word.slice(0, 40))}"; there are ${SEVERITIES.join(", ")}. `;
      const form = links.change_severity === undefined ? "" : ` Or ${link(links.change_severity, "open the form")}.`;
      return `${wrong}The severity is ${incident.severity}. To record one: \`${SLASH} severity SEV2 the reason\`.${form}`;
    }
    if (reason.length > LIMITS.reason) return tooLong("reason", reason, LIMITS.reason);
    const wish = { actor: actor.userId, severity: wanted, reason, opensRoom: opensRoom(wanted) };
    const refusal = await act(incident, (state) => changeSeverity(state, wish));
    return refusal === undefined ? `Recorded: ${wanted}.` : escapeKeepingMentions(refusal.message);
  }),
};
