import * as z from "zod";
import { type EventOf, IncidentEvent } from "./events.ts";

/**
 * Words of people, by event and field. They never enter the ledger: an entry holds the event without them, as `<type>Sealed`, with a
 * commitment in their place, so that they can be erased while the chain stays whole. A field that stands here for once stays; the
 * same events in clear, from before, are read as ever.
 */
const WORDS = {
  BreakGlassUsed: ["reason"],
  CheckOverridden: ["reason"],
  CheckProven: ["proof"],
  DraftRejected: ["reason"],
  EvidenceStored: ["note"],
  HandoverOffered: ["note"],
  IncidentReopened: ["reason"],
  IncidentResolved: ["summary"],
  ItemSkipped: ["reason"],
  ItemTicked: ["proof"],
  JoinRequested: ["reason"],
  NoteRevised: ["text"],
  NoteTaken: ["text"],
  NudgesSilenced: ["reason"],
  NudgesUnsilenced: ["reason"],
  PageRequested: ["message"],
  PhaseMoved: ["reason"],
  PublicLeftOpen: ["reason"],
  ResponseRated: ["comment"],
  ReviewClosed: ["finding"],
  RunbookDetached: ["reason"],
  SeverityChanged: ["reason"],
  SeverityConfirmed: ["reason"],
  StatusUpdateRequested: ["impact"],
  WorkflowNoted: ["words"],
} as const satisfies { [T in IncidentEvent["type"]]?: readonly TextField<EventOf<T>>[] };

/** Fields that hold text, or nothing. */
type TextField<E> = { [F in keyof E]: E[F] extends string | null ? F : never }[keyof E];

type WithWords = keyof typeof WORDS;
type SealedOf<T extends WithWords> = Omit<EventOf<T>, "type" | (typeof WORDS)[T][number]> & {
  type: `${T}Sealed`;
  commit: string;
};

/** A fact whose words stand elsewhere. */
export type SealedEvent = { [T in WithWords]: SealedOf<T> }[WithWords];
/** A fact as it stands in an entry: whole where it holds no words of people. */
export type RecordedEvent = IncidentEvent | SealedEvent;
/** The words of one event, by field. */
export type Words = Readonly<Record<string, string | null>>;

/** Stands for words where nobody may read them, and wherever a rule could. */
export const UNREAD = "[sealed]";
/** Stands for words that nobody can read any more. */
export const ERASED = "[erased]";
/** Stands for words that are kept but are not those that were recorded, or do not open. */
export const UNREADABLE = "[unreadable]";

/** Whether a text only stands for words that are not shown. */
export const isUnread = (text: string): boolean => text === UNREAD || text === ERASED || text === UNREADABLE;

const wordsOf: ReadonlyMap<string, readonly string[]> = new Map(Object.entries(WORDS));
const fieldsOf = (type: string): readonly string[] => wordsOf.get(type) ?? [];
const SUFFIX = "Sealed";

const SealedEvent = IncidentEvent.options.flatMap((option) => {
  const type = option.shape.type.value;
  const fields = fieldsOf(type);
  if (fields.length === 0) return [];
  const shape: Record<string, z.ZodType> = option.shape;
  const rest = Object.entries(shape).filter(([field]) => !fields.includes(field));
  return z.strictObject({
    ...Object.fromEntries(rest),
    type: z.literal(`${type}${SUFFIX}`),
    commit: z.string().regex(/^[0-9a-f]{64}$/),
  });
});

/** The one schema that is made out of the other: adding a line to `WORDS` is all it takes. */
export const RecordedEvent = z.discriminatedUnion("type", [
  ...IncidentEvent.options,
  ...SealedEvent,
]) as unknown as z.ZodType<RecordedEvent>;

/** The words that an event holds; undefined where there is nothing to keep apart, or a rule did it and the words are ours. */
export function wordsIn(event: IncidentEvent): Words | undefined {
  if ("by" in event && event.by === null) return undefined;
  const said = fieldsOf(event.type).map((field) => [field, Reflect.get(event, field) as string | null] as const);
  return said.some(([, text]) => text !== null && text !== "") ? Object.fromEntries(said) : undefined;
}

/** The event with a commitment in the place of its words. */
export function sealed(event: IncidentEvent, commit: string): SealedEvent {
  const fields = fieldsOf(event.type);
  const rest = Object.entries(event).filter(([field]) => !fields.includes(field));
  return { ...Object.fromEntries(rest), type: `${event.type}${SUFFIX}`, commit } as SealedEvent;
}

export const isSealed = (event: RecordedEvent): event is SealedEvent => "commit" in event;

/** What an event is called where its words do not count: the same with and without them. */
export const plainType = (recorded: string): string => {
  const type = recorded.slice(0, -SUFFIX.length);
  return recorded.endsWith(SUFFIX) && wordsOf.has(type) ? type : recorded;
};

/** The event as it was decided: with its words, or with what is to be read in their place. */
export function inPlainForm(event: RecordedEvent, words: Words | string = UNREAD): IncidentEvent {
  if (!isSealed(event)) return event;
  const { type: sealedType, commit: _, ...rest } = event;
  const type = plainType(sealedType);
  const said = fieldsOf(type).map((field) => [field, typeof words === "string" ? words : (words[field] ?? null)]);
  return { type, ...rest, ...Object.fromEntries(said) } as IncidentEvent;
}
