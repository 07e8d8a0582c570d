import { type Decision, happened, nothingNew } from "../decision.ts";
import type { EventOf } from "../events.ts";
import type { Incident } from "../state.ts";

/** Names what a witness line belongs to: a draft, or the end of the incident. */
export const witnessKey = (draftId: string | null): string => draftId ?? "resolved";

/** The first checkpoint that covers it is the one that is told. */
export const recordWitness = (state: Incident, told: Omit<EventOf<"CheckpointWitnessed">, "type">): Decision =>
  state.witnesses.has(witnessKey(told.draftId)) ? nothingNew : happened({ type: "CheckpointWitnessed", ...told });
