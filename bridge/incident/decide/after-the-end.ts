import type { Instant } from "../../platform/clock.ts";
import { archiveDueAt, type Grace } from "../archive-due.ts";
import { type Decision, happened, nothingNew, notOpen, refuse } from "../decision.ts";
import type { EventOf } from "../events.ts";
import { isFinal } from "../evolve-draft.ts";
import type { Draft, Incident } from "../state.ts";
import { unshownClosing } from "../unshown-closing.ts";

/** One score a person; what is given stays. */
export function rateResponse(
  state: Incident,
  { actor, score, comment }: { actor: string; score: number; comment: string | undefined },
): Decision {
  if (state.status === "none") return notOpen(state.status);
  if (state.status === "open") return refuse("not-over", "The incident is not over yet; rate the response afterwards.");
  if (state.status === "archived") return refuse("archived", "The room is archived, so the ratings are closed.");
  const before = state.life.ratings.get(actor);
  if (before) return refuse("already-rated", `You have rated this response already, with ${before.score} of 5.`);
  return happened({ type: "ResponseRated", by: actor, score, comment: comment || null });
}

/** Waits no longer for a closing message that the room does not take. */
export function giveUpClosing(state: Incident, now: Instant): Decision {
  const unshown = unshownClosing(state, now);
  return unshown === undefined ? nothingNew : happened({ type: "ClosingNotShown", ...unshown });
}

/** Reopening stops this long before the room may go: whoever archives it has looked a moment before. */
const MARGIN_MS = 10_000;

/** Whether the incident can go on in its room: it had one, and nobody can be about to archive it. */
export function mayReopen(state: Incident, grace: Grace, now: Instant): boolean {
  if (state.status !== "resolved" || state.roomOpenedAt === undefined) return false;
  if (state.resolved?.outcome === "duplicate") return false;
  const due = archiveDueAt(state, grace);
  const shorter = Math.min(grace.archiveAfterMs, grace.noiseArchiveAfterMs);
  return due === undefined || now < due - Math.min(MARGIN_MS, shorter / 5);
}

/** Goes on with what was over, in the same room. Anybody may: an end that was none must not wait for the right person. */
export function reopenIncident(
  state: Incident,
  { actor, reason, grace }: { actor: string; reason: string; grace: Grace },
  now: Instant,
): Decision {
  if (state.status === "none") return notOpen(state.status);
  if (state.status === "open") return refuse("not-over", "This incident is open, so there is nothing to reopen.");
  if (state.resolved?.outcome === "duplicate") {
    return refuse("duplicate", `This goes on in ${state.resolved.duplicateOf ?? "another incident"}.`);
  }
  if (!mayReopen(state, grace, now)) {
    const why = state.life.notArchived ? "It has been over for too long" : "The room is being archived";
    return refuse("too-late", `${why}. Declare a new incident and name this one in it.`);
  }
  return happened(...reopening(state, actor, reason));
}

/** What comes into the record when an incident goes on. Work begins again with limiting the damage. */
export function reopening(
  state: Incident,
  by: string | null,
  reason: string,
): EventOf<"IncidentReopened" | "PhaseMoved" | "DraftCancelled">[] {
  const { phase, attached } = state.response;
  const back = attached.length > 0 && phase !== "contain" && phase !== "detect";
  return [
    { type: "IncidentReopened", by, reason },
    ...falseEnd(state),
    ...(back ? [{ type: "PhaseMoved" as const, from: phase, to: "contain" as const, by, reason, skipped: [] }] : []),
  ];
}

/** Customers must not read that it is over when it goes on: an end that waits for approval waits no longer. */
const falseEnd = ({ drafts }: Incident): EventOf<"DraftCancelled">[] =>
  [...drafts.values()]
    .filter((draft) => draft.request.status === "resolved" && !isFinal(draft) && !mayBePublic(draft))
    .map(({ draftId, version }) => ({
      type: "DraftCancelled",
      draftId,
      version,
      reason: "the incident was reopened, so customers are not told that it is over",
    }));

/** Sent, perhaps with success: cancelling it would hide what the page may say. What failed or was put off was surely not sent. */
const mayBePublic = ({ state, attempt, version, notBefore }: Draft): boolean =>
  attempt?.version === version && state !== "FAILED" && notBefore === undefined;
