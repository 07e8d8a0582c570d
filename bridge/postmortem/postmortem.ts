import type { EventOf, IncidentEvent } from "../incident/events.ts";
import type { Entry } from "../ledger/entry-types.ts";
import { checkSentences } from "./check-sentences.ts";
import { nameOf, type People, peopleIn } from "./people.ts";
import { publishable, quoted } from "./quoted-text.ts";
import { citation, type Sentence } from "./sentence.ts";
import { duration, utc } from "./time-words.ts";
import { timelineOf } from "./timeline.ts";

export interface PostmortemContext {
  slackLink?: string | undefined;
  statusUrl?: string | undefined;
  /** Names that the ledger does not hold, by Slack user id. */
  names?: Readonly<Record<string, string>> | undefined;
}

export interface Postmortem {
  title: string;
  markdown: string;
  sentences: Sentence[];
  /** Sentences that no entry supports. They are not in the text. */
  dropped: { sentence: Sentence; why: string }[];
}

interface Section {
  heading: string;
  sentences: Sentence[];
}

const MAX_TITLE = 200;
const MAX_TIMELINE = 400;

/**
 * The postmortem as far as the ledger can tell it. Every sentence cites the entries it rests on and was checked against them;
 * what only people know (cause, lessons, actions) is left for them to write. The same entries give the same text.
 */
export function writePostmortem(entries: readonly Entry[], context: PostmortemContext = {}): Postmortem {
  const people = peopleIn(entries, context.names);
  const facts = factsOf(entries);
  const dropped: Postmortem["dropped"] = [];
  const sections = [
    { heading: "Summary", sentences: summary(facts, people) },
    { heading: "Impact", sentences: impact(facts, people) },
    { heading: "Detection and resolution", sentences: milestones(facts) },
    { heading: "Command and responders", sentences: command(facts, people) },
    { heading: "What customers were told", sentences: publicUpdates(facts, people) },
    { heading: "Readings at the start", sentences: readings(facts, people) },
    { heading: "Timeline", sentences: timeline(entries, people) },
  ].map(({ heading, sentences }): Section => {
    const checked = checkSentences(sentences.map(withoutDoubleStop), entries, people);
    dropped.push(...checked.dropped);
    return { heading, sentences: checked.kept };
  });
  const incident = entries[0]?.incident ?? "unknown incident";
  const title = publishable(facts.first("IncidentOpened")?.event.title ?? "", people);
  return {
    title: `Postmortem ${incident}: ${title}`.slice(0, MAX_TITLE),
    markdown: render(incident, sections, context),
    sentences: sections.flatMap(({ sentences }) => sentences),
    dropped,
  };
}

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
                : `Called in: ${found.event.people.map(({ name }) => publishable(name, people)).join(", ")} (source: ${found.event.source}).`,
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

function readings(facts: Facts, people: People): Sentence[] {
  return [...facts.all("ContextGathered"), ...facts.all("ContextRead")].flatMap(({ seq, event }) =>
    event.readings.map(({ label, value, why }) => ({
      text:
        value === null
          ? `${publishable(label, people)} could not be read: ${quoted(why ?? "no reason given", people)}.`
          : `${publishable(label, people)}: ${quoted(value, people)}.`,
      sources: [seq],
    })),
  );
}

function timeline(entries: readonly Entry[], people: People): Sentence[] {
  return timelineOf(entries, people)
    .slice(0, MAX_TIMELINE)
    .map(({ seq, at, text }) => ({ text: `${utc(at)} – ${text}`, sources: [seq] }));
}

/** Headings that only people can fill. */
const FOR_PEOPLE = ["Cause", "What went well, what did not", "Actions"];

function render(incident: string, sections: readonly Section[], { slackLink, statusUrl }: PostmortemContext): string {
  const links = [
    ...(slackLink === undefined ? [] : [`- [War room](${slackLink})`]),
    ...(statusUrl === undefined ? [] : [`- [Public incident](${statusUrl})`]),
  ];
  const filled = sections.filter(({ sentences }) => sentences.length > 0);
  return [
    `_Written from the ledger of ${incident}. E#n is entry n; what no entry says is not here._`,
    ...(links.length > 0 ? [links.join("\n")] : []),
    ...filled.flatMap(({ heading, sentences }) => [
      `## ${heading}`,
      sentences.map(({ text, sources }) => `- ${escapeMarkdown(text)} ${citation(sources)}`).join("\n"),
    ]),
    ...FOR_PEOPLE.flatMap((heading) => [`## ${heading}`, "_To be written by the people who were there._"]),
  ].join("\n\n");
}

/** Quoted words must not become links, mentions or headings. */
const escapeMarkdown = (text: string) => text.replace(/[\\`*_[\]<>#|~]/g, "\\$&");
