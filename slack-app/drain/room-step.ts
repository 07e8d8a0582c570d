import type { EffectReport } from "../../shared/contracts/outbox.ts";
import type { SlackRefusal } from "../slack-client.ts";

export type StepReport = Omit<
  Extract<EffectReport, { result: "room-step" }>,
  "result" | "executionId" | "channel" | "step"
>;

/** What a step of opening a room came to; `later` when Slack will not do it now but may do it soon. */
export type StepEnd = StepReport | { later: SlackRefusal };

/** A refusal that will not change is the step's result; one that may is no result yet. */
export function ended(reply: { ok: true } | SlackRefusal): StepEnd {
  if (reply.ok) return { ok: true };
  return reply.transient ? { later: reply } : { ok: false, error: reply.error };
}
