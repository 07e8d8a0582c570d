import { SlackFunction } from "deno-slack-sdk/mod.ts";
import { StepAddNote } from "./definition.ts";
import { noteByStep } from "./handler.ts";

export default SlackFunction(StepAddNote, noteByStep);
