import { attestPageEntry } from "../incident/decide/page-watch.ts";
import type { Incident } from "../incident/state.ts";
import { boundedUrl } from "../ingress/bounded-text.ts";
import { inRoom } from "./in-room.ts";
import { escapeKeepingMentions } from "./mrkdwn.ts";
import { type CommandContext, SLASH, type SlashCommand } from "./slash-command.ts";
import { firstWord } from "./typed-text.ts";

/** `attest`: an authorised person accounts for what was posted on the status page by hand. */
export const attest: SlashCommand = {
  name: "attest",
  takes: "[link]",
  summary: "accounts for an entry of the status page that was not published from here",
  group: "customers",
  run: inRoom("attest", account),
};

async function account(incident: Incident, context: CommandContext): Promise<string> {
  const { word, rest } = firstWord(context.args);
  const link = boundedUrl(word);
  if (link === undefined || rest !== "") {
    const problem = word === "" ? "the link is missing" : "this is not one link";
    return `Nothing was recorded: ${problem}. Copy the link of the entry from the status page: \`${SLASH} attest https://…\`.`;
  }

  const { userId, teamId: ourTeam } = context.actor;
  const [page, facts] = await Promise.all([context.findOnPage(link), context.lookUpApprover(userId)]);
  if (page === "unreadable") {
    return "The status page could not be read just now, so nothing was recorded. Try again in a moment.";
  }
  const refusal = await context.act(incident, (state, now) =>
    attestPageEntry(state, { actor: userId, ourTeam, facts, link, page }, now),
  );
  return refusal === undefined
    ? "Recorded: you account for what stands there and was not published from here."
    : escapeKeepingMentions(refusal.message);
}
