import { SlackFunction } from "deno-slack-sdk/mod.ts";
import { ResolveIncident } from "./definition.ts";
import { resolveForm } from "./handler.ts";

export default SlackFunction(ResolveIncident, resolveForm.open)
  .addViewSubmissionHandler(resolveForm.callbackId, resolveForm.submit)
  .addViewClosedHandler(resolveForm.callbackId, resolveForm.close);
