import type { Slack } from "../slack-client.ts";
import type { Pace } from "./channel-pace.ts";
import type { Report } from "./reporter.ts";

/** What every piece of outbox work is done with. */
export interface Work {
  slack: Slack;
  executionId: string;
  report: Report;
  pace: Pace;
}
