import type { IncidentEvent } from "../incident/events.ts";
import type { RecordedEvent } from "../incident/sealed-events.ts";

/** Who did it and why that was allowed. */
export interface EntryActor {
  kind: "human" | "system" | "model" | "webhook" | "workflow";
  /** Slack user id, module name, model id, webhook endpoint, or run of a workflow. */
  id: string;
  /** commander, approver-group, member, signature, effect: why the act was allowed. */
  basis: string;
}

/** One append: everything that one command made happen. `seq` counts from 1. */
export interface Entry<Event = IncidentEvent> {
  v: 1;
  incident: string;
  epoch: number;
  seq: number;
  /** Hash of the entry before, or of the genesis. */
  prev: string;
  commandId: string;
  actor: EntryActor;
  /** ISO 8601; never falls within a stream. */
  at: string;
  events: Event[];
}

/** An entry as it is hashed: words of people stand elsewhere. */
export type RecordedEntry = Entry<RecordedEvent>;

/** An entry as the table holds it: exactly these attributes beside the key. */
export interface StoredEntry {
  pk: string;
  sk: string;
  body: string;
  hash: string;
  type: string;
}
