import { SlackFunction } from "deno-slack-sdk/mod.ts";
import { HandOverCommand } from "./definition.ts";
import { handOverForm } from "./handler.ts";

export default SlackFunction(HandOverCommand, handOverForm.open)
  .addViewSubmissionHandler(handOverForm.callbackId, handOverForm.submit)
  .addViewClosedHandler(handOverForm.callbackId, handOverForm.close);
