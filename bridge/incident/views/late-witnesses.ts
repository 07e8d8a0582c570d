import type { Instant } from "../../platform/clock.ts";
import type { Incident } from "../state.ts";
import { witnessKey } from "../witness-key.ts";
import type { Notice } from "./gate-notices.ts";
import { unwitnessed, witnessThread } from "./witness-notices.ts";

/** A checkpoint takes a second or two and is asked for again and again: after a minute something is in its way. */
const LATE_MS = 60_000;
const UNCOVERED =
  "This is recorded, and the audit log has not covered it yet. It is asked again until it has; until then nothing outside the ledger proves it. If that lasts, call whoever runs the bridge.";
const COVERED = "The audit log has covered this: its line is in this thread.";

/**
 * What is public or over and still not covered by the audit log, below the message it belongs to. It happened and is recorded: the
 * room is told that nothing outside the ledger proves it yet, and later that it does.
 */
export function lateWitnesses(state: Incident, now: Instant): (Notice & { thread: string })[] {
  const owed = unwitnessed(state).map((draftId) => ({ key: witnessKey(state, draftId), draftId, covered: false }));
  const told = [...state.witnesses].map(([key, { draftId }]) => ({ key, draftId, covered: true }));
  return [...owed, ...told].flatMap(({ key, draftId, covered }) => {
    const thread = witnessThread(state, key, draftId);
    const since = draftId === null ? state.resolved?.at : state.drafts.get(draftId)?.publicAt;
    const late = !covered && since !== undefined && now >= since + LATE_MS;
    const notice = `uncovered-${key}`;
    if (thread === undefined || !(late || state.messages.has(notice))) return [];
    const text = covered ? COVERED : UNCOVERED;
    return [{ key: notice, thread, view: { kind: "notice", incidentId: state.id, text, controls: [] } }];
  });
}
