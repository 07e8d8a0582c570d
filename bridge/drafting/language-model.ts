import type { IndexTable } from "../index-table/index-table.ts";
import type { Clock } from "../platform/clock.ts";
import type { Config } from "../platform/config.ts";
import type { Logger } from "../platform/logger.ts";
import { judgeAws } from "../platform/manners/judge-aws.ts";
import type { Manners } from "../platform/manners/manners.ts";
import type { Metrics } from "../platform/telemetry/metrics.ts";
import { createBedrockClient, createBedrockModel } from "./bedrock-model.ts";
import { createGuardedModel } from "./guarded-model.ts";
import { createBedrockControl, createInvocationLogging, type InvocationLogging } from "./invocation-logging.ts";
import type { ModelPort } from "./model-port.ts";
import { loadPrompts, type Prompts } from "./prompts.ts";
import { createTokenBudget, type TokenBudget } from "./token-budget.ts";

/** Added to the model's own budget when the answer about logging is not fresh. */
const LOGGING_BUDGET_MS = 1_500;

export interface LanguageModel {
  model: ModelPort;
  /** Of a smaller class, for suggestions; undefined where none is configured. */
  marking: ModelPort | undefined;
  prompts: Prompts;
  logging: InvocationLogging;
  budget: Pick<TokenBudget, "look">;
}

/** The configured model behind its guards, or undefined where templates are asked for. @throws PromptsError */
export function createLanguageModel(
  config: Config,
  deps: {
    index: IndexTable;
    manners: Manners;
    clock: Clock;
    metrics: Metrics;
    log: Logger;
    /** Posts one sentence for the operators. */
    tell: (sentence: string) => Promise<void>;
  },
): LanguageModel | undefined {
  if (config.DRAFTER === "template" || config.BEDROCK_MODEL_ID === undefined) return undefined;
  const { clock, metrics, log, tell } = deps;
  const access = { endpoint: config.BEDROCK_ENDPOINT, credentials: config.AWS_CREDENTIALS };
  const region = config.AWS_REGION;
  const budgetMs = config.DRAFT_BUDGET_MS;
  const modelId = config.BEDROCK_MODEL_ID;
  const prompts = loadPrompts(config.PROMPTS_DIR);
  const control = clientOfRegion((at) => createBedrockControl({ ...access, region: at }, LOGGING_BUDGET_MS));
  const runtime = createBedrockClient({ ...access, region }, budgetMs);
  const vendor = deps.manners.of("bedrock", judgeAws);
  const loggingOf = (id: string, counted: { metrics?: Metrics }) =>
    createInvocationLogging({
      client: control,
      region,
      modelId: id,
      approvedSinks: config.INVOCATION_LOGGING_APPROVED_SINKS.split(",")
        .map((name) => name.trim())
        .filter((name) => name !== ""),
      everyMs: config.INVOCATION_LOGGING_CHECK_MS,
      budgetMs: LOGGING_BUDGET_MS,
      tell,
      clock,
      ...counted,
      log,
    });
  const guarded = (id: string, logging: InvocationLogging): ModelPort =>
    createGuardedModel({
      model: createBedrockModel({ client: runtime, modelId: id, prompts, budgetMs, log, manners: vendor }),
      logging,
      budget,
      metrics,
      log,
    });
  const budget = createTokenBudget({
    index: deps.index,
    clock,
    log,
    perIncident: config.MODEL_TOKENS_PER_INCIDENT,
    perMonth: config.MODEL_TOKENS_PER_MONTH,
    tell,
  });
  const logging = loggingOf(modelId, { metrics });
  const markingId = config.BEDROCK_MARKING_MODEL_ID;
  return {
    model: guarded(modelId, logging),
    marking: markingId === undefined ? undefined : guarded(markingId, loggingOf(markingId, {})),
    prompts,
    logging,
    budget,
  };
}

/** One client a region, kept. */
function clientOfRegion<T>(make: (region: string) => T): (region: string) => T {
  const made = new Map<string, T>();
  return (region) => {
    const client = made.get(region) ?? make(region);
    made.set(region, client);
    return client;
  };
}

/** How often rooms are read for suggestions; undefined where no model makes any. */
export const markEveryMs = (config: Config): number | undefined =>
  config.DRAFTER === "template" || config.BEDROCK_MARKING_MODEL_ID === undefined ? undefined : config.MARK_EVERY_MS;
