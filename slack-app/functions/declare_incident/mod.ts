import { SlackFunction } from "deno-slack-sdk/mod.ts";
import { DeclareIncident } from "./definition.ts";
import { declareForm } from "./handler.ts";

export default SlackFunction(DeclareIncident, declareForm.open)
  .addViewSubmissionHandler(declareForm.callbackId, declareForm.submit)
  .addViewClosedHandler(declareForm.callbackId, declareForm.close);
