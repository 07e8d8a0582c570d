import { LIMITS } from "../../shared/limits.ts";
import { storeEvidence } from "../incident/decide/checklist.ts";
import { itemsOf } from "../incident/response/items.ts";
import type { Incident } from "../incident/state.ts";
import { boundedUrl } from "../ingress/bounded-text.ts";
import type { VOLATILITIES } from "../runbooks/schema.ts";
import { inRoom } from "./in-room.ts";
import { escapeKeepingMentions, escapeMrkdwn } from "./mrkdwn.ts";
import { type CommandContext, SLASH, type SlashCommand } from "./slash-command.ts";
import { firstWord, tooLong } from "./typed-text.ts";

/** `evidence`: what is to be saved, and `evidence add` with a reference to what was. */
export const evidence: SlashCommand = {
  name: "evidence",
  takes: "[add [id] link [note]]",
  summary: "what is to be saved; `add` records a link to what was, never the thing itself",
  group: "record",
  run: inRoom("evidence", (incident, context) => {
    const { word, rest } = firstWord(context.args);
    return word === "add" ? add(incident, rest, context) : listed(incident);
  }),
};

async function add(incident: Incident, typed: string, { act, actor, carriesSecret }: CommandContext): Promise<string> {
  const first = firstWord(typed);
  const item = itemsOf(incident).find(
    ({ kind, id, key }) => kind === "evidence" && (id === first.word || key === first.word),
  );
  const { word, rest: note } = item ? firstWord(first.rest) : first;
  const url = boundedUrl(word);
  if (url === undefined)
    return `Nothing was recorded: the link is missing. Type \`${SLASH} evidence add ${item?.id ?? ""} https://…\`.`;
  if (note.length > LIMITS.note) return tooLong("note", note, LIMITS.note);
  if (carriesSecret(note))
    return "Nothing was recorded: the note looks like it holds a secret. Save it elsewhere and give its link.";
  const wish = { actor: actor.userId, key: item?.key, link: url, note: note === "" ? undefined : note };
  const refusal = await act(incident, (state) => storeEvidence(state, wish));
  return refusal === undefined
    ? `Recorded${item ? `: ${escapeMrkdwn(item.text)}` : ""}.`
    : escapeKeepingMentions(refusal.message);
}

function listed(incident: Incident): string {
  const items = itemsOf(incident).filter(({ kind }) => kind === "evidence");
  if (items.length === 0) return "No runbook of this incident asks for evidence.";
  const lines = items.map(({ id, text, status, role, evidence: wanted }) => {
    const more = [
      status === "open" ? "*open*" : status,
      wanted?.collect === "bot" ? "saved by this app" : `by ${role}`,
      ...(wanted && status === "open" ? [LASTS[wanted.volatility]] : []),
    ];
    return `• ${escapeMrkdwn(text)} (${more.join(", ")}) \`${id}\``;
  });
  const open = items.find(({ status }) => status === "open");
  return open
    ? [...lines, `Record a link to what was saved with \`${SLASH} evidence add ${open.id} https://…\`.`].join("\n")
    : lines.join("\n");
}

/** How long it can still be had. */
const LASTS: Record<(typeof VOLATILITIES)[number], string> = {
  minutes: "gone in minutes",
  hours: "gone in hours",
  days: "gone in days",
  durable: "stays",
};
