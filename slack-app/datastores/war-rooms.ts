import { DefineDatastore, Schema } from "deno-slack-sdk/mod.ts";

/** Which channel an incident's room is, and its standing messages. A cache of presentation; the bridge has the truth. */
export const WarRooms = DefineDatastore({
  name: "war_rooms",
  primary_key: "incident_id",
  attributes: {
    incident_id: { type: Schema.types.string },
    channel_id: { type: Schema.slack.types.channel_id },
    name: { type: Schema.types.string },
    context_ts: { type: Schema.types.string },
    checklist_ts: { type: Schema.types.string },
  },
});
