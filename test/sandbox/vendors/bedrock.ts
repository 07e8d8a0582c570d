import { draftedPostmortem } from "./drafted-postmortem.ts";
import { markedMessages } from "./marked-messages.ts";
import { NotSimulated, onlyFields, type Reply, startVendor, type Vendor, type VendorOptions } from "./vendor-server.ts";

const MAX_KEPT_CALLS = 200;
const STATUSES = ["investigating", "identified", "monitoring", "resolved"];

export interface ModelCall {
  /** Epoch milliseconds. */
  at: number;
  modelId: string;
  path: string;
  /** The request body, byte for byte as it arrived. */
  body: string;
}
export interface BedrockState {
  /** Inference profiles this account may call. */
  profiles: string[];
  /** Present = somebody switched invocation logging on, so prompts would be copied elsewhere. */
  loggingConfig?: Record<string, unknown>;
  /** The model makes things up in postmortems. Switched by `PUT` and `DELETE /simulated/untruthful`. */
  untruthful?: boolean;
  /** Newest last; the newest 200. */
  calls: ModelCall[];
}

export function openingBedrock(): BedrockState {
  return {
    profiles: [
      "us.anthropic.claude-sonnet-5-5",
      "eu.anthropic.claude-sonnet-5-5",
      "global.anthropic.claude-sonnet-5-5",
      "us.anthropic.claude-haiku-5-5",
      "us.anthropic.claude-haiku-4-5-20251001-v1:0",
    ],
    calls: [],
  };
}

/** Amazon Bedrock over HTTP/1.1, runtime and control plane on one address. Its answers depend on the request alone. */
export function startBedrock(options: VendorOptions<BedrockState>): Promise<Vendor<BedrockState>> {
  const state = options.state ?? openingBedrock();
  const failure = (type: string, message: string, status: number): Reply => ({
    status,
    headers: { "x-amzn-errortype": type },
    body: { message },
  });

  return startVendor(
    {
      name: "bedrock",
      target: "bedrock",
      state,
      rateLimited: () => failure("ThrottlingException", "Too many requests, please wait before trying again.", 429),
      failed: (status) =>
        status === 503
          ? failure("ServiceUnavailableException", "The service is temporarily unavailable.", 503)
          : failure("InternalServerException", "The server failed to process the request.", status),
      routes: [
        {
          method: "POST",
          path: "/model/:modelId/converse",
          handle: ({ params, path, body, rawBody, now }) => {
            const modelId = params.modelId ?? "";
            state.calls.push({ at: now, modelId, path, body: rawBody.toString("utf8") });
            if (state.calls.length > MAX_KEPT_CALLS) state.calls.shift();
            if (!state.profiles.includes(modelId)) {
              return failure("ValidationException", "The provided model identifier is invalid.", 400);
            }
            const { messages, system } = onlyFields(
              body,
              ["messages", "system", "inferenceConfig", "additionalModelRequestFields"],
              "body",
            );
            const instructions = textsOf(system);
            const prompt = textsOf(Array.isArray(messages) ? messages.flatMap((one) => one?.content ?? []) : undefined);
            if (prompt === "") return failure("ValidationException", "messages must hold text.", 400);
            const answer = instructions.includes("contributing_factors")
              ? draftedPostmortem(prompt, state.untruthful === true)
              : instructions.includes('{"marks":')
                ? markedMessages(prompt)
                : asksForStatusUpdate(instructions)
                  ? statusUpdate(prompt)
                  : plainText(prompt);
            const inputTokens = Math.ceil((instructions.length + prompt.length) / 4);
            const outputTokens = Math.ceil(answer.length / 4);
            return {
              status: 200,
              body: {
                output: {
                  message: {
                    role: "assistant",
                    content: [
                      {
                        reasoningContent: {
                          reasoningText: { text: "Use only the facts that were given.", signature: "simulated" },
                        },
                      },
                      { text: answer },
                    ],
                  },
                },
                stopReason: "end_turn",
                usage: {
                  inputTokens,
                  outputTokens,
                  totalTokens: inputTokens + outputTokens,
                  cacheReadInputTokens: 0,
                  cacheWriteInputTokens: 0,
                },
                metrics: { latencyMs: 12 },
              },
            };
          },
        },
        ...(["PUT", "DELETE"] as const).map((method) => ({
          method,
          path: "/simulated/untruthful",
          handle: (): Reply => {
            state.untruthful = method === "PUT";
            return { status: 200, body: {} };
          },
        })),
        {
          method: "GET",
          path: "/logging/modelinvocations",
          handle: () => ({ status: 200, body: state.loggingConfig ? { loggingConfig: state.loggingConfig } : {} }),
        },
        {
          method: "PUT",
          path: "/logging/modelinvocations",
          handle: ({ body }) => {
            const { loggingConfig } = onlyFields(body, ["loggingConfig"], "body");
            state.loggingConfig = onlyFields(
              loggingConfig,
              ["cloudWatchConfig", "s3Config", "textDataDeliveryEnabled", "imageDataDeliveryEnabled"],
              "loggingConfig",
            );
            return { status: 200, body: {} };
          },
        },
        {
          method: "DELETE",
          path: "/logging/modelinvocations",
          handle: () => {
            delete state.loggingConfig;
            return { status: 200, body: {} };
          },
        },
        {
          method: "GET",
          path: "/inference-profiles/:profile",
          handle: ({ params }) => {
            const profile = params.profile ?? "";
            return state.profiles.includes(profile)
              ? {
                  status: 200,
                  body: {
                    inferenceProfileId: profile,
                    inferenceProfileName: profile,
                    inferenceProfileArn: `arn:aws:bedrock:us-east-1:000000000000:inference-profile/${profile}`,
                    status: "ACTIVE",
                    type: "SYSTEM_DEFINED",
                    models: [
                      { modelArn: `arn:aws:bedrock:us-east-1::foundation-model/${profile.replace(/^\w+\./, "")}` },
                    ],
                  },
                }
              : failure("ResourceNotFoundException", "Could not find the inference profile.", 404);
          },
        },
      ],
    },
    options,
  );
}

function textsOf(blocks: unknown): string {
  if (blocks === undefined) return "";
  if (!Array.isArray(blocks)) throw new NotSimulated("a list of content blocks is not a list");
  return blocks
    .map((block: unknown) => {
      const fields = onlyFields(block, ["text", "cachePoint"], "content block");
      return typeof fields.text === "string" ? fields.text : "";
    })
    .filter((text) => text !== "")
    .join("\n");
}

const asksForStatusUpdate = (instructions: string): boolean =>
  /\bJSON\b/.test(instructions) && /"?\bbody\b"?/.test(instructions) && /"?\bstatus\b"?/.test(instructions);

/** Says what the facts say: the reported impact as the body, the asked status, a title of the impact's first words. */
function statusUpdate(prompt: string): string {
  const impact =
    factIn(prompt, ["impact", "customer impact", "what customers notice"]) ?? "Some customers are affected";
  const given = (factIn(prompt, ["status", "new status"]) ?? "").toLowerCase();
  const status = STATUSES.find((one) => given.includes(one)) ?? "investigating";
  const sentence = /[.!?]$/.test(impact) ? impact : `${impact}.`;
  const opening = {
    investigating: "We are investigating:",
    identified: "We have found the cause:",
    monitoring: "A fix is in place and we are watching it:",
    resolved: "This is resolved:",
  }[status];
  const title =
    factIn(prompt, ["current title", "public title"]) ?? (impact.split(/[.!?\n]/)[0] ?? impact).slice(0, 120);
  return JSON.stringify({ title: title.trim(), body: `${opening} ${sentence}`, status });
}

/** A fact written as JSON (`"impact": "…"`) or as a line (`Impact: …`). */
function factIn(prompt: string, names: string[]): string | undefined {
  for (const name of names) {
    const json = new RegExp(`"${name}"\\s*:\\s*("(?:[^"\\\\]|\\\\.)*")`, "i").exec(prompt)?.[1];
    if (json !== undefined) return JSON.parse(json) as string;
    const line = new RegExp(`^[ \\t>*-]*${name}[^:\\n]{0,60}:[ \\t]*(\\S[^\\n]*)$`, "im").exec(prompt)?.[1];
    if (line !== undefined) return line.trim();
  }
  return undefined;
}

function plainText(prompt: string): string {
  const lines = prompt.split("\n").filter((line) => line.trim() !== "");
  return `Summary of ${lines.length} lines of facts: ${(lines[0] ?? "").slice(0, 200)}`;
}
