import { type Instant, iso } from "../../platform/clock.ts";
import { type Decision, happened, nothingNew, notOpen, refuse } from "../decision.ts";
import { dueNudge, type Late, silencedUntil } from "../nudges.ts";
import type { Incident } from "../state.ts";

/** Longer than a night shift: whoever wants more records that no public update is needed. */
const SILENCE_MAX_MINUTES = 12 * 60;

/** Reminds the room, if it still is due: somebody may have told customers, or silenced this, since it was looked up. */
export function issueNudge(
  state: Incident,
  { n, everyMs, late }: { n: number; everyMs: number | undefined; late: Late },
  now: Instant,
): Decision {
  const due = dueNudge(state, now, everyMs, late);
  if (due?.n !== n) return nothingNew;
  return happened(
    { type: "NudgeIssued", n, reason: due.reason },
    ...(due.points.length === 0 ? [] : [{ type: "NudgeListed" as const, n, points: due.points }]),
  );
}

/** Silences the reminders of this room for some minutes, or, with 0, lets them come again. Anybody may; the record says who. */
export function silenceNudges(
  state: Incident,
  { actor, minutes, reason }: { actor: string; minutes: number; reason: string | undefined },
  now: Instant,
): Decision {
  if (state.status !== "open") return notOpen(state.status);
  if (minutes === 0) {
    return silencedUntil(state, now) === undefined
      ? refuse("not-silenced", "Reminders are not silenced, so nothing was changed.")
      : happened({ type: "NudgesUnsilenced", by: actor, reason: reason || null });
  }
  if (!Number.isInteger(minutes) || minutes < 0 || minutes > SILENCE_MAX_MINUTES) {
    return refuse(
      "minutes-out-of-range",
      `Reminders can be silenced for 1 to ${SILENCE_MAX_MINUTES} whole minutes; 0 lets them come again.`,
    );
  }
  if (!reason) return refuse("reason-missing", "Say why the room need not be reminded; the reason is recorded.");
  return happened({ type: "NudgesSilenced", by: actor, until: iso(now + minutes * 60_000), reason });
}
