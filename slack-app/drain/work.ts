import type { Slack } from "../slack-client.ts";
import type { Reporter } from "./reporter.ts";

/** What every piece of outbox work is done with. */
export interface Work {
  slack: Slack;
  executionId: string;
  report: Reporter;
  /** Waits for the turn of one message in a channel. */
  pace: (channel: string) => Promise<void>;
}
