import { SlackFunction } from "deno-slack-sdk/mod.ts";
import { SilenceNudges } from "./definition.ts";
import { silenceForm } from "./handler.ts";

export default SlackFunction(SilenceNudges, silenceForm.open)
  .addViewSubmissionHandler(silenceForm.callbackId, silenceForm.submit)
  .addViewClosedHandler(silenceForm.callbackId, silenceForm.close);
