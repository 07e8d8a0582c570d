import { type Decision, happened, nothingNew } from "../decision.ts";
import type { EventOf } from "../events.ts";
import type { Incident } from "../state.ts";
import { witnessKey } from "../witness-key.ts";

/** The first checkpoint that covers it is the one that is told. */
export const recordWitness = (state: Incident, told: Omit<EventOf<"CheckpointWitnessed">, "type">): Decision =>
  state.witnesses.has(witnessKey(told.draftId)) ? nothingNew : happened({ type: "CheckpointWitnessed", ...told });
