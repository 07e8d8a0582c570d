import { LIMITS } from "../../shared/limits.ts";
import { overrideCheck, proveCheck } from "../incident/decide/gate-checks.ts";
import { type Check, checksOf } from "../incident/response/checks.ts";
import type { Incident } from "../incident/state.ts";
import { standsInForExecutive } from "../publish-gate/approver.ts";
import { inRoom } from "./in-room.ts";
import { escapeKeepingMentions, escapeMrkdwn } from "./mrkdwn.ts";
import { type CommandContext, SLASH, type SlashCommand } from "./slash-command.ts";
import { firstWord, saysSomething, tooLong } from "./typed-text.ts";

/** `gate`: the checks before resolve; `prove` and `override` settle one. */
export const gate: SlashCommand = {
  name: "gate",
  takes: "[prove check proof | override check reason]",
  summary: "what must be proven before resolve, and by whom it may be gone past",
  group: "record",
  run: inRoom("gate", (incident, context) => {
    const { word, rest } = firstWord(context.args);
    const { word: name, rest: words } = firstWord(rest);
    if (word !== "prove" && word !== "override") return listed(incident);
    const found = checksOf(incident).filter(({ check, key }) => check.id === name || key === name);
    const [check] = found;
    if (!check || found.length > 1)
      return `There is no one check "${escapeMrkdwn(name.slice(0, 60))}" here; \`${SLASH} gate\` shows their names.`;
    if (!saysSomething(words)) return `Nothing was recorded: say what ${word === "prove" ? "proves" : "justifies"} it.`;
    if (words.length > LIMITS.reason) return tooLong(word === "prove" ? "proof" : "reason", words, LIMITS.reason);
    return word === "prove" ? prove(incident, check, words, context) : override(incident, check, words, context);
  }),
};

async function prove(incident: Incident, { key }: Check, proof: string, { act, actor, offerProof }: CommandContext) {
  const wish = { actor: actor.userId, ...(await offerProof(incident, { key, proof })) };
  const refusal = await act(incident, (state) => proveCheck(state, wish));
  return refusal === undefined ? "Recorded as proof." : escapeKeepingMentions(refusal.message);
}

/** Whoever may approve customer texts and does not command here stands in for an executive; that is read live. */
async function override(incident: Incident, check: Check, reason: string, context: CommandContext): Promise<string> {
  const { userId, teamId } = context.actor;
  const facts = check.check.who_may_override === "exec" ? await context.lookUpApprover(userId) : undefined;
  const refusal = await context.act(incident, (state, now) => {
    const exec = facts !== undefined && standsInForExecutive(state, userId, facts, teamId, now);
    return overrideCheck(state, { actor: userId, exec, key: check.key, reason });
  });
  return refusal === undefined ? "Recorded: this check was gone past." : escapeKeepingMentions(refusal.message);
}

function listed(incident: Incident): string {
  const checks = checksOf(incident);
  if (checks.length === 0) return "No check stands before resolve.";
  const named = (id: string) => checks.filter(({ check }) => check.id === id).length;
  return [
    ...checks.map(({ key, check, status, holds }) => {
      const more = [
        STATUS[status],
        ...(status === "open" ? [SHOWN_BY[check.proof], PAST[check.who_may_override]] : []),
      ];
      return `• ${escapeMrkdwn(check.check)} (${[...more, ...(holds ? ["holds the severity"] : [])].join("; ")}) \`${named(check.id) > 1 ? key : check.id}\``;
    }),
    ...(checks.some(({ status }) => status === "open")
      ? [`Settle one with \`${SLASH} gate prove name proof\` or \`${SLASH} gate override name reason\`.`]
      : []),
  ].join("\n");
}

const STATUS: Record<Check["status"], string> = {
  open: "*open*",
  proven: "proven",
  overridden: "gone past, on record",
};

const SHOWN_BY: Record<Check["check"]["proof"], string> = {
  metric: "you state what the metric shows",
  http_probe: "you state what the probe shows",
  negative_probe: "you state that the probe fails as it should",
  link: "you give a link",
  statement: "you state it",
  bundle: "you name what was saved",
  ledger: "seen in the record by itself",
};

const PAST: Record<Check["check"]["who_may_override"], string> = {
  nobody: "nobody may go past it",
  ic: "the commander may go past it",
  exec: "an executive may go past it",
};
