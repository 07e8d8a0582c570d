import type { Instant } from "../platform/clock.ts";
import type { Incident, Note } from "./state.ts";

/** A drain reads them one by one, within Slack's limits and its own budget. */
const AT_ONCE = 10;
/** A room that will not show its messages this often keeps the words as they were marked. */
const MAX_FAILURES = 3;
/** The postmortem waits this long for a last look; a Slack that is away must not hold it up. */
const WAIT_FOR_LAST_LOOK_MS = 60_000;

export interface Reread {
  /** Names the work: one for each reminder and each end. */
  effectId: string;
  messages: { noteId: string; ts: string; note: Note }[];
}

/**
 * Messages of the record that Slack is asked about again, the first ones first: at each reminder and at the end of the incident.
 * Slack tells a hosted app when a message is marked and never when one is edited or deleted, so somebody has to look.
 */
export function notesToReread(state: Incident): Reread | undefined {
  if (state.channel === undefined || state.roomOpenedAt === undefined) return undefined;
  const since = lookedAt(state);
  const effectId = `${state.id}:reread:${since}`;
  if ((state.failures.get(effectId)?.attempt ?? 0) >= MAX_FAILURES) return undefined;
  const messages = [...state.life.notes].flatMap(([noteId, note]) => {
    const { ts, takenAt, withdrawnAt, rereadAt = 0 } = note;
    return ts !== null && withdrawnAt === undefined && takenAt <= since && rereadAt < since
      ? [{ noteId, ts, note }]
      : [];
  });
  return messages.length === 0 ? undefined : { effectId, messages: messages.slice(0, AT_ONCE) };
}

const lookedAt = ({ nudges, resolved }: Incident): Instant => Math.max(nudges.at ?? 0, resolved?.at ?? 0);

/** Whether the postmortem should still wait for words that people may have changed. */
export const awaitsLastLook = (state: Incident, now: Instant): boolean =>
  state.resolved !== undefined && now < state.resolved.at + WAIT_FOR_LAST_LOOK_MS && notesToReread(state) !== undefined;
