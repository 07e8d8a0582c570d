import { SlackFunction } from "deno-slack-sdk/mod.ts";
import { StepAssignRole } from "./definition.ts";
import { assignRoleByStep } from "./handler.ts";

export default SlackFunction(StepAssignRole, assignRoleByStep);
