import { SlackFunction } from "deno-slack-sdk/mod.ts";
import { DraftStatusUpdate } from "./definition.ts";
import { statusUpdateForm } from "./handler.ts";

export default SlackFunction(DraftStatusUpdate, statusUpdateForm.open)
  .addViewSubmissionHandler(statusUpdateForm.callbackId, statusUpdateForm.submit)
  .addViewClosedHandler(statusUpdateForm.callbackId, statusUpdateForm.close);
