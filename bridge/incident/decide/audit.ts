import { type Decision, happened, nothingNew, notOpen } from "../decision.ts";
import type { EventOf } from "../events.ts";
import type { Incident } from "../state.ts";
import { witnessKey } from "../witness-key.ts";

/** What verification found of one record, whenever it is not what was found before; `room` is that incident's own. */
export function recordBreak(
  state: Incident,
  told: Omit<EventOf<"RecordBreakFound">, "type">,
  room?: Omit<EventOf<"BrokenRoomFound">, "type">,
): Decision {
  if (state.status !== "open") return notOpen(state.status);
  const known = state.breaks.get(told.incident ?? "log");
  const same =
    known?.total === told.total &&
    known.findings.every(({ seq, code }, place) => {
      const other = told.findings[place];
      return other?.seq === seq && other.code === code;
    });
  if (same) return nothingNew;
  return happened(
    { type: "RecordBreakFound", ...told },
    ...(room ? [{ type: "BrokenRoomFound" as const, ...room }] : []),
  );
}

/** A credential that runs out, and on which day; told again when it is another day. */
export function recordExpiry(state: Incident, found: Omit<EventOf<"CredentialExpiryFound">, "type">): Decision {
  if (state.status !== "open") return notOpen(state.status);
  return state.expiries.get(found.credential)?.endsAt === found.endsAt
    ? nothingNew
    : happened({ type: "CredentialExpiryFound", ...found });
}

/** The first checkpoint that covers it is the one that is told. An end that was taken back has none. */
export function recordWitness(state: Incident, told: Omit<EventOf<"CheckpointWitnessed">, "type">): Decision {
  const known = state.witnesses.has(witnessKey(state, told.draftId));
  const gone = told.draftId === null && !state.resolved;
  return known || gone ? nothingNew : happened({ type: "CheckpointWitnessed", ...told });
}
