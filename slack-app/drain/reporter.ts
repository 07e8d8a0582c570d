import type { EffectReport } from "../../shared/contracts/outbox.ts";
import type { BridgeClient } from "../bridge-client.ts";
import { troubleName } from "../bridge-trouble.ts";
import type { Clock, Instant } from "../clock.ts";
import { log } from "../log.ts";
import { repeated } from "./repeated.ts";

/** `stop`: nothing more is wanted for this effect, or nobody will hear of it. */
export type Report = (effectId: string, report: EffectReport, trace?: string) => Promise<"continue" | "stop">;

/**
 * Tells the bridge what became of a piece of work, again and again until it answers or time is up. An undelivered report
 * loses nothing: the lease runs out, and the next attempt finds in Slack what this one did.
 */
export const reporter =
  (deps: { bridge: BridgeClient; clock: Clock; until: Instant }): Report =>
  async (effectId, report, trace) => {
    const outcome = await repeated(deps, () => deps.bridge.report(effectId, report, trace));
    if (outcome.kind === "answered") return outcome.reply.next;
    log("error", "report_undelivered", { effectId, result: report.result, why: troubleName(outcome) });
    return "stop";
  };
