import {
  BedrockClient,
  GetInferenceProfileCommand,
  GetModelInvocationLoggingConfigurationCommand,
  type LoggingConfig,
} from "@aws-sdk/client-bedrock";
import { type AwsAccess, awsClientOptions } from "../platform/aws.ts";
import type { Clock, Instant } from "../platform/clock.ts";
import type { Logger } from "../platform/logger.ts";
import type { Metrics } from "../platform/telemetry/metrics.ts";

/** Whether the account copies prompts to a log: `unknown` counts as yes. `why` is a sentence fragment. */
export type LoggingState = { kind: "off" } | { kind: "on" | "unknown"; why: string };

export interface InvocationLogging {
  /** The newest answer, asked anew when it is older than the interval or was not `off`. Never throws. */
  check(): Promise<LoggingState>;
  /** Asks when an answer is due: hourly while logging is off, every minute while it is not. Never throws. */
  tend(): Promise<LoggingState>;
  /** The newest answer, without asking. */
  current(): LoggingState;
}

export interface InvocationLoggingDeps {
  /** The control plane of one region. */
  client: (region: string) => Pick<BedrockClient, "send">;
  /** Where calls are made from. */
  region: string;
  modelId: string;
  /** Log groups and buckets that the operator has approved by name. */
  approvedSinks: readonly string[];
  /** Tells the operators that logging is on. */
  tell: (sentence: string) => Promise<void>;
  /** How long "off" is believed, in milliseconds. */
  everyMs: number;
  budgetMs: number;
  clock: Clock;
  /** Absent for a model beside the first: alerts watch one gauge. */
  metrics?: Metrics;
  log: Logger;
}

/** The control plane's client, for one region. */
export const createBedrockControl = (
  access: Omit<AwsAccess, "requestTimeoutMs">,
  requestTimeoutMs: number,
): BedrockClient => new BedrockClient({ ...awsClientOptions({ ...access, requestTimeoutMs }), maxAttempts: 2 });

/**
 * Asks the control plane of every region that the inference profile may use whether model invocations are logged: a log would hold
 * the prompts outside of everything that protects them here. What cannot be determined counts as on.
 */
export function createInvocationLogging(deps: InvocationLoggingDeps): InvocationLogging {
  const { clock, log, everyMs } = deps;
  const isOff = deps.metrics?.gauge(
    "ic_model_invocation_logging_off",
    "1 when every region of the model's profile was seen not to log prompts; else no model is called.",
  );
  let state: LoggingState = { kind: "unknown", why: "whether the account logs prompts was not checked yet" };
  let checkedAt: Instant | undefined;
  let asking: Promise<LoggingState> | undefined;
  isOff?.set(0);

  const ask = async (): Promise<LoggingState> => {
    const found = await stateOf(deps);
    if (found.kind !== state.kind) {
      if (found.kind === "off") log.info("invocation-logging", { state: found.kind });
      else log.error("invocation-logging", { state: found.kind, why: found.why });
    }
    const before = state.kind;
    state = found;
    checkedAt = clock.now();
    isOff?.set(found.kind === "off" ? 1 : 0);
    if (found.kind === "on" && before !== "on") {
      await deps.tell(
        `No language model is asked any more: ${found.why}. Drafts come from the template. Switch model invocation logging off in Bedrock, or approve its log by name.`,
      );
    }
    return found;
  };

  const askUnless = (maxAgeMs: number): Promise<LoggingState> => {
    if (checkedAt !== undefined && clock.now() - checkedAt < maxAgeMs) return Promise.resolve(state);
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  };

  return {
    current: () => state,
    check: () => askUnless(state.kind === "off" ? everyMs : 0),
    tend: () => askUnless(state.kind === "off" ? everyMs : Math.min(everyMs, ASK_AGAIN_MS)),
  };
}

const ASK_AGAIN_MS = 60_000;

async function stateOf(deps: InvocationLoggingDeps): Promise<LoggingState> {
  const { client, log, approvedSinks, budgetMs } = deps;
  const abortSignal = AbortSignal.timeout(budgetMs);
  let regions: string[];
  try {
    const profile = await client(deps.region).send(
      new GetInferenceProfileCommand({ inferenceProfileIdentifier: deps.modelId }),
      { abortSignal },
    );
    regions = regionsOf(
      deps.region,
      (profile.models ?? []).map(({ modelArn }) => modelArn ?? ""),
    );
  } catch (error) {
    log.warn("inference-profile-unreadable", { modelId: deps.modelId, error });
    return { kind: "unknown", why: "the regions of the model's profile could not be read" };
  }
  const answers = await Promise.all(
    regions.map(async (region): Promise<LoggingState> => {
      try {
        const { loggingConfig } = await client(region).send(new GetModelInvocationLoggingConfigurationCommand({}), {
          abortSignal,
        });
        return judge(region, loggingConfig, approvedSinks);
      } catch (error) {
        log.warn("invocation-logging-unreadable", { region, error });
        return { kind: "unknown", why: `whether the account logs prompts in ${region} could not be determined` };
      }
    }),
  );
  return answers.find(({ kind }) => kind === "on") ?? answers.find(({ kind }) => kind === "unknown") ?? { kind: "off" };
}

/** Global profiles name models without a region: those calls are still made from ours. */
function regionsOf(own: string, modelArns: readonly string[]): string[] {
  const named = modelArns
    .map((arn) => arn.split(":")[3] ?? "")
    .filter((region) => /^[a-z]{2}(?:-[a-z]+)+-\d$/.test(region));
  return [...new Set([own, ...named])];
}

function judge(region: string, config: LoggingConfig | undefined, approved: readonly string[]): LoggingState {
  if (config === undefined) return { kind: "off" };
  const sinks = [
    config.cloudWatchConfig?.logGroupName,
    config.cloudWatchConfig?.largeDataDeliveryS3Config?.bucketName,
    config.s3Config?.bucketName,
  ].filter((name) => name !== undefined);
  if (sinks.length > 0 && sinks.every((name) => approved.includes(name))) return { kind: "off" };
  return { kind: "on", why: `the account logs prompts in ${region}` };
}
