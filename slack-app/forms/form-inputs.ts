import { Schema } from "deno-slack-sdk/mod.ts";

/** Inputs of every form's function and workflow. All but `interactivity` are hints. */
export const FORM_INPUTS = {
  properties: {
    interactivity: { type: Schema.slack.types.interactivity },
    channel_id: { type: Schema.slack.types.channel_id, description: "The channel the form was opened in" },
    incident_id: { type: Schema.types.string, description: "The incident the pressed button belongs to" },
  },
  required: ["interactivity"],
} as const;
