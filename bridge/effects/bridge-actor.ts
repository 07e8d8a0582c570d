import type { EntryActor } from "../ledger/entry-types.ts";

/** The bridge acting on what the state owes. */
export const BRIDGE: EntryActor = { kind: "system", id: "bridge", basis: "effect" };
