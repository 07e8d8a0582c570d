import { recordLinked, recordReviewed } from "../incident/decide/postmortem-care.ts";
import { reviewWatchOver } from "../incident/postmortem-care.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { type Clock, iso } from "../platform/clock.ts";
import type { Logger } from "../platform/logger.ts";
import type { IssueTracker } from "../postmortem/linear-client.ts";
import { LinearFailedError } from "../postmortem/linear-error.ts";
import { type LinksBackDeps, linksBack, titledLinks } from "../postmortem/links-back.ts";
import { BRIDGE } from "./bridge-actor.ts";
import type { EffectHandler } from "./effect-handlers.ts";

export interface PostmortemCareDeps extends LinksBackDeps {
  ledger: Ledger;
  tracker: Pick<IssueTracker, "attach" | "standing">;
  clock: Clock;
  /** How often an issue is looked at. */
  lookEveryMs: number;
  log: Logger;
}

/**
 * Attaches to the filed issue what it is about. The tracker knows one attachment a URL, so what was attached before a failure is not
 * there twice after the next try; the links stand in the text meanwhile.
 */
export const linkPostmortemEffect =
  ({ ledger, tracker, log, ...places }: PostmortemCareDeps): EffectHandler<"link-postmortem"> =>
  async (effect, state) => {
    const issueId = state.postmortem.filed?.issueId;
    if (issueId === undefined) return "done";
    const links = titledLinks(linksBack(state, places));
    try {
      for (const link of links) await tracker.attach(issueId, link);
    } catch (error) {
      if (!(error instanceof LinearFailedError)) throw error;
      log.warn("postmortem-link-not-attached", { incident: state.id, issueId, refusal: error.refusal });
      return { later: Math.max(1_000, error.retryAfterMs) };
    }
    await ledger.execute(state.id, { commandId: effect.id, actor: BRIDGE }, (now) =>
      recordLinked(now, { issueId, links: links.length }),
    );
    return "done";
  };

/** Looks whether somebody ended the issue, and records how; after a week that nobody was seen to. */
export const watchReviewEffect =
  ({ ledger, tracker, clock, lookEveryMs, log }: PostmortemCareDeps): EffectHandler<"watch-review"> =>
  async (effect, state) => {
    const issueId = state.postmortem.filed?.issueId;
    if (issueId === undefined) return "done";
    const standing = await tracker.standing(issueId).catch((error: unknown) => {
      if (!(error instanceof LinearFailedError)) throw error;
      log.warn("postmortem-review-unknown", { incident: state.id, issueId, refusal: error.refusal });
      return undefined;
    });
    const ended = standing?.completedAt ?? standing?.canceledAt;
    if (ended === undefined && !reviewWatchOver(state, clock.now())) return { later: lookEveryMs };
    const how = ended === undefined ? "unseen" : standing?.completedAt === undefined ? "canceled" : "completed";
    await ledger.execute(state.id, { commandId: effect.id, actor: BRIDGE }, (now) =>
      recordReviewed(now, {
        issueId,
        how,
        at: ended === undefined ? null : iso(ended),
        assigned: standing?.assigned ?? false,
      }),
    );
    return "done";
  };
