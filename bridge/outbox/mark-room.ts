import type { Marked, RoomMessage } from "../drafting/mark-messages.ts";
import { recordMarked } from "../incident/decide/marking.ts";
import { noteIdOf, readingDue } from "../incident/marking.ts";
import { namesOfResponders } from "../incident/views/names-of-responders.ts";
import type { Leases } from "../index-table/leases.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Clock } from "../platform/clock.ts";
import type { KnownName } from "../redaction/index.ts";
import type { RoomReadReport } from "./report.ts";

export interface MarkRoomDeps {
  ledger: Ledger;
  leases: Leases;
  clock: Clock;
  markEveryMs: number | undefined;
  mark: (incidentId: string, messages: readonly RoomMessage[], knownNames: readonly KnownName[]) => Promise<Marked>;
}

/**
 * Lets a model suggest what of a room's messages belongs into the record, and records its answer or why there is none. What is in
 * the record already is not read to it. The words are forgotten here.
 */
export async function markRoom(
  incidentId: string,
  n: number,
  { executionId, messages, until }: RoomReadReport,
  { ledger, leases, clock, markEveryMs, mark }: MarkRoomDeps,
): Promise<void> {
  const state = await ledger.load(incidentId);
  // Asked again: since the work was handed out it may have become restricted, or another drain was first.
  if (readingDue(state, clock.now(), markEveryMs) !== n) return;
  const fresh = messages.filter(({ ts }) => !state.life.notes.has(noteIdOf(ts)));
  const marked: Marked =
    fresh.length === 0 ? { kind: "marked", marks: [] } : await mark(incidentId, fresh, namesOfResponders(state));
  await ledger.execute(
    incidentId,
    { commandId: `${incidentId}:marked:${n}`, actor: { kind: "model", id: "marker", basis: "effect" } },
    (now) =>
      recordMarked(now, {
        n,
        until: until ?? null,
        messages: messages.length,
        marks: marked.kind === "marked" ? marked.marks : [],
        why: marked.kind === "marked" ? null : marked.why,
      }),
  );
  await leases.release(`${incidentId}:read:${n}`, executionId);
}
