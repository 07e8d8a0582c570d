import { SlackFunction } from "deno-slack-sdk/mod.ts";
import { AcceptJoin } from "./definition.ts";
import { acceptJoinForm } from "./handler.ts";

export default SlackFunction(AcceptJoin, acceptJoinForm.open)
  .addViewSubmissionHandler(acceptJoinForm.callbackId, acceptJoinForm.submit)
  .addViewClosedHandler(acceptJoinForm.callbackId, acceptJoinForm.close);
