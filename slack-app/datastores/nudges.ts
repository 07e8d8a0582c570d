import { DefineDatastore, Schema } from "deno-slack-sdk/mod.ts";

/** What the last sweep said on its own, one row a topic. */
export const Nudges = DefineDatastore({
  name: "nudges",
  primary_key: "topic",
  attributes: {
    topic: { type: Schema.types.string },
    said: { type: Schema.types.string },
    /** ISO 8601 */
    said_at: { type: Schema.types.string },
  },
});
