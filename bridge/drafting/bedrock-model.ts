import { BedrockRuntimeClient, ConverseCommand, type ConverseCommandOutput } from "@aws-sdk/client-bedrock-runtime";
import { type AwsAccess, awsClientOptions } from "../platform/aws.ts";
import type { Logger } from "../platform/logger.ts";
import { BreakerOpenError } from "../platform/manners/breaker.ts";
import { noManners, type VendorManners } from "../platform/manners/manners.ts";
import type { ModelPort, ModelReply } from "./model-port.ts";
import type { Prompts } from "./prompts.ts";

export interface BedrockModelDeps {
  client: Pick<BedrockRuntimeClient, "send">;
  /** Id of an inference profile: on-demand use of newer models does not accept a bare model id. */
  modelId: string;
  prompts: Prompts;
  /** One limit over connecting, repeats and the whole answer, in milliseconds. */
  budgetMs: number;
  log: Logger;
  /** Towards Bedrock. Default: none. */
  manners?: VendorManners | undefined;
}

/**
 * The runtime client, over HTTP/1.1 like the other AWS clients: left alone it speaks HTTP/2, which local endpoints do not. Two
 * attempts at most; the budget of the call ends both.
 */
export function createBedrockClient(
  access: Omit<AwsAccess, "requestTimeoutMs">,
  budgetMs: number,
): BedrockRuntimeClient {
  return new BedrockRuntimeClient({ ...awsClientOptions({ ...access, requestTimeoutMs: budgetMs }), maxAttempts: 2 });
}

/** A model behind Bedrock's Converse. Temperature and its like are not sent: newer models refuse them. */
export function createBedrockModel(deps: BedrockModelDeps): ModelPort {
  const { client, modelId, prompts, budgetMs, log, manners = noManners } = deps;
  return {
    async converse(request) {
      const signal = AbortSignal.timeout(budgetMs);
      const { system, maxTokens } = prompts.of(request.prompt);
      const ask = () =>
        client.send(
          new ConverseCommand({
            modelId,
            system: [{ text: system }, { cachePoint: { type: "default" } }],
            messages: [{ role: "user", content: [{ text: request.facts }] }],
            inferenceConfig: { maxTokens },
          }),
          { abortSignal: signal },
        );
      try {
        return readReply(await manners.call(() => manners.attempt(ask, { withinMs: budgetMs }), budgetMs));
      } catch (error) {
        const why = signal.aborted ? `the model did not answer in ${seconds(budgetMs)} s` : reasonOf(error);
        log.warn("model-unusable", { modelId, why, error });
        return { kind: "unusable", why };
      }
    },
  };
}

const seconds = (ms: number) => Number((ms / 1_000).toFixed(1));

function readReply({ output, stopReason, usage: counted }: ConverseCommandOutput): ModelReply {
  const usage = {
    inputTokens: counted?.inputTokens ?? 0,
    outputTokens: counted?.outputTokens ?? 0,
    cacheReadTokens: counted?.cacheReadInputTokens ?? 0,
    cacheWriteTokens: counted?.cacheWriteInputTokens ?? 0,
  };
  if (stopReason !== "end_turn") {
    const why = STOPS[stopReason ?? ""] ?? "the model stopped before its answer was complete";
    return { kind: "unusable", why, usage };
  }
  // Reasoning comes in blocks of its own, before the text.
  const text = (output?.message?.content ?? []).map((block) => block.text ?? "").join("");
  if (text.trim() === "") return { kind: "unusable", why: "the model answered without text", usage };
  return { kind: "text", text, usage };
}

const STOPS: Readonly<Record<string, string>> = {
  max_tokens: "the model's answer was longer than allowed",
  guardrail_intervened: "a guardrail stopped the model's answer",
  content_filtered: "a content filter stopped the model's answer",
  model_context_window_exceeded: "there were more facts than the model can read",
};

const REASONS: Readonly<Record<string, string>> = {
  ThrottlingException: "the model is asked too often just now",
  ServiceQuotaExceededException: "the quota of the model is used up",
  AccessDeniedException: "this bridge may not use the model",
  ResourceNotFoundException: "there is no such model",
  ValidationException: "the model refused the request",
  ModelTimeoutException: "the model took too long",
  ModelErrorException: "the model failed",
  ModelNotReadyException: "the model is not ready",
  ServiceUnavailableException: "the model service is unavailable",
  InternalServerException: "the model service failed",
};

/** By the error's name only: its message may quote the request. */
function reasonOf(error: unknown): string {
  if (error instanceof BreakerOpenError) return "the model failed repeatedly and is not asked for a moment";
  const name = error instanceof Error ? error.name : "";
  return REASONS[name] ?? "the model could not be reached";
}
