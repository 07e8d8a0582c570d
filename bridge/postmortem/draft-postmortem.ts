import * as z from "zod";
import { jsonIn } from "../drafting/json-in.ts";
import type { ModelPort } from "../drafting/model-port.ts";
import { createModelRequest } from "../drafting/model-request.ts";
import type { EventOf } from "../incident/events.ts";
import { POSTMORTEM_PARTS } from "../incident/postmortem-events.ts";
import type { SealedVaults } from "../index-table/sealed-vaults.ts";
import type { Entry } from "../ledger/entry-types.ts";
import type { Logger } from "../platform/logger.ts";
import {
  leakedType,
  type RedactedSource,
  type RedactedText,
  redact,
  rehydrate,
  type Vault,
} from "../redaction/index.ts";
import { checkActions } from "./check-actions.ts";
import { checkClaims } from "./check-claims.ts";
import { type People, peopleIn, withoutNames } from "./people.ts";
import { publishable } from "./quoted-text.ts";
import { recordSections } from "./record-sections.ts";
import { readableRoles, rolesIn } from "./roles.ts";
import { citation, type Sentence } from "./sentence.ts";

export interface DraftPostmortemDeps {
  model: ModelPort;
  /** What stands behind the placeholders of each incident. */
  vaults: Pick<SealedVaults, "redactWith">;
  log: Logger;
}

type Drafted = EventOf<"PostmortemDrafted">;
/** As it is recorded, but for the ids of the issues that the actions will become. */
export type DraftedPostmortem = Pick<Drafted, "author" | "note" | "parts" | "dropped"> & {
  actions: Omit<Drafted["actions"][number], "issueId">[];
};

/** The record alone, and why. */
export const recordAlone = (note: string | null): DraftedPostmortem => ({
  author: "template",
  note,
  parts: [],
  actions: [],
  dropped: 0,
});

const MAX_STATEMENTS = 300;
const MAX_ANSWER = 20_000;
const MAX_NOTE = 300;

const Source = z.union([z.int(), z.string().regex(/^\[?E#\d{1,9}\]?$/)]);
const Claim = z.object({ text: z.string().min(1).max(500), sources: z.array(Source).max(20) });
const Action = z.object({
  text: z.string().min(1).max(200),
  because: z.string().min(1).max(500),
  sources: z.array(Source).max(20),
});
const Inconclusive = z.literal("INCONCLUSIVE").transform(() => []);
const claims = z.union([Inconclusive, z.array(Claim).max(20)]);
const Answer = z.object({
  narrative: claims,
  impact: claims,
  contributing_factors: claims,
  actions: z.union([Inconclusive, z.array(Action).max(10)]),
});

/**
 * Lets a model select from the record what tells the story. It is shown redacted statements that speak of roles; what comes back is
 * compared with them by a program, and what does not stand there is dropped. Never throws for a slow, broken or lying model:
 * the postmortem then is the record alone, and says why.
 */
export async function draftPostmortem(
  about: { incidentId: string; entries: readonly Entry[]; names: Readonly<Record<string, string>> },
  deps: DraftPostmortemDeps,
): Promise<DraftedPostmortem> {
  const drafted = await attempt(about, deps);
  if (typeof drafted !== "string") return drafted;
  deps.log.warn("postmortem-from-template", { incident: about.incidentId, why: drafted });
  const note = `${drafted.charAt(0).toUpperCase()}${drafted.slice(1)}; it was written from the record alone.`;
  return recordAlone(note.slice(0, MAX_NOTE));
}

async function attempt(
  { incidentId, entries, names }: Parameters<typeof draftPostmortem>[0],
  { model, vaults, log }: DraftPostmortemDeps,
): Promise<DraftedPostmortem | string> {
  const named = peopleIn(entries, names);
  const people = withoutNames(rolesIn(entries), [...named.values()]);
  const knownNames = [...named].map(([slackId, name]) => ({ name, slackId }));
  const statements = statementsOf(entries, people);
  let redacted: { vault: Vault; result: { record: Redacted[]; sources: RedactedSource[] } };
  try {
    redacted = await vaults.redactWith(incidentId, (vault) => {
      const sources: RedactedSource[] = [];
      const record = statements.map(({ text: source, sources: cited }) => {
        const { text, findings } = redact(source, { knownNames, vault });
        sources.push({ source, findings });
        return { text, sources: cited };
      });
      return { record, sources };
    });
  } catch (error) {
    // Fails closed: what cannot be redacted is not sent, nor a placeholder that nobody kept.
    log.error("redaction-failed", { incident: incidentId, error });
    return "the record could not be redacted, so no model was asked";
  }
  const {
    vault,
    result: { record, sources },
  } = redacted;
  const facts = Object.fromEntries(
    record.map(({ text, sources: cited }, at): [string, RedactedText] => [`${at + 1} ${citation(cited)}`, text]),
  );
  const reply = await model.converse(createModelRequest("postmortem", incidentId, facts));
  if (reply.kind === "unusable") return reply.why;
  log.info("model-answered", { incident: incidentId, ...reply.usage });
  if (reply.text.length > MAX_ANSWER) return "the model's answer was longer than allowed";
  const answer = Answer.safeParse(jsonIn(reply.text));
  if (!answer.success) return "the model did not answer in the form that was asked for";
  const leaked = leakedType(reply.text, sources);
  if (leaked !== undefined) return `the model's text holds something of type ${leaked}`;
  return checked(answer.data, record, { vault, people });
}

type Redacted = Omit<Sentence, "text"> & { text: RedactedText };

/** Each statement once, with all it rests on: what several sections say in the same words is one statement. */
function statementsOf(entries: readonly Entry[], people: People): Sentence[] {
  const seen = new Map<string, Sentence>();
  for (const sentence of recordSections(entries, people).flatMap(({ sentences }) => sentences)) {
    seen.set(`${sentence.sources.join()} ${sentence.text}`, sentence);
  }
  return [...seen.values()].slice(0, MAX_STATEMENTS);
}

function checked(
  answer: z.infer<typeof Answer>,
  record: readonly Sentence[],
  { vault, people }: { vault: Vault; people: People },
): DraftedPostmortem {
  let dropped = 0;
  // Back from placeholders to what may be read: names and customers' data stay out.
  const readable = (text: string) => {
    const back = rehydrate(text.replace(/\[?\bPERSON_\d+\b\]?/gi, "a responder"), vault, "responder");
    return back.unknown.length > 0 ? undefined : readableRoles(publishable(back.text, people));
  };
  const parts = POSTMORTEM_PARTS.map((part) => {
    const verdict = checkClaims(answer[part].map(cited), record);
    dropped += verdict.dropped.length;
    const sentences = verdict.kept.flatMap(({ text, sources }) => {
      const said = readable(text);
      return said === undefined ? [] : [{ text: said.slice(0, 500), sources }];
    });
    dropped += verdict.kept.length - sentences.length;
    return { part, sentences };
  });
  const verdict = checkActions(
    answer.actions.map((action) => ({ ...action, ...cited(action) })),
    record,
  );
  dropped += verdict.dropped.length;
  const actions = verdict.kept.flatMap(({ text, because, sources }) => {
    const [said, why] = [readable(text), readable(because)];
    return said === undefined || why === undefined
      ? []
      : [{ text: said.slice(0, 200), because: why.slice(0, 500), sources }];
  });
  dropped += verdict.kept.length - actions.length;
  return { author: "model", note: null, parts, actions, dropped };
}

const cited = ({ text, sources }: z.infer<typeof Claim>): Sentence => ({
  text,
  sources: [...new Set(sources.map((source) => Number(String(source).replace(/\D/g, ""))))],
});
