import { SlackFunction } from "deno-slack-sdk/mod.ts";
import { PageSomeone } from "./definition.ts";
import { pageForm } from "./handler.ts";

export default SlackFunction(PageSomeone, pageForm.open)
  .addViewSubmissionHandler(pageForm.callbackId, pageForm.submit)
  .addViewClosedHandler(pageForm.callbackId, pageForm.close);
