import type { EventOf } from "../incident/events.ts";
import type { Entry } from "../ledger/entry-types.ts";
import { checkSentences } from "./check-sentences.ts";
import { peopleIn, withoutNames } from "./people.ts";
import { publishable } from "./quoted-text.ts";
import { recordSections, type Section } from "./record-sections.ts";
import { readableRoles, rolesIn } from "./roles.ts";
import { citation, type Sentence } from "./sentence.ts";

/** Who reads it may see names, or it speaks of roles throughout. */
export type Naming = "names" | "roles";

export interface PostmortemContext {
  slackLink?: string | undefined;
  statusUrl?: string | undefined;
  auditUrl?: string | undefined;
  /** Names that the ledger does not hold, by Slack user id. */
  names?: Readonly<Record<string, string>> | undefined;
  naming?: Naming | undefined;
  /** What a model wrote and the record supports. */
  drafted?: EventOf<"PostmortemDrafted"> | undefined;
}

export interface Postmortem {
  title: string;
  markdown: string;
  sentences: Sentence[];
  /** Sentences that no entry supports. They are not in the text. */
  dropped: { sentence: Sentence; why: string }[];
}

const MAX_TITLE = 200;

/**
 * The postmortem: the record, whose every sentence cites the entries it rests on and was checked against them, and before it what
 * a model selected from it, where one was asked. What only people know is left for them to write. The same entries and the
 * same draft give the same text.
 */
export function writePostmortem(entries: readonly Entry[], context: PostmortemContext = {}): Postmortem {
  const named = peopleIn(entries, context.names);
  const people = context.naming === "roles" ? withoutNames(rolesIn(entries), [...named.values()]) : named;
  const dropped: Postmortem["dropped"] = [];
  const sections = recordSections(entries, people).map(({ heading, sentences }): Section => {
    const checked = checkSentences(sentences, entries, people);
    dropped.push(...checked.dropped);
    return { heading, sentences: checked.kept };
  });
  const incident = entries[0]?.incident ?? "unknown incident";
  const opened = entries.flatMap(({ events }) => events).find((event) => event.type === "IncidentOpened");
  return {
    title: `Postmortem ${incident}: ${publishable(opened?.title ?? "", people)}`.slice(0, MAX_TITLE),
    markdown: readableRoles(render(incident, sections, context)),
    sentences: sections.flatMap(({ sentences }) => sentences),
    dropped,
  };
}

const HEADINGS = {
  narrative: "What happened",
  impact: "What customers noticed",
  contributing_factors: "Contributing factors",
} as const satisfies Record<EventOf<"PostmortemDrafted">["parts"][number]["part"], string>;

const INCONCLUSIVE = "_Inconclusive: the record does not show it. To be written by the people who were there._";

/** What the model selected, with the entries of each sentence. */
function draftedSections({ parts, actions, dropped }: EventOf<"PostmortemDrafted">): string[] {
  const left = dropped === 0 ? "" : ` ${dropped} of its sentences stood in no entry and were left out.`;
  return [
    `_The sections up to “Actions” were selected from the record by a model; a program compared each sentence with its entries.${left}_`,
    ...parts.flatMap(({ part, sentences }) => [
      `## ${HEADINGS[part]}`,
      sentences.length === 0 ? INCONCLUSIVE : bullets(sentences),
    ]),
    "## Actions",
    actions.length === 0
      ? INCONCLUSIVE
      : actions
          .map(
            ({ text, because, sources }) => `- ${escapeMarkdown(`${text} (because: ${because})`)} ${citation(sources)}`,
          )
          .join("\n"),
  ];
}

const bullets = (sentences: readonly Sentence[]) =>
  sentences.map(({ text, sources }) => `- ${escapeMarkdown(text)} ${citation(sources)}`).join("\n");

/** Headings that only people can fill; a model's selection takes the place of some. */
const FOR_PEOPLE = ["Cause", "What went well, what did not", "Actions"];

function render(incident: string, sections: readonly Section[], context: PostmortemContext): string {
  const { slackLink, statusUrl, auditUrl, drafted } = context;
  const links = [
    ...(slackLink === undefined ? [] : [`- [War room](${slackLink})`]),
    ...(statusUrl === undefined ? [] : [`- [Public incident](${statusUrl})`]),
    ...(auditUrl === undefined ? [] : [`- [Audit trail](${auditUrl})`]),
  ];
  const byModel = drafted?.author === "model" ? draftedSections(drafted) : [];
  const open = byModel.length === 0 ? FOR_PEOPLE : FOR_PEOPLE.filter((heading) => heading !== "Actions");
  const filled = sections.filter(({ sentences }) => sentences.length > 0);
  return [
    `_Written from the ledger of ${incident}. E#n is entry n; what no entry says is not here._`,
    ...(links.length > 0 ? [links.join("\n")] : []),
    ...byModel,
    ...filled.flatMap(({ heading, sentences }) => [`## ${heading}`, bullets(sentences)]),
    ...open.flatMap((heading) => [`## ${heading}`, "_To be written by the people who were there._"]),
  ].join("\n\n");
}

/** Quoted words must not become links, mentions or headings. */
const escapeMarkdown = (text: string) => text.replace(/[\\`*_[\]<>#|~]/g, "\\$&");
