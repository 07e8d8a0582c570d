import type { ModelRequest } from "./model-request.ts";

export interface ModelUsage {
  inputTokens: number;
  outputTokens: number;
}

/** `unusable.why` is a sentence fragment for the approver: `the model did not answer in 20 s`. Never a vendor's raw text. */
export type ModelReply = { kind: "text"; text: string; usage: ModelUsage } | { kind: "unusable"; why: string };

/** A language model. Takes only requests whose every fact was redacted; answers or says why not, and never throws. */
export interface ModelPort {
  converse(request: ModelRequest): Promise<ModelReply>;
}
