import { SlackFunction } from "deno-slack-sdk/mod.ts";
import { RateResponse } from "./definition.ts";
import { rateForm } from "./handler.ts";

export default SlackFunction(RateResponse, rateForm.open)
  .addViewSubmissionHandler(rateForm.callbackId, rateForm.submit)
  .addViewClosedHandler(rateForm.callbackId, rateForm.close);
