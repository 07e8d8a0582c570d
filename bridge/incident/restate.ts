import type { EventOf, IncidentEvent } from "./events.ts";
import { plainType, type RecordedEvent } from "./sealed-events.ts";
import type { Draft, Incident } from "./state.ts";

/** What of an incident is carried over a break of its record. Whoever opens the epoch vouches for it. */
export interface Restated {
  facts: Pick<EventOf<"EpochOpened">, "openedAt" | "public" | "attempt">;
  /** What follows in the same entry, as the events it would have been. */
  events: RecordedEvent[];
}

/** It may have reached the page, and nobody knows. */
const IN_FLIGHT: readonly Draft["state"][] = ["PUBLISHING", "UNKNOWN", "NEEDS_HUMAN"];
/** Messages that the room would otherwise get a second time. */
const STANDING = /^(context|checklist|headline|alert_line|closing|people_notice|offer-0|postmortem)/;
/** An entry has its bounds, and so has what a person can vouch for. */
const MAX_MESSAGES = 40;

/**
 * Room, people, commander, severity, what is public, and what was on its way there. Drafts, ticks, notes, pages and reminders are not
 * carried over: they stand in the old epoch for whoever reads it.
 */
export function restate(state: Incident): Restated {
  const { opened, channel, channelName, commander, public: shown } = state;
  return {
    facts: {
      openedAt: opened ? isoOf(state.openedAt) : null,
      public: shown ? publicFact(shown) : null,
      attempt: attemptOf([...state.drafts.values()].find((draft) => IN_FLIGHT.includes(draft.state))),
    },
    events: [
      ...asRecorded(state, "IncidentOpened").map((event) => ({
        ...event,
        severity: state.severity,
        room: state.roomWanted,
      })),
      ...asRecorded(state, "RespondersFound"),
      { type: "ContextRead", readings: [], links: [], complete: true },
      ...(channel === undefined ? [] : room(state, channel, channelName ?? "")),
      ...(commander === undefined ? [] : [{ type: "CommandTaken" as const, by: commander, from: null }]),
      ...(state.response.chosen ? [{ type: "RunbooksChosen" as const, matches: [...state.response.chosen] }] : []),
      ...ended(state),
    ],
  };
}

/** The newest of its kind as it was recorded: words stay where they are, behind the commitment that there was. */
function asRecorded<T extends IncidentEvent["type"]>(state: Incident, type: T): RecordedOf<T>[] {
  const all = [...state.commands.values()].flatMap(({ events }) => events);
  return all.filter((event): event is RecordedOf<T> => plainType(event.type) === type).slice(-1);
}
type RecordedOf<T extends IncidentEvent["type"]> = Extract<RecordedEvent, { type: T | `${T}Sealed` }>;

function room(state: Incident, channel: string, name: string): IncidentEvent[] {
  const steps = Object.values(state.steps).filter(({ ok }) => ok);
  const standing = [...state.messages].filter(([key]) => STANDING.test(key)).slice(-MAX_MESSAGES);
  return [
    { type: "RoomCreated", channel, name },
    ...steps,
    ...standing.map(([key, at]): IncidentEvent => {
      // What it shows belongs to the old epoch: it is painted again.
      return { type: "MessagePainted", key, rev: "restated", channel: at.channel, ts: at.ts };
    }),
    ...(state.roomOpenedAt === undefined ? [] : [{ type: "RoomOpened" as const, channel }]),
  ];
}

function ended(state: Incident): RecordedEvent[] {
  const { resolved, postmortem } = state;
  if (!resolved) return [];
  return [...asRecorded(state, "IncidentResolved"), ...(postmortem.filed ? [postmortem.filed] : [])];
}

function publicFact(shown: NonNullable<Incident["public"]>): EventOf<"EpochOpened">["public"] {
  const { targetId, url, rev, title, status, body, publishedAt } = shown;
  return { targetId, url, rev, title, status, body, publishedAt: isoOf(publishedAt) };
}

function attemptOf(draft: Draft | undefined): EventOf<"EpochOpened">["attempt"] {
  if (!draft?.attempt || !draft.content) return null;
  const { attemptId, n, version, contentHash, startedAt } = draft.attempt;
  return {
    draftId: draft.draftId,
    version,
    attemptId,
    n,
    contentHash,
    content: draft.content,
    startedAt: isoOf(startedAt),
  };
}

const isoOf = (at: number): string => new Date(at).toISOString();
