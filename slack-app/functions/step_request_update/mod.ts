import { SlackFunction } from "deno-slack-sdk/mod.ts";
import { StepRequestUpdate } from "./definition.ts";
import { requestUpdateByStep } from "./handler.ts";

export default SlackFunction(StepRequestUpdate, requestUpdateByStep);
