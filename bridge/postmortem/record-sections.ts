import type { EventOf, IncidentEvent } from "../incident/events.ts";
import type { Entry } from "../ledger/entry-types.ts";
import { nameOf, type People } from "./people.ts";
import { publishable, quoted } from "./quoted-text.ts";
import type { Sentence } from "./sentence.ts";
import { duration, utc } from "./time-words.ts";
import { timelineOf } from "./timeline.ts";

export interface Section {
  heading: string;
  sentences: Sentence[];
}

const MAX_TIMELINE = 400;

/** What the ledger says, in sentences that name their entries. No model, no judgement: the same entries give the same sentences. */
export function recordSections(entries: readonly Entry[], people: People): Section[] {
  const facts = factsOf(entries);
  const told = (...types: IncidentEvent["type"][]) => timeline(onlyOf(entries, types), people);
  return [
    { heading: "Summary", sentences: summary(facts, people) },
    { heading: "Impact", sentences: impact(facts, people) },
    { heading: "Detection and resolution", sentences: milestones(facts) },
    { heading: "Command and responders", sentences: command(facts, people) },
    { heading: "Pages", sentences: told("PageRequested", "PageSent", "PageAcknowledged", "PageFailed") },
    { heading: "Severity and phases", sentences: told("SeverityChanged", "SeverityConfirmed", "PhaseMoved") },
    { heading: "What customers were told", sentences: publicUpdates(facts, people) },
    {
      heading: "Exceptions",
      sentences: told("BreakGlassUsed", "CheckOverridden", "CheckpointSkipped", "PublicUpdateWaived", "PublicLeftOpen"),
    },
    { heading: "Deploys and changes before", sentences: readings(facts, people, isChange) },
    { heading: "Readings at the start", sentences: readings(facts, people, (reading) => !isChange(reading)) },
    { heading: "Timeline", sentences: timeline(entries, people) },
  ].map(({ heading, sentences }) => ({ heading, sentences: sentences.map(withoutDoubleStop) }));
}

/** The same entries as if nothing else had happened in them. */
const onlyOf = (entries: readonly Entry[], types: readonly IncidentEvent["type"][]): Entry[] =>
  entries.map((entry) => ({ ...entry, events: entry.events.filter(({ type }) => types.includes(type)) }));

/** A quotation that ends its own sentence ends ours too. */
const withoutDoubleStop = ({ text, sources }: Sentence): Sentence => ({
  text: text.replace(/(?<=[.!?…]”)\.$/, ""),
  sources,
});

interface Fact<T extends IncidentEvent["type"]> {
  seq: number;
  at: string;
  actor: string;
  event: EventOf<T>;
}

type Facts = ReturnType<typeof factsOf>;

function factsOf(entries: readonly Entry[]) {
  const all = <T extends IncidentEvent["type"]>(type: T): Fact<T>[] =>
    entries.flatMap(({ seq, at, actor, events }) =>
      events
        .filter((event): event is EventOf<T> => event.type === type)
        .map((event) => ({ seq, at, actor: actor.id, event })),
    );
  return { all, first: <T extends IncidentEvent["type"]>(type: T): Fact<T> | undefined => all(type)[0] };
}

function summary(facts: Facts, people: People): Sentence[] {
  const opened = facts.first("IncidentOpened");
  const resolved = facts.first("IncidentResolved");
  if (!opened) return [];
  const { event } = opened;
  const sentences: Sentence[] = [
    {
      text: `${publishable(event.service, people)} had an incident of severity ${event.severity} (${publishable(event.severityBasis, people)}): ${quoted(event.title, people)}.`,
      sources: [opened.seq],
    },
  ];
  if (resolved) {
    const lasted = duration(Date.parse(opened.at), Date.parse(resolved.at));
    sentences.push({
      text: `It was closed as ${resolved.event.outcome} after ${lasted}.`,
      sources: [opened.seq, resolved.seq],
    });
    if (resolved.event.summary !== "") {
      sentences.push({
        text: `${nameOf(people, resolved.actor)} summed it up: ${quoted(resolved.event.summary, people, 1_000)}.`,
        sources: [resolved.seq],
      });
    }
  }
  return sentences;
}

function impact(facts: Facts, people: People): Sentence[] {
  const seen = new Set<string>();
  return facts.all("StatusUpdateRequested").flatMap(({ seq, at, event }) => {
    if (event.impact.trim() === "" || seen.has(event.impact)) return [];
    seen.add(event.impact);
    return [{ text: `As reported at ${utc(at)}: ${quoted(event.impact, people, 1_000)}.`, sources: [seq] }];
  });
}

function milestones(facts: Facts): Sentence[] {
  const opened = facts.first("IncidentOpened");
  if (!opened) return [];
  const since = opened.event.firingSince;
  const after = (fact: { at: string }) => duration(Date.parse(opened.at), Date.parse(fact.at));
  const later = (fact: { seq: number; at: string } | undefined, what: string): Sentence[] =>
    fact
      ? [{ text: `${what} at ${utc(fact.at)}, ${after(fact)} after the opening.`, sources: [opened.seq, fact.seq] }]
      : [];
  return [
    ...(since === null ? [] : [{ text: `The alert had been firing since ${utc(since)}.`, sources: [opened.seq] }]),
    { text: `The incident was opened at ${utc(opened.at)}.`, sources: [opened.seq] },
    ...later(facts.first("RoomOpened"), "The war room opened"),
    ...later(facts.first("CommandTaken"), "Command was first taken"),
    ...later(facts.first("PublishSucceeded"), "Customers were first told"),
    ...later(facts.first("IncidentResolved"), "It was closed"),
  ];
}

function command(facts: Facts, people: People): Sentence[] {
  const found = facts.first("RespondersFound");
  return [
    ...(found
      ? [
          {
            text:
              found.event.people.length === 0
                ? "Nobody could be called in."
                : `Called in: ${found.event.people.map(({ userId }) => nameOf(people, userId)).join(", ")} (source: ${found.event.source}).`,
            sources: [found.seq],
          },
        ]
      : []),
    ...facts.all("CommandTaken").map(({ seq, at, event }) => ({
      text:
        event.from === null
          ? `${nameOf(people, event.by)} took command at ${utc(at)}.`
          : `${nameOf(people, event.by)} took command from ${nameOf(people, event.from)} at ${utc(at)}.`,
      sources: [seq],
    })),
  ];
}

function publicUpdates(facts: Facts, people: People): Sentence[] {
  const published = facts.all("PublishSucceeded");
  const found = facts.all("PublishReconciled").filter(({ event }) => event.result === "found");
  return [...published, ...found]
    .sort((a, b) => a.seq - b.seq)
    .flatMap(({ seq, at, event: { draftId, version } }): Sentence[] => {
      const text = [...facts.all("DraftProposed"), ...facts.all("DraftRevised")].find(
        ({ event }) => event.draftId === draftId && event.version === version,
      );
      const approval = facts
        .all("ApprovalGranted")
        .findLast(({ event, seq: given }) => event.draftId === draftId && event.version === version && given < seq);
      if (!text || !approval) return [{ text: `A customer update became public at ${utc(at)}.`, sources: [seq] }];
      const { content } = text.event;
      const basis = `${approval.event.basis}${approval.event.selfApproved ? ", self-approved" : ""}`;
      return [
        {
          text: `At ${utc(at)} customers read (${content.status}) ${quoted(content.title, people)}: ${quoted(content.body, people, 1_000)}.`,
          sources: [text.seq, seq],
        },
        {
          text: `${nameOf(people, approval.event.by)} had approved that text (${basis}) at ${utc(approval.at)}.`,
          sources: [approval.seq],
        },
      ];
    });
}

interface Reading {
  part?: string;
  label: string;
  value: string | null;
  why: string | null;
  details?: string[];
}

const isChange = ({ part, label }: Reading) =>
  part === "deploys" || part === "commits" || (part === undefined && /deploy/i.test(label));

function readings(facts: Facts, people: People, wanted: (reading: Reading) => boolean): Sentence[] {
  const found: { seq: number; event: { readings: Reading[] } }[] = [
    ...facts.all("ContextGathered"),
    ...facts.all("ContextRead"),
  ];
  return found.flatMap(({ seq, event }) =>
    event.readings.filter(wanted).flatMap(({ label, value, why, details = [] }): Sentence[] => {
      const what = publishable(label, people);
      const text =
        value === null
          ? `${what} could not be read: ${quoted(why ?? "no reason given", people)}.`
          : `${what}: ${quoted(value, people)}.`;
      const more = details.map((detail) => ({
        text: `${what}, in detail: ${quoted(detail, people)}.`,
        sources: [seq],
      }));
      return [{ text, sources: [seq] }, ...more];
    }),
  );
}

function timeline(entries: readonly Entry[], people: People): Sentence[] {
  return timelineOf(entries, people)
    .slice(0, MAX_TIMELINE)
    .map(({ seq, at, text }) => ({ text: `${utc(at)} – ${text}`, sources: [seq] }));
}
