import type { RedactedText } from "../redaction/index.ts";
import type { PromptName } from "./prompts.ts";

declare const made: unique symbol;

/** What may be sent to a model. Only `createModelRequest` can make one, and it takes nothing but redacted facts. */
export interface ModelRequest {
  readonly [made]: true;
  /** Fixed instructions of ours, by name: no text from outside can become an instruction. */
  readonly prompt: PromptName;
  /** The facts as one fenced block of JSON. */
  readonly facts: string;
  /** Whose token budget it counts against. Not sent. */
  readonly incidentId: string;
}

/**
 * Fences the facts: whatever they say, they stay data. `<` is written as an escape inside the JSON, so no fact can close the
 * fence.
 */
export function createModelRequest(
  prompt: PromptName,
  incidentId: string,
  facts: Readonly<Record<string, RedactedText>>,
): ModelRequest {
  const json = JSON.stringify(facts, null, 1).replaceAll("<", "\\u003c");
  const request = { prompt, incidentId, facts: `<facts>\n${json}\n</facts>` };
  return Object.freeze(request) as unknown as ModelRequest;
}
