import { SlackFunction } from "deno-slack-sdk/mod.ts";
import { AskToJoin } from "./definition.ts";
import { askToJoinForm } from "./handler.ts";

export default SlackFunction(AskToJoin, askToJoinForm.open)
  .addViewSubmissionHandler(askToJoinForm.callbackId, askToJoinForm.submit)
  .addViewClosedHandler(askToJoinForm.callbackId, askToJoinForm.close);
