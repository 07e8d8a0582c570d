import type { Brief } from "../shared/contracts/queries.ts";
import { briefView } from "./incident/views/brief-view.ts";
import type { ViewWorld } from "./incident/views/view-world.ts";
import type { BriefMarks } from "./index-table/brief-marks.ts";
import type { Ledger } from "./ledger/ledger.ts";
import type { Clock } from "./platform/clock.ts";
import type { Logger } from "./platform/logger.ts";
import { asItStands } from "./postmortem/as-it-stands.ts";
import { timelineOf } from "./postmortem/timeline.ts";

/** Brings one person up to date, and remembers when, so that the next brief can say what changed since. */
export type Briefs = (incident: string, asker: string) => Promise<Brief>;

export function createBriefs(deps: {
  ledger: Pick<Ledger, "load" | "entries">;
  marks: BriefMarks;
  world: Pick<ViewWorld, "nudgeEveryMs">;
  clock: Clock;
  log: Logger;
}): Briefs {
  const { ledger, marks, world, clock, log } = deps;
  /** A mark is a convenience: without one the brief is whole, and that is no reason to give none. */
  const orWhole = async <T>(work: Promise<T>): Promise<T | undefined> => {
    try {
      return await work;
    } catch (error) {
      log.warn("brief-mark-unavailable", { error });
      return undefined;
    }
  };

  return async (incident, asker) => {
    const now = clock.now();
    const [state, entries, since] = await Promise.all([
      ledger.load(incident),
      ledger.entries(incident),
      orWhole(marks.last(incident, asker)),
    ]);
    await orWhole(marks.read(incident, asker, now));
    return briefView(state, timelineOf(asItStands(entries), new Mentions()), { now, since, world });
  };
}

/** Inside Slack everybody is called by their mention. */
class Mentions extends Map<string, string> {
  override get(userId: string): string {
    return `<@${userId}>`;
  }
}
