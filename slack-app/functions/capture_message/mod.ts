import { SlackFunction } from "deno-slack-sdk/mod.ts";
import { CaptureMessage } from "./definition.ts";
import { captureMessage } from "./handler.ts";

export default SlackFunction(CaptureMessage, captureMessage);
