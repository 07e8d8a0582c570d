import { Schema } from "deno-slack-sdk/mod.ts";

/** The incident a step is about: an output of an earlier step, or typed. */
export const INCIDENT_ID = {
  type: Schema.types.string,
  title: "Incident id",
  description: "Such as INC-20261121-0914-K9ZP; steps that declare or find an incident give it",
} as const;

/** What steps give to later ones. */
export const INCIDENT_OUTPUT = {
  properties: { incident_id: { type: Schema.types.string, title: "Incident id", description: "The incident" } },
  required: ["incident_id"],
} as const;
