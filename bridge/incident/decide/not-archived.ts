import type { Instant } from "../../platform/clock.ts";
import { archiveDueAt, type Grace } from "../archive-due.ts";
import type { Decision } from "../decision.ts";
import { happened } from "../decision.ts";
import type { EventOf } from "../events.ts";
import type { Incident } from "../state.ts";
import { recordFailure } from "./room.ts";

/** Refused this often, and for this long since the room was due, it is not Slack that is away: it is the room that may not go. */
const TRIES = 3;
const PATIENCE_MS = 86_400_000;

/**
 * Slack did not archive the room. After a day of that nobody tries any more: the room stands, on record with Slack's last word, and
 * people are told once.
 */
export function recordNotArchived(
  state: Incident,
  failed: Omit<EventOf<"EffectFailed">, "type">,
  { grace, now }: { grace: Grace; now: Instant },
): Decision {
  const recorded = recordFailure(state, failed);
  const due = state.status === "resolved" ? archiveDueAt(state, grace) : undefined;
  const hopeless = due !== undefined && now >= due + PATIENCE_MS && failed.attempt >= TRIES;
  if (recorded.kind === "refused" || !hopeless || state.life.notArchived) return recorded;
  return happened(...recorded.events, { type: "RoomNotArchived", reason: failed.error });
}
