import { SlackFunction } from "deno-slack-sdk/mod.ts";
import { ChangeSeverity } from "./definition.ts";
import { severityForm } from "./handler.ts";

export default SlackFunction(ChangeSeverity, severityForm.open)
  .addViewSubmissionHandler(severityForm.callbackId, severityForm.submit)
  .addViewClosedHandler(severityForm.callbackId, severityForm.close);
