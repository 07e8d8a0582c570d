import * as z from "zod";
import { type EventOf, IncidentEvent } from "./events.ts";

/**
 * Words of people and of alerts, by event and place; `*` stands for each of a list. They never enter the ledger: an entry holds the event without
 * them, as `<type>Sealed`, with a commitment in their place, so that they can be erased while the chain stays whole. A place that
 * stands here for once stays; the same events in clear, from before, are read as ever.
 */
const WORDS = {
  AlertAttached: ["title", "named.*.username"],
  AlertGroupsReceived: ["groups.*.title"],
  BreakGlassUsed: ["reason"],
  CheckOverridden: ["reason"],
  CheckProven: ["proof"],
  ContextGathered: ["readings.*.value"],
  ContextRead: ["readings.*.value", "readings.*.details.*"],
  DraftRejected: ["reason"],
  EvidenceStored: ["note"],
  HandoverOffered: ["note"],
  IncidentOpened: ["title"],
  IncidentReopened: ["reason"],
  IncidentResolved: ["summary"],
  ItemSkipped: ["reason"],
  ItemTicked: ["proof"],
  JoinRequested: ["reason"],
  NoteRevised: ["text"],
  NoteTaken: ["text"],
  NudgesSilenced: ["reason"],
  NudgesUnsilenced: ["reason"],
  PageCalled: ["people.*.username"],
  PageRequested: ["target.name", "message"],
  PhaseMoved: ["reason"],
  PostmortemDrafted: ["parts.*.sentences.*.text", "actions.*.text", "actions.*.because"],
  PublicLeftOpen: ["reason"],
  PublicUpdateWaived: ["reason"],
  RespondersFound: ["people.*.name", "missing.*.name"],
  ResponseRated: ["comment"],
  ReviewClosed: ["finding"],
  RunbookDetached: ["reason"],
  SeverityChanged: ["reason"],
  SeverityConfirmed: ["reason"],
  StatusUpdateRequested: ["impact"],
  WorkflowAsked: ["subject", "words"],
  WorkflowNoted: ["words"],
} as const satisfies { [T in IncidentEvent["type"]]?: readonly TextPlace<EventOf<T>>[] };

/** Every place of an event that holds text, or nothing. */
type TextPlace<E> = { [F in keyof E & string]: PlaceWithin<F, NonNullable<E[F]>> }[keyof E & string];
type PlaceWithin<F extends string, V> = V extends string
  ? F
  : V extends readonly (infer I)[]
    ? PlaceWithin<`${F}.*`, I>
    : V extends object
      ? `${F}.${TextPlace<V>}`
      : never;

type WithWords = keyof typeof WORDS;
type SealedOf<T extends WithWords> = Omit<EventOf<T>, "type" | (typeof WORDS)[T][number]> & {
  type: `${T}Sealed`;
  commit: string;
};

/** A fact whose words stand elsewhere. */
export type SealedEvent = { [T in WithWords]: SealedOf<T> }[WithWords];
/** A fact as it stands in an entry: whole where it holds no words of people. */
export type RecordedEvent = IncidentEvent | SealedEvent;
/** The words of one event, by place: `reason`, `people.0.name`. */
export type Words = Readonly<Record<string, string | null>>;

/** Stands for words where nobody may read them, and wherever a rule could. */
export const UNREAD = "[sealed]";
/** Stands for words that nobody can read any more. */
export const ERASED = "[erased]";
/** Stands for words that are kept but are not those that were recorded, or do not open. */
export const UNREADABLE = "[unreadable]";

/** Whether a text only stands for words that are not shown. */
export const isUnread = (text: string): boolean => text === UNREAD || text === ERASED || text === UNREADABLE;

/** Each place as its steps: a field by itself is left out of what is recorded; deeper down `UNREAD` stands for the words. */
const placesOf: ReadonlyMap<string, readonly (readonly string[])[]> = new Map(
  Object.entries(WORDS).map(([type, places]) => [type, places.map((place) => place.split("."))]),
);
const fieldsOf = (type: string): string[] =>
  (placesOf.get(type) ?? []).flatMap(([field, ...deeper]) => (field === undefined || deeper.length > 0 ? [] : field));
const SUFFIX = "Sealed";

const SealedEvent = IncidentEvent.options.flatMap((option) => {
  const type = option.shape.type.value;
  if (!placesOf.has(type)) return [];
  const fields = fieldsOf(type);
  const shape: Record<string, z.ZodType> = option.shape;
  return z.strictObject({
    ...Object.fromEntries(
      Object.entries(shape).map(([name, field]) => [name, fields.includes(name) ? unsaid(field) : field]),
    ),
    type: z.literal(`${type}${SUFFIX}`),
    commit: z.string().regex(/^[0-9a-f]{64}$/),
  });
});

/** That nothing was said may stand where words would. */
function unsaid(field: z.ZodType): z.ZodType {
  return z.literal(field.safeParse(null).success ? ["", null] : [""]).optional();
}

/** The one schema that is made out of the other: adding a line to `WORDS` is all it takes. */
export const RecordedEvent = z.discriminatedUnion("type", [
  ...IncidentEvent.options,
  ...SealedEvent,
]) as unknown as z.ZodType<RecordedEvent>;

/** The words that an event holds; undefined where there are none, or where a rule gives a reason of its own, which quotes nobody. */
export function wordsIn(event: IncidentEvent): Words | undefined {
  if (event.type === "SeverityChanged" && event.by === null) return undefined;
  const said: Record<string, string> = {};
  rewritten(event, event.type, (text, place) => {
    said[place] = text;
    return text;
  });
  return Object.keys(said).length === 0 ? undefined : said;
}

/** The event with a commitment in the place of its words. */
export function sealed(event: IncidentEvent, commit: string): SealedEvent {
  const fields = fieldsOf(event.type);
  const rest = Object.entries(rewritten(event, event.type, () => UNREAD)).filter(
    ([field, value]) => !(fields.includes(field) && value === UNREAD),
  );
  return { ...Object.fromEntries(rest), type: `${event.type}${SUFFIX}`, commit } as SealedEvent;
}

export const isSealed = (event: RecordedEvent): event is SealedEvent => "commit" in event;

/** What an event is called where its words do not count: the same with and without them. */
export const plainType = (recorded: string): string => {
  const type = recorded.slice(0, -SUFFIX.length);
  return recorded.endsWith(SUFFIX) && placesOf.has(type) ? type : recorded;
};

/** The event as it was decided: with its words, or with what is to be read in their place. */
export function inPlainForm(event: RecordedEvent, words: Words | string = UNREAD): IncidentEvent {
  if (!isSealed(event)) return event;
  const { type: sealedType, commit: _, ...rest } = event;
  const type = plainType(sealedType);
  const read = (place: string) => (typeof words === "string" ? words : words[place]);
  const left = fieldsOf(type).flatMap((field) => (field in rest ? [] : [[field, read(field) ?? null]]));
  // What no mark stands for was recorded in clear, before its place was one of words.
  const marked = rewritten(rest, type, (text, place) => (text === UNREAD ? (read(place) ?? UNREAD) : text));
  return { type, ...marked, ...Object.fromEntries(left) } as IncidentEvent;
}

type Change = (text: string, place: string) => string;

/** A copy in which every text that stands at a place of words is changed. Nothing said is left as it is. */
const rewritten = (event: object, type: string, change: Change): object =>
  (placesOf.get(type) ?? []).reduce((value, steps) => changed(value, steps, change) as object, event);

function changed(value: unknown, steps: readonly string[], change: Change, at: readonly string[] = []): unknown {
  const [step, ...deeper] = steps;
  if (step === undefined) return typeof value === "string" && value !== "" ? change(value, at.join(".")) : value;
  if (Array.isArray(value)) return value.map((one, place) => changed(one, deeper, change, [...at, String(place)]));
  if (typeof value !== "object" || value === null || !(step in value)) return value;
  return { ...value, [step]: changed(Reflect.get(value, step), deeper, change, [...at, step]) };
}
