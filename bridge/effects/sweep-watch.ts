import type { IndexTable } from "../index-table/index-table.ts";
import type { Clock, Instant } from "../platform/clock.ts";
import { number, text } from "../platform/dynamo.ts";
import type { Logger } from "../platform/logger.ts";
import type { SlackFailure } from "../slack-api/slack-failure.ts";

export interface SweepWatchDeps {
  index: Pick<IndexTable, "put">;
  clock: Clock;
  /** After this long without a sweep somebody must look. */
  silenceMs: number;
  /** Posts to the people who run the bridge; never repeated by itself. */
  tell(sentence: string): Promise<{ ts: string } | SlackFailure>;
  log: Logger;
}

export interface SweepWatch {
  /** Whether Slack's scheduled sweep, last heard of at `heardAt`, has been silent for too long. */
  silent(heardAt: Instant | undefined): boolean;
  /** Says so to people, once for each silence, whichever replica notices it. */
  tend(heardAt: Instant | undefined): Promise<void>;
}

/** Failures after which the message surely stands nowhere. */
const maySayAgain = ({ error }: SlackFailure): boolean => error !== "timeout" && error !== "unreachable";

/** Watches for the four scheduled triggers to stop: whoever made them may have left the workspace, and Slack tells nobody. */
export function createSweepWatch({ index, clock, silenceMs, tell, log }: SweepWatchDeps): SweepWatch {
  const startedAt = clock.now();
  const silent: SweepWatch["silent"] = (heardAt) => clock.now() - (heardAt ?? startedAt) > silenceMs;
  const note = (silence: Instant, condition?: string) =>
    index.put(
      { pk: text("HEARTBEAT#sweep"), sk: text("SAID"), silence: number(silence) },
      condition,
      condition === undefined ? undefined : { ":silence": number(silence) },
    );

  return {
    silent,
    async tend(heardAt) {
      if (!silent(heardAt)) return;
      // A silence is named by the sweep before it; the one before any sweep by 0.
      if (!(await note(heardAt ?? 0, "attribute_not_exists(pk) OR silence <> :silence"))) return;
      const minutes = Math.round((clock.now() - (heardAt ?? startedAt)) / 60_000);
      log.error("sweep-silent", { minutes });
      const told = await tell(
        `Slack's scheduled sweep has not been heard of for ${minutes} min. Reminders and re-posted cards may be late. ` +
          "The person who made the triggers may have left: run `npm run slack -- doctor`, then `install` again.",
      );
      if ("error" in told && maySayAgain(told)) await note(-1);
    },
  };
}
