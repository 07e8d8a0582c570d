import type { EffectReport, OutboxItem } from "../../shared/contracts/outbox.ts";
import type { BridgeClient } from "../bridge-client.ts";
import { troubleName } from "../bridge-trouble.ts";
import type { Clock, Instant } from "../clock.ts";
import { log } from "../log.ts";
import { repeated } from "./repeated.ts";

export interface Reporter {
  /** `stop`: nothing more is wanted for this effect. A report that cannot be delivered is kept for `resend`. */
  send(effectId: string, report: EffectReport): Promise<"continue" | "stop">;
  /**
   * Work that is handed out again because its report never arrived must not be done twice: what was kept is sent instead.
   * Gives the items that are new to this execution.
   */
  resend(items: readonly OutboxItem[]): Promise<OutboxItem[]>;
}

export function reporter(deps: { bridge: BridgeClient; clock: Clock; until: Instant }): Reporter {
  const kept = new Map<string, EffectReport[]>();

  const deliver = async (effectId: string, report: EffectReport): Promise<"continue" | "stop" | "undelivered"> => {
    const outcome = await repeated(deps, () => deps.bridge.report(effectId, report));
    if (outcome.kind === "answered") return outcome.reply.next;
    log("error", "report_undelivered", { effectId, result: report.result, why: troubleName(outcome) });
    // A refused report stays refused; only the other kind is worth keeping.
    return outcome.kind === "refused-request" ? "stop" : "undelivered";
  };

  const send = async (effectId: string, report: EffectReport): Promise<"continue" | "stop"> => {
    const answer = await deliver(effectId, report);
    if (answer !== "undelivered") return answer;
    kept.set(effectId, [...(kept.get(effectId) ?? []), report]);
    return "continue";
  };

  return {
    send,
    async resend(items) {
      const fresh: OutboxItem[] = [];
      for (const item of items) {
        const reports = kept.get(item.effectId);
        if (!reports) {
          fresh.push(item);
          continue;
        }
        kept.delete(item.effectId);
        for (const report of reports) await send(item.effectId, report);
      }
      return fresh;
    },
  };
}
