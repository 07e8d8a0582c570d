import * as z from "zod";
import { LIMITS } from "../../shared/limits.ts";
import { PUBLIC_STATUSES } from "../../shared/vocabulary.ts";
import type { SealedVaults } from "../index-table/sealed-vaults.ts";
import type { Logger } from "../platform/logger.ts";
import { textRefusal } from "../publish-gate/content.ts";
import {
  leakedType,
  type RedactedSource,
  type RedactedText,
  redact,
  rehydrate,
  scanPublicText,
  type Vault,
} from "../redaction/index.ts";
import type { DraftedUpdate, Drafter, UpdateRequest } from "./drafter.ts";
import { jsonIn } from "./json-in.ts";
import type { ModelPort } from "./model-port.ts";
import { createModelRequest } from "./model-request.ts";
import { nextUpdateTime } from "./next-update.ts";
import type { StyleRule } from "./prompts.ts";
import { toPublicForm } from "./public-text.ts";
import { brokenStyleRule } from "./style-check.ts";
import { templateUpdate } from "./template-drafter.ts";

export interface ModelDrafterDeps {
  model: ModelPort;
  /** What stands behind the placeholders of each incident. */
  vaults: Pick<SealedVaults, "redactWith">;
  /** Own domains, support addresses and product names: they may stand in public text. */
  publicTerms: readonly string[];
  style: readonly StyleRule[];
  log: Logger;
}

const Answer = z.object({
  title: z.string().min(1).max(LIMITS.publicTitle),
  body: z.string().min(1).max(LIMITS.publicBody),
  status: z.enum(PUBLIC_STATUSES).optional(),
});

type Attempt = { kind: "drafted"; title: string; body: string } | { kind: "unusable"; why: string };

const MAX_NOTE = 300;

/**
 * Lets a model propose the text. The facts are redacted on the way out and the answer is checked on the way back; whatever is
 * wrong with it, the template's text comes instead and the note says why.
 */
export function createModelDrafter(deps: ModelDrafterDeps): Drafter {
  return {
    async draftUpdate(request) {
      const attempt = await attemptDraft(request, deps);
      if (attempt.kind === "drafted") {
        return { title: attempt.title, body: attempt.body, author: "model", note: null };
      }
      deps.log.warn("draft-from-template", { incident: request.incidentId, why: attempt.why });
      return fromTemplate(request, attempt.why);
    },
  };
}

function fromTemplate(request: UpdateRequest, why: string): DraftedUpdate {
  const drafted = templateUpdate(request);
  const note = `${why.charAt(0).toUpperCase()}${why.slice(1)}; this text comes from the template.`;
  return { ...drafted, note: [note, drafted.note ?? ""].join(" ").trim().slice(0, MAX_NOTE) };
}

async function attemptDraft(
  request: UpdateRequest,
  { model, vaults, publicTerms, style, log }: ModelDrafterDeps,
): Promise<Attempt> {
  let redacted: { vault: Vault; result: RedactedFacts };
  try {
    redacted = await vaults.redactWith(request.incidentId, (vault) => redactedFacts(request, vault));
  } catch (error) {
    // Fails closed: what cannot be redacted is not sent, nor a placeholder that nobody kept.
    log.error("redaction-failed", { incident: request.incidentId, error });
    return { kind: "unusable", why: "the facts could not be redacted, so no model was asked" };
  }
  const {
    vault,
    result: { facts, sources },
  } = redacted;
  const reply = await model.converse(createModelRequest("status-update", request.incidentId, facts));
  if (reply.kind === "unusable") return reply;
  log.info("model-answered", { incident: request.incidentId, ...reply.usage });
  return checkAnswer(reply.text, { request, facts, sources, vault, publicTerms, style });
}

interface RedactedFacts {
  facts: Record<string, RedactedText>;
  /** What was taken out of what: the answer is searched for it. */
  sources: RedactedSource[];
}

/** Everything goes through `redact`, our own words too: then no part can be forgotten. */
function redactedFacts(request: UpdateRequest, vault: Vault): RedactedFacts {
  const { knownNames, previous, earlier = [], components } = request;
  const sources: RedactedSource[] = [];
  const fact = (source: string) => {
    const { text, findings } = redact(source, { knownNames, vault });
    sources.push({ source, findings });
    return text;
  };
  const facts = {
    status: fact(request.status),
    impact: fact(request.impact),
    severity: fact(request.severity),
    "affected components": fact(components.map(({ name, status }) => `${name}: ${status}`).join("; ")),
    "alert title, internal": fact(request.title),
    "service, internal": fact(request.service),
    ...(request.status === "resolved" ? {} : { "next update": fact(nextUpdateTime(request)) }),
    ...(previous
      ? {
          "current title": fact(previous.title),
          "last public update": fact([previous.status, previous.body].filter(Boolean).join(": ")),
        }
      : {}),
    ...(earlier.length === 0
      ? {}
      : { "earlier public updates": fact(earlier.map(({ status, body }) => `${status}: ${body}`).join("\n---\n")) }),
  };
  return { facts, sources };
}

interface CheckContext {
  request: UpdateRequest;
  facts: Record<string, RedactedText>;
  sources: readonly RedactedSource[];
  vault: Vault;
  publicTerms: readonly string[];
  style: readonly StyleRule[];
}

function checkAnswer(answer: string, context: CheckContext): Attempt {
  const { request, facts, vault, publicTerms } = context;
  const unusable = (why: string): Attempt => ({ kind: "unusable", why });
  const parsed = Answer.safeParse(jsonIn(answer));
  if (!parsed.success) return unusable("the model did not answer with a title and a text");
  if (parsed.data.status !== undefined && parsed.data.status !== request.status) {
    return unusable("the model wrote about another status than asked");
  }
  const leaked = leakedType(`${parsed.data.title}\n${parsed.data.body}`, context.sources);
  if (leaked !== undefined) return unusable(`the model's text holds something of type ${leaked}`);
  const title = rehydrate(parsed.data.title, vault, "public");
  const body = rehydrate(parsed.data.body, vault, "public");
  if (title.unknown.length + body.unknown.length > 0) return unusable("the model invented a placeholder");
  const said = { title: oneLine(title.text), body: withNextUpdate(toPublicForm(body.text), request) };
  const number = inventedNumber(`${said.title}\n${said.body}`, publishableFacts(facts));
  if (number !== undefined) return unusable(`the model used the number ${number}, which no fact holds`);
  const refusal = textRefusal(said.title, said.body);
  if (refusal !== undefined) return unusable("the model's text does not fit the status page");
  // Scanned with the names, so that a value which was taken out cannot come back by guessing.
  const scan = scanPublicText(`${said.title}\n${said.body}`, { publicTerms, knownNames: request.knownNames });
  const found = [...scan.blockers, ...scan.findings][0];
  if (found) return unusable(`the model's text holds something of type ${found.type}`);
  const broken = brokenStyleRule(`${said.title}\n${said.body}`, context.style);
  if (broken) return unusable(`the model's text says "${broken.words}", which our style does not allow`);
  return { kind: "drafted", ...said };
}

const oneLine = (text: string) => toPublicForm(text.replace(/\s+/g, " ")).trim();

/** Customers are always told when they hear again, in the same words. */
function withNextUpdate(body: string, request: UpdateRequest): string {
  if (request.status === "resolved") return body;
  const time = nextUpdateTime(request);
  return body.includes(time) ? body : `${body}\n\nNext update by ${time}.`;
}

/** What a machine sent is there to be understood, not to be repeated to customers. */
const publishableFacts = (facts: Readonly<Record<string, string>>): string =>
  Object.entries(facts)
    .flatMap(([name, fact]) => (name.endsWith(", internal") ? [] : [fact]))
    .join("\n");

/** A number, time or percentage in the text that stands in none of the facts. */
function inventedNumber(text: string, facts: string): string | undefined {
  const given = new Set(facts.match(NUMBER) ?? []);
  return (text.match(NUMBER) ?? []).find((number) => !given.has(number));
}

const NUMBER = /\d+(?:[.,:]\d+)*/g;
