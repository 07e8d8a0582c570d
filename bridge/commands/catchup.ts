import type { Brief } from "../../shared/contracts/queries.ts";
import { inRoom } from "./in-room.ts";
import { escapeKeepingMentions } from "./mrkdwn.ts";
import type { SlashCommand } from "./slash-command.ts";

/** `catchup`: the same brief as *Catch me up*, for the asker alone. */
export const catchup: SlashCommand = {
  name: "catchup",
  summary: "where this incident stands, what happened, and what changed since you last asked",
  group: "now",
  fits: ["unled", "under-way"],
  run: inRoom("catchup", async (incident, { actor, brief }) => briefText(await brief(incident.id, actor.userId))),
};

export function briefText({ headline, changes, now, happened, earlier }: Brief): string {
  const say = (text: string) => escapeKeepingMentions(text);
  return [
    `*${say(headline)}*`,
    ...(changes
      ? [
          `*Since you last looked* (${clockTime(changes.since)})`,
          ...(changes.more > 0 ? [`… ${changes.more} earlier changes`] : []),
          ...(changes.lines.length > 0 ? changes.lines.map((line) => `• ${say(line)}`) : ["nothing new"]),
        ]
      : []),
    ...now.map(({ label, text }) => `*${label}* ${say(text)}`),
    "*What happened*",
    ...(earlier > 0 ? [`… ${earlier} earlier`] : []),
    ...happened.map(({ at, text }) => `• ${clockTime(at)} ${say(text)}`),
  ].join("\n");
}

const clockTime = (at: string): string => `${at.slice(11, 16)} UTC`;
