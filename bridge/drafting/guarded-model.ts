import type { Logger } from "../platform/logger.ts";
import type { Metrics } from "../platform/telemetry/metrics.ts";
import type { InvocationLogging } from "./invocation-logging.ts";
import type { ModelPort, ModelReply } from "./model-port.ts";
import type { TokenBudget } from "./token-budget.ts";

/**
 * A model that is asked only while nobody copies prompts and while there is budget left. Whatever cannot be told, the log or the
 * budget, counts against asking.
 */
export function createGuardedModel(deps: {
  model: ModelPort;
  logging: InvocationLogging;
  budget: TokenBudget;
  metrics: Metrics;
  log: Logger;
}): ModelPort {
  const { model, logging, budget, log } = deps;
  const calls = deps.metrics.counter("ic_model_calls_total", "Requests for a model's answer, by outcome.");
  const tokens = deps.metrics.counter("ic_model_tokens_total", "Tokens of the model, by kind.");

  const count = async (incidentId: string, { usage }: ModelReply) => {
    if (!usage) return;
    const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = usage;
    tokens.add({ kind: "input" }, inputTokens);
    tokens.add({ kind: "output" }, outputTokens);
    tokens.add({ kind: "cache-read" }, cacheReadTokens);
    tokens.add({ kind: "cache-write" }, cacheWriteTokens);
    try {
      await budget.spend(incidentId, inputTokens + outputTokens + cacheReadTokens + cacheWriteTokens);
    } catch (error) {
      // The answer is there and paid for; the next call asks the budget again.
      log.error("tokens-not-counted", { incident: incidentId, error });
    }
  };

  return {
    async converse(request) {
      const state = await logging.check();
      if (state.kind !== "off") {
        calls.add({ outcome: "logging-on" });
        return { kind: "unusable", why: `${state.why}, so no model was asked` };
      }
      const exhausted = await budget.exhausted(request.incidentId).catch((error: unknown) => {
        log.error("token-budget-unreadable", { incident: request.incidentId, error });
        return "the token budget could not be read, so no model was asked";
      });
      if (exhausted !== undefined) {
        calls.add({ outcome: "no-budget" });
        return { kind: "unusable", why: exhausted };
      }
      const reply = await model.converse(request);
      calls.add({ outcome: reply.kind });
      await count(request.incidentId, reply);
      return reply;
    },
  };
}
