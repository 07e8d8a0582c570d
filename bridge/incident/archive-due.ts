import type { Instant } from "../platform/clock.ts";
import { owedMoves } from "./alert-groups.ts";
import { BUSY, type Incident } from "./state.ts";
import { publicStillOpen } from "./views/gate-notices.ts";

export interface Grace {
  archiveAfterMs: number;
  /** Grace before the room of something that was no incident is archived. */
  noiseArchiveAfterMs: number;
}

/**
 * From when the room may be archived; undefined while something keeps it. The grace begins when people can read how it ended and
 * answer, not when it ended: a Slack that was away must not cost them that.
 */
export function archiveDueAt(state: Incident, { archiveAfterMs, noiseArchiveAfterMs }: Grace): Instant | undefined {
  const { resolved } = state;
  if (!resolved || state.channel === undefined) return undefined;
  const shown =
    state.roomOpenedAt === undefined ? resolved.at : (state.life.closingShownAt ?? state.life.closingGivenUp?.at);
  const underReview = [...state.reviews.values()].some(({ closed }) => !closed);
  const owesPostmortem = resolved.outcome === "resolved" && !state.postmortem.filed;
  const draftOpen = [...state.drafts.values()].some((draft) => BUSY.includes(draft.state));
  const kept = publicStillOpen(state) || underReview || owesPostmortem || draftOpen || owedMoves(state).size > 0;
  if (kept || shown === undefined) return undefined;
  return Math.max(shown, resolved.at) + (resolved.outcome === "resolved" ? archiveAfterMs : noiseArchiveAfterMs);
}
