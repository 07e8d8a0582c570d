import type { ModelRequest } from "./model-request.ts";

export interface ModelUsage {
  inputTokens: number;
  outputTokens: number;
  /** Of the instructions, read from the service's cache or written to it; counted apart from `inputTokens`. */
  cacheReadTokens: number;
  cacheWriteTokens: number;
}

/**
 * `unusable.why` is a sentence fragment for the approver: `the model did not answer in 20 s`. Never a vendor's raw text. Its `usage`
 * is there when the model answered all the same, and is paid for.
 */
export type ModelReply =
  | { kind: "text"; text: string; usage: ModelUsage }
  | { kind: "unusable"; why: string; usage?: ModelUsage };

/** A language model. Takes only requests whose every fact was redacted; answers or says why not, and never throws. */
export interface ModelPort {
  converse(request: ModelRequest): Promise<ModelReply>;
}
