import { attachRunbook, copyDiffers, detachRunbook } from "../incident/decide/runbook.ts";
import type { Incident } from "../incident/state.ts";
import type { Library } from "../runbooks/load-runbooks.ts";
import { inRoom } from "./in-room.ts";
import { escapeKeepingMentions, escapeMrkdwn } from "./mrkdwn.ts";
import { SLASH, type SlashCommand } from "./slash-command.ts";
import { firstWord, saysSomething } from "./typed-text.ts";

/** `runbook`: what this incident follows and how that differs from the files now; `attach` adds one more; the id alone does too. */
export const runbook: SlashCommand = {
  name: "runbook",
  takes: "[attach id | detach id reason]",
  summary: "the runbooks of this incident; `attach` adds another, `detach` takes one away",
  group: "now",
  run: inRoom("runbook", async (incident, { args, act, actor, library }) => {
    const { word, rest } = firstWord(args);
    if (word === "") return listed(incident, library);
    if (word === "detach") {
      const { word: runbookId, rest: reason } = firstWord(rest);
      if (!saysSomething(reason))
        return `Nothing was recorded: type \`${SLASH} runbook detach ${escapeMrkdwn(runbookId)} the reason\`.`;
      const wish = { actor: actor.userId, runbookId, reason: reason.slice(0, 500) };
      const refusal = await act(incident, (state) => detachRunbook(state, wish));
      return refusal === undefined
        ? "Detached. What it holds stays until it is proven."
        : escapeKeepingMentions(refusal.message);
    }
    const wanted = (word === "attach" ? firstWord(rest).word : word).toLowerCase();
    const entry = library.get(wanted);
    if (!entry) return unknownRunbook(wanted, [...library.keys()]);
    const wish = { entry, trigger: "chosen by a person", triggerIndex: null, by: actor.userId };
    const refusal = await act(incident, (state) => attachRunbook(state, wish));
    return refusal === undefined ? `Attached: ${entry.runbook.title}.` : escapeKeepingMentions(refusal.message);
  }),
};

/** Those that share a word with what was typed are offered first. */
function unknownRunbook(wanted: string, ids: readonly string[]): string {
  const words = new Set(wanted.split("-").filter((word) => word.length > 2));
  const near = ids.filter((id) => id.split("-").some((word) => words.has(word)));
  const meant = near.length === 0 ? "" : ` Did you mean ${near.map((id) => `\`${id}\``).join(" or ")}?`;
  return `There is no runbook "${escapeMrkdwn(wanted.slice(0, 60))}".${meant} There are: ${ids.join(", ")}.`;
}

function listed(incident: Incident, library: Library): string {
  const { attached, chosen = [] } = incident.response;
  const others = chosen.filter(({ runbookId }) => !attached.some(({ runbook: one }) => one.id === runbookId));
  return [
    attached.length === 0 ? "No runbook is attached." : "Attached:",
    ...attached.map((one) => {
      const { runbook: copy, sha256, trigger, detached } = one;
      const state = detached ? `, detached by <@${detached.by}>` : "";
      const differs = copyDiffers(one, library.get(copy.id)) ? "the file reads otherwise now" : "as the file reads now";
      return `• ${escapeMrkdwn(copy.title)}: ${copy.id}@${copy.version}, SHA-256 ${sha256.slice(0, 16)}, ${differs} (${escapeMrkdwn(trigger)})${state}`;
    }),
    ...(others.length > 0 ? [`Also matches: ${others.map(({ runbookId }) => runbookId).join(", ")}`] : []),
  ].join("\n");
}
