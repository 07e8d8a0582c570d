import type { Decided } from "../ledger/ledger.ts";
import type { IncidentEvent } from "./events.ts";

/** Why nothing was appended: a code for programs, one sentence for the person who asked. */
export interface Refusal {
  code: string;
  message: string;
}

export type Decision = Decided<Refusal>;

export const refuse = (code: string, message: string): Decision => ({ kind: "refused", refusal: { code, message } });

export const happened = (...events: IncidentEvent[]): Decision => ({ kind: "happened", events });

/** Already so: nothing to record and nothing to complain about. */
export const nothingNew: Decision = { kind: "happened", events: [] };

export const notOpen = (status: string): Decision =>
  status === "none"
    ? refuse("incident-unknown", "There is no such incident. Check the id, or open the form from the war room.")
    : refuse("incident-closed", "This incident is resolved, so nothing was changed.");
