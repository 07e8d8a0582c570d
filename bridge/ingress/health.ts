import type { Clock, Instant } from "../platform/clock.ts";
import type { Config } from "../platform/config.ts";
import type { Secrets } from "../platform/secrets.ts";
import type { SchemaRefusals } from "./schema-refusals.ts";

/** Coarse on purpose: anybody can read it. */
export interface HealthReport {
  status: "ok" | "degraded";
  /** Well-signed webhook calls of the last hour that could not be understood. */
  schemaRefusalsLastHour: number;
  /** `unprotected-bearer-token`: OnCall's calls are neither signed nor safe from replay, by explicit setting. */
  oncallWebhook: "signed" | "signed-without-time" | "unprotected-bearer-token";
  secrets: { oldestAgeSeconds: number; stale: boolean };
  /** Whether prompts are safe from being logged; `not-used` where no model is. Anything but `off` means no model is asked. */
  modelInvocationLogging: "off" | "on" | "unknown" | "not-used";
  /** True when Slack's scheduled sweep has not been heard of for too long. */
  sweepSilent: boolean;
  /** OnCall's open alert groups, looked through for what its webhooks failed to tell. */
  missedAlerts: { checkedSecondsAgo: number | null; failing: boolean };
}

export interface HealthDeps {
  config: Pick<Config, "ONCALL_SCHEME">;
  secrets: Pick<Secrets, "health">;
  refusals: SchemaRefusals;
  modelLogging: () => "off" | "on" | "unknown" | undefined;
  sweepSilent: () => boolean;
  /** The newest look at OnCall's open alert groups, where there was one. */
  reconciled: () => { at: Instant; failed: string | undefined } | undefined;
  clock: Clock;
}

const ONCALL_WEBHOOK = { S1T: "signed", S1: "signed-without-time", S0: "unprotected-bearer-token" } as const;

/** Degraded means that a person should look; the bridge goes on working. */
export function createHealth({
  config,
  secrets,
  refusals,
  modelLogging,
  sweepSilent,
  reconciled,
  clock,
}: HealthDeps): () => HealthReport {
  return () => {
    const versions = secrets.health();
    const stale = versions.some((version) => version.stale);
    const schemaRefusalsLastHour = refusals.lastHour();
    const silent = sweepSilent();
    const modelInvocationLogging = modelLogging() ?? "not-used";
    const modelBarred = modelInvocationLogging === "on" || modelInvocationLogging === "unknown";
    const round = reconciled();
    const failing = round?.failed !== undefined;
    return {
      status: stale || silent || failing || modelBarred || schemaRefusalsLastHour > 0 ? "degraded" : "ok",
      schemaRefusalsLastHour,
      oncallWebhook: ONCALL_WEBHOOK[config.ONCALL_SCHEME],
      secrets: {
        oldestAgeSeconds: Math.round(Math.max(0, ...versions.map(({ ageMs }) => ageMs)) / 1_000),
        stale,
      },
      modelInvocationLogging,
      sweepSilent: silent,
      missedAlerts: {
        checkedSecondsAgo: round === undefined ? null : Math.max(0, Math.round((clock.now() - round.at) / 1_000)),
        failing,
      },
    };
  };
}
