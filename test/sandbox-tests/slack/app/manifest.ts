import { DefineDatastore, Manifest, Schema } from "deno-slack-sdk/mod.ts";
import { AskWorkflow, FormWorkflow, UnknownStepWorkflow, WorkWorkflow } from "./workflows/workflows.ts";

const WarRooms = DefineDatastore({
  name: "war_rooms",
  primary_key: "incident_id",
  attributes: {
    incident_id: { type: Schema.types.string },
    channel_id: { type: Schema.slack.types.channel_id },
    severity: { type: Schema.types.number },
  },
});

export default Manifest({
  name: "local-slack-test",
  description: "The smallest app that uses what the simulator offers",
  icon: "",
  workflows: [WorkWorkflow, AskWorkflow, FormWorkflow, UnknownStepWorkflow],
  datastores: [WarRooms],
  outgoingDomains: ["bridge.example.com"],
  botScopes: [
    "chat:write",
    "groups:write",
    "groups:read",
    "groups:history",
    "channels:history",
    "channels:read",
    "pins:write",
    "bookmarks:write",
    "users:read",
    "triggers:write",
    "datastore:read",
    "datastore:write",
  ],
});
