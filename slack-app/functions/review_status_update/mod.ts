import { SlackFunction } from "deno-slack-sdk/mod.ts";
import { withCardHandlers } from "../card/with-card-handlers.ts";
import { ReviewStatusUpdate } from "./definition.ts";
import { reviewStatusUpdate } from "./handler.ts";

export default withCardHandlers(SlackFunction(ReviewStatusUpdate, reviewStatusUpdate));
