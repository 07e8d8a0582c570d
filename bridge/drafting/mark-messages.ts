import * as z from "zod";
import { NOTE_KINDS } from "../../shared/vocabulary.ts";
import type { Mark } from "../incident/state.ts";
import type { SealedVaults } from "../index-table/sealed-vaults.ts";
import type { Logger } from "../platform/logger.ts";
import { type KnownName, type RedactedText, redact } from "../redaction/index.ts";
import { jsonIn } from "./json-in.ts";
import type { ModelPort } from "./model-port.ts";
import { createModelRequest } from "./model-request.ts";

/** What somebody wrote in a room. */
export interface RoomMessage {
  ts: string;
  author?: string | undefined;
  text: string;
}

/** What the model pointed at; `why`: it was not asked or did not answer as it must, as a sentence fragment. */
export type Marked = { kind: "marked"; marks: Mark[] } | { kind: "unusable"; why: string };

export interface MarkMessagesDeps {
  model: ModelPort;
  vaults: Pick<SealedVaults, "redactWith">;
  log: Logger;
}

const MAX_MARKS = 10;
const Answer = z.object({
  marks: z.array(z.object({ message: z.string().max(20), kind: z.enum(NOTE_KINDS) })).max(200),
});

/**
 * Asks a model which messages may belong into the record. It gets them redacted and without names or times, and all it can answer
 * is names of messages that it was given and what they may be: none of its words is shown to anybody, so whatever a message
 * talks it into, the worst is a suggestion that nobody takes.
 */
export const createMarkMessages =
  ({ model, vaults, log }: MarkMessagesDeps) =>
  async (incidentId: string, messages: readonly RoomMessage[], knownNames: readonly KnownName[]): Promise<Marked> => {
    let facts: Record<string, RedactedText>;
    try {
      const redacted = await vaults.redactWith(incidentId, (vault) =>
        messages.map(({ text }, index) => [nameOf(index), redact(text, { knownNames, vault }).text] as const),
      );
      facts = Object.fromEntries(redacted.result);
    } catch (error) {
      // Fails closed: what cannot be redacted is not sent.
      log.error("redaction-failed", { incident: incidentId, error });
      return { kind: "unusable", why: "the messages could not be redacted, so no model was asked" };
    }
    const reply = await model.converse(createModelRequest("marking", incidentId, facts));
    if (reply.kind === "unusable") return { kind: "unusable", why: reply.why };
    const parsed = Answer.safeParse(jsonIn(reply.text));
    if (!parsed.success) return { kind: "unusable", why: "the model did not answer with a list of messages" };
    return { kind: "marked", marks: marksOf(parsed.data.marks, messages) };
  };

const nameOf = (index: number) => `m${index + 1}`;

/** One mark a message at most, in the order in which they were written; names that nobody gave are dropped. */
function marksOf(answered: z.infer<typeof Answer>["marks"], messages: readonly RoomMessage[]): Mark[] {
  const kinds = new Map(answered.map(({ message, kind }) => [message, kind]));
  return messages
    .flatMap(({ ts, author = null }, index) => {
      const kind = kinds.get(nameOf(index));
      return kind === undefined ? [] : [{ ts, kind, author }];
    })
    .slice(0, MAX_MARKS);
}
