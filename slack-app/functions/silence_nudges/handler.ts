import { form } from "../../forms/form.ts";
import { incidentMemory, openIncidentFacts } from "../../forms/incident-facts.ts";
import { silenceBlocks } from "./view.ts";

/** Silences the reminders of a room, or lets them come again. How long is too long, the bridge says. */
export const silenceForm = form({
  callbackId: "silence_nudges",
  title: "Silence reminders",
  submit: "Record",
  errorField: "minutes",
  load: openIncidentFacts,
  blocks: silenceBlocks,
  memory: incidentMemory,
  read(submission, memory) {
    const minutes = submission.field("minutes")?.trim() ?? "";
    const reason = submission.field("reason");
    const whole = /^\d{1,5}$/.test(minutes);
    const errors: Record<string, string> = {
      ...(whole ? {} : { minutes: "Type a whole number of minutes." }),
      ...(whole && minutes !== "0" && !reason ? { reason: "Say why; the reason is recorded." } : {}),
    };
    if (Object.keys(errors).length > 0) return { ok: false, errors };
    return {
      ok: true,
      command: {
        type: "SilenceNudges",
        incidentId: memory.incident_id ?? "",
        minutes: Number(minutes),
        ...(reason ? { reason } : {}),
      },
    };
  },
});
