import { SlackFunction } from "deno-slack-sdk/mod.ts";
import { StepSetChecklistItem } from "./definition.ts";
import { setItemByStep } from "./handler.ts";

export default SlackFunction(StepSetChecklistItem, setItemByStep);
