import { SlackFunction } from "deno-slack-sdk/mod.ts";
import { withCardHandlers } from "../card/with-card-handlers.ts";
import { DrainOutbox } from "./definition.ts";
import { drainOutbox } from "./handler.ts";

export default withCardHandlers(SlackFunction(DrainOutbox, drainOutbox));
