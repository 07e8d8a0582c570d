import { SlackFunction } from "deno-slack-sdk/mod.ts";
import { CatchMeUp } from "./definition.ts";
import { catchMeUp } from "./handler.ts";

export default SlackFunction(CatchMeUp, catchMeUp);
