import { SlackFunction } from "deno-slack-sdk/mod.ts";
import { withCardHandlers } from "../card/with-card-handlers.ts";
import { Sweep } from "./definition.ts";
import { sweep } from "./handler.ts";

export default withCardHandlers(SlackFunction(Sweep, sweep));
