import { SlackFunction } from "deno-slack-sdk/mod.ts";
import { StepGetIncident } from "./definition.ts";
import { getByStep } from "./handler.ts";

export default SlackFunction(StepGetIncident, getByStep);
