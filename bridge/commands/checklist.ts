import { LIMITS } from "../../shared/limits.ts";
import { untickItem, updateChecklist } from "../incident/decide/checklist.ts";
import { type Item, itemsOf } from "../incident/response/items.ts";
import { overdueOf } from "../incident/response/overdue.ts";
import type { Incident } from "../incident/state.ts";
import { inRoom } from "./in-room.ts";
import { escapeKeepingMentions, escapeMrkdwn, link } from "./mrkdwn.ts";
import { type CommandContext, type FormLinks, SLASH, type SlashCommand } from "./slash-command.ts";
import { firstWord, tooLong } from "./typed-text.ts";

const SHOWN = 15;

/** `checklist`: what is open, `checklist undo <item>`, and `checklist confirm <item>` for what an escalation waits for. */
export const checklist: SlashCommand = {
  name: "checklist",
  takes: "[undo|confirm item]",
  summary:
    "what is open and overdue, and the form that ticks it; `undo` takes a tick back, `confirm` starts an escalation's time",
  group: "now",
  fits: ["untold", "under-way"],
  run: inRoom("checklist", async (incident, context) => {
    const { word, rest } = firstWord(context.args);
    if (word !== "undo" && word !== "confirm") return openLines(incident, context);
    const item = named(incident, rest);
    if (!item) return unknown(rest);
    if (word === "confirm") return confirmItem(incident, item, context);
    const refusal = await context.act(incident, (state) =>
      untickItem(state, { actor: context.actor.userId, key: item.key }),
    );
    return refusal === undefined ? `Taken back: ${escapeMrkdwn(item.text)}.` : escapeKeepingMentions(refusal.message);
  }),
};

async function confirmItem(incident: Incident, item: Item, { act, actor }: CommandContext): Promise<string> {
  const { confirmed } = item.record;
  if (confirmed) return `<@${confirmed.by}> confirmed that already: ${escapeMrkdwn(item.text)}.`;
  const wish = { ...NOTHING, actor: actor.userId, confirm: [item.key] };
  const refusal = await act(incident, (state) => updateChecklist(state, wish));
  return refusal === undefined
    ? `Confirmed: ${escapeMrkdwn(item.text)}. Its time runs from now.`
    : escapeKeepingMentions(refusal.message);
}

const NOTHING = {
  done: [],
  skip: [],
  skipReason: undefined,
  confirm: [],
  assign: [],
  assignee: undefined,
  proof: undefined,
  phase: undefined,
  noPublicUpdate: undefined,
};

/** `do`: ticks one item, with what shows it. */
export const doItem: SlashCommand = {
  name: "do",
  takes: "[item] [proof]",
  summary: "ticks one item of the checklist as done by you",
  group: "now",
  run: inRoom("do", async (incident, { args, act, actor }) => {
    const { word, rest: proof } = firstWord(args);
    const item = named(incident, word);
    if (!item) return unknown(word);
    if (proof.length > LIMITS.reason) return tooLong("proof", proof, LIMITS.reason);
    const wish = { ...NOTHING, actor: actor.userId, done: [item.key], proof: proof === "" ? undefined : proof };
    const refusal = await act(incident, (state) => updateChecklist(state, wish));
    return refusal === undefined ? `Done: ${escapeMrkdwn(item.text)}.` : escapeKeepingMentions(refusal.message);
  }),
};

/** An item by its key, or by its own id where no other runbook has the same. */
function named(incident: Incident, name: string): Item | undefined {
  const found = itemsOf(incident).filter(({ key, id }) => key === name || id === name);
  return found.length === 1 ? found[0] : undefined;
}

const unknown = (name: string): string =>
  name === ""
    ? `Nothing was recorded: name the item, as \`${SLASH} checklist\` shows it.`
    : `There is no one item "${escapeMrkdwn(name.slice(0, 60))}" here; \`${SLASH} checklist\` shows their names.`;

function openLines(incident: Incident, { links, now }: Pick<CommandContext, "links" | "now">): string {
  const open = itemsOf(incident).filter(({ status }) => status === "open");
  const overdue = overdueOf(incident, now);
  const late = new Map([...overdue.clocks, ...overdue.items].map(({ key, minutesLate }) => [key, minutesLate]));
  const lines = open.slice(0, SHOWN).map(({ key, text, role, observed }) => {
    const minutes = late.get(key);
    const more = [
      role,
      ...(observed ? ["ticks itself"] : []),
      ...(minutes === undefined ? [] : [`${minutes} min late`]),
    ];
    return `• ${escapeMrkdwn(text)} (${more.join(", ")}) \`${key}\``;
  });
  return [
    open.length === 0 ? "Nothing is open." : `${open.length} open in the phase ${incident.response.phase}:`,
    ...lines,
    ...(open.length > SHOWN ? [`and ${open.length - SHOWN} more`] : []),
    ...formLine(links),
  ].join("\n");
}

const formLine = ({ update_checklist }: FormLinks): string[] =>
  update_checklist === undefined ? [] : [`Form: ${link(update_checklist, "Update checklist")}`];
