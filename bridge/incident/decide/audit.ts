import { type Decision, happened, nothingNew } from "../decision.ts";
import type { EventOf } from "../events.ts";
import type { Incident } from "../state.ts";
import { witnessKey } from "../witness-key.ts";

/** The first checkpoint that covers it is the one that is told. An end that was taken back has none. */
export function recordWitness(state: Incident, told: Omit<EventOf<"CheckpointWitnessed">, "type">): Decision {
  const known = state.witnesses.has(witnessKey(state, told.draftId));
  const gone = told.draftId === null && !state.resolved;
  return known || gone ? nothingNew : happened({ type: "CheckpointWitnessed", ...told });
}
