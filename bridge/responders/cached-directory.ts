import { askWithin } from "../clients/ask-within.ts";
import { startBudget } from "../clients/budget.ts";
import { isUnavailable, type Unavailable } from "../clients/unavailable.ts";
import type { Clock, Instant } from "../platform/clock.ts";
import type { Directory, NotConfigured, Roster } from "./directory.ts";

/** How long an answer counts as fresh. */
const FRESH_MS = 300_000;
/** How long an old answer is better than none: who was in the team yesterday most likely still is. */
const KEEP_MS = 86_400_000;
/** For a whole walk through a group, which goes on after whoever asked first has stopped waiting. */
const WALK_MS = 30_000;
/** Between two attempts of `keepFresh` at a group that could not be read. */
const AGAIN_MS = 60_000;

type Answer = Roster | NotConfigured | Unavailable;

export interface CachedDirectory extends Directory {
  /** Reads the groups that are not fresh, so that the next incident need not wait and an outage finds a recent answer. */
  keepFresh(groups: readonly string[]): Promise<void>;
}

/**
 * The directory with a memory of five minutes. Whoever asks for a group at the same time shares one walk. When the directory
 * fails or is too slow, its last answer is given for up to a day, and `stale` says why.
 */
export function createCachedDirectory({ directory, clock }: { directory: Directory; clock: Clock }): CachedDirectory {
  const rosters = new Map<string, Roster>();
  const walks = new Map<string, Promise<Answer>>();
  const tried = new Map<string, Instant>();

  const fresh = (group: string): Roster | undefined => {
    const roster = rosters.get(group);
    return roster && clock.now() - roster.asOf < FRESH_MS ? roster : undefined;
  };

  const walk = (group: string): Promise<Answer> => {
    const running = walks.get(group);
    if (running !== undefined) return running;
    tried.set(group, clock.now());
    const begun = askWithin(startBudget({ clock, budgetMs: WALK_MS }), (timeoutMs) =>
      directory.members(group, { timeoutMs }),
    )
      .then((answer) => {
        if ("members" in answer) rosters.set(group, answer);
        return answer;
      })
      .finally(() => walks.delete(group));
    walks.set(group, begun);
    return begun;
  };

  return {
    async members(group, { timeoutMs }) {
      const known = fresh(group);
      if (known) return known;
      const answer = await askWithin(startBudget({ clock, budgetMs: timeoutMs }), () => walk(group));
      if (!isUnavailable(answer)) return answer;
      const last = rosters.get(group);
      return last && clock.now() - last.asOf < KEEP_MS ? { ...last, stale: answer.unavailable } : answer;
    },

    async keepFresh(groups) {
      for (const group of groups) {
        const triedAt = tried.get(group);
        if (!fresh(group) && (triedAt === undefined || clock.now() - triedAt >= AGAIN_MS)) await walk(group);
      }
    },
  };
}
