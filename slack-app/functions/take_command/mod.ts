import { SlackFunction } from "deno-slack-sdk/mod.ts";
import { TakeCommand } from "./definition.ts";
import { takeCommandForm } from "./handler.ts";

export default SlackFunction(TakeCommand, takeCommandForm.open)
  .addViewSubmissionHandler(takeCommandForm.callbackId, takeCommandForm.submit)
  .addViewClosedHandler(takeCommandForm.callbackId, takeCommandForm.close);
