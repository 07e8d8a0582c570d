import { SlackFunction } from "deno-slack-sdk/mod.ts";
import { StepDeclareIncident } from "./definition.ts";
import { declareByStep } from "./handler.ts";

export default SlackFunction(StepDeclareIncident, declareByStep);
