import type { AuditWitnessView } from "../../../shared/contracts/views.ts";
import type { Incident } from "../state.ts";
import { witnessKey } from "../witness-key.ts";

export interface WitnessNotice {
  key: string;
  view: AuditWitnessView;
  /** The message below which it stands: the card of what was published, or the closing message. */
  thread: string;
}

/** What is public or over and whose witness line is not recorded yet. Without a room nobody could read it. */
export function unwitnessed(state: Incident): (string | null)[] {
  if (!state.roomOpenedAt) return [];
  const published = [...state.drafts.values()].filter(({ state: at, card }) => at === "PUBLISHED" && card);
  const all = [...published.map(({ draftId }) => draftId), ...(state.resolved ? [null] : [])];
  return all.filter((draftId) => !state.witnesses.has(witnessKey(state, draftId)));
}

/** The message below which the line of a draft, or of the end of that key, stands. */
export const witnessThread = (state: Incident, key: string, draftId: string | null): string | undefined =>
  draftId === null ? state.messages.get(key)?.ts : state.drafts.get(draftId)?.card?.ts;

/** The lines that are recorded, each below its message. */
export function witnessNotices(state: Incident): WitnessNotice[] {
  return [...state.witnesses].flatMap(([key, { draftId, size, root16 }]) => {
    const thread = witnessThread(state, key, draftId);
    if (thread === undefined) return [];
    const digest = `audit ${size} ${root16}`;
    return [{ key: `audit-${key}`, thread, view: { kind: "audit_witness", incidentId: state.id, digest } }];
  });
}
