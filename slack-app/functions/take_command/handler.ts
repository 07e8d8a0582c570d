import { form } from "../../forms/form.ts";
import { incidentMemory, openIncidentFacts } from "../../forms/incident-facts.ts";
import { takeCommandBlocks } from "./view.ts";

/** Submitting is the confirmation: the one who submits becomes commander, or accepts what was handed over. */
export const takeCommandForm = form({
  callbackId: "take_command",
  title: "Take command",
  submit: "Take command",
  load: openIncidentFacts,
  blocks: takeCommandBlocks,
  memory: incidentMemory,
  read: (_submission, memory) => ({
    ok: true,
    command: { type: "TakeCommand", incidentId: memory.incident_id ?? "" },
  }),
});
