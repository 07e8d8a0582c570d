import type { ComponentStatus, PublicStatus, Severity } from "../../shared/vocabulary.ts";
import type { Instant } from "../platform/clock.ts";
import type { KnownName } from "../redaction/types.ts";

/** What a customer update is written from: the form, the page and the ledger. Nothing of it is trusted text. */
export interface UpdateRequest {
  incidentId: string;
  service: string;
  title: string;
  severity: Severity;
  status: PublicStatus;
  /** What customers notice, in the words of the person who asked. */
  impact: string;
  /** Public component names, as customers read them. */
  components: { name: string; status: ComponentStatus }[];
  /** The newest public text of this incident, where there is one; without `body` where somebody wrote it on the page itself. */
  previous?: { title: string; status: PublicStatus; body?: string };
  /** Public texts before that one, oldest first. */
  earlier?: { status: PublicStatus; body: string }[];
  startedAt: Instant;
  knownNames: KnownName[];
  /** Until when customers are promised to hear again. */
  nextUpdateAt: Instant;
}

export interface DraftedUpdate {
  /** At most `LIMITS.publicTitle` characters. */
  title: string;
  /** At most `LIMITS.publicBody` units, in normal form. */
  body: string;
  author: "model" | "template";
  /** What the approver should know about how the text came about: one sentence of at most 300 characters. */
  note: string | null;
}

/** Proposes customer text. Never throws for a slow or broken model: a person is waiting for something to edit. */
export interface Drafter {
  draftUpdate(request: UpdateRequest): Promise<DraftedUpdate>;
}
