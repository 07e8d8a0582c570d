import type { Instant } from "../platform/clock.ts";
import type { Incident } from "./state.ts";

/** Due within two days; whoever has not closed it in a week does not do it because of us. */
export const REVIEW_WATCH_MS = 7 * 86_400_000;

/** What the filed issue is still looked at for. */
export type PostmortemCare = "link-postmortem" | "watch-review";

/**
 * Its links are attached until they are, while the room stands; whether somebody ended it is asked for a week, and whatever came of
 * that is recorded once. An end that was none takes its issue along.
 */
export function owedPostmortemCare({ status, postmortem }: Incident): PostmortemCare[] {
  if (!postmortem.filed) return [];
  return [
    ...(postmortem.linked || status === "archived" ? [] : (["link-postmortem"] as const)),
    ...(postmortem.reviewed ? [] : (["watch-review"] as const)),
  ];
}

/** Whether nobody looks any more. */
export const reviewWatchOver = ({ postmortem: { filedAt = 0 } }: Incident, now: Instant): boolean =>
  now >= filedAt + REVIEW_WATCH_MS;
