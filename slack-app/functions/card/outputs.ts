import { Schema } from "deno-slack-sdk/mod.ts";

/**
 * Outputs of every function that can post a card. They are the same for all three on purpose: the execution behind a card
 * is completed later by another one, which knows its id but not its function, and Slack ignores a completion without
 * every required output.
 */
export const CARD_OUTPUTS = {
  properties: {
    done: { type: Schema.types.integer, description: "Pieces of work done" },
    failed: { type: Schema.types.integer, description: "Pieces of work that failed and will be tried again" },
  },
  required: ["done", "failed"],
} as const;
export const CLOSED_CARD_OUTPUTS = { done: 1, failed: 0 };
