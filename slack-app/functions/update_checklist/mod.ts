import { SlackFunction } from "deno-slack-sdk/mod.ts";
import { UpdateChecklist } from "./definition.ts";
import { checklistForm } from "./handler.ts";

export default SlackFunction(UpdateChecklist, checklistForm.open)
  .addViewSubmissionHandler(checklistForm.callbackId, checklistForm.submit)
  .addViewClosedHandler(checklistForm.callbackId, checklistForm.close);
