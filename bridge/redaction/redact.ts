import { decodedView } from "./decoded-view.ts";
import { DETECTORS } from "./detectors/all.ts";
import { identityOf } from "./identity.ts";
import { findLiterals } from "./literals.ts";
import { mergeSpans } from "./merge.ts";
import { LITERAL, LITERAL_PRIORITY, POLICIES } from "./policy.ts";
import { type Roster, rosterFor } from "./roster.ts";
import { originalRange, shadowOf, type View } from "./shadow.ts";
import type { Span } from "./span.ts";
import type { Finding, KnownName, RedactedText } from "./types.ts";
import { createVault, type Vault } from "./vault.ts";
import { windowsOf } from "./windows.ts";

export interface RedactOptions {
  knownNames?: readonly KnownName[] | undefined;
  /** Names of customers and projects that are secret in themselves. */
  knownTerms?: readonly string[] | undefined;
  /** Without one, placeholders are numbered afresh and nothing can come back. */
  vault?: Vault | undefined;
}

/**
 * Takes out of `text` all that must not reach a language model. Findings are sorted, do not overlap, and replacing each
 * `[start, end)` by its placeholder gives exactly the returned text. Pure but for the vault, which remembers what it numbered.
 * If it throws, nothing may be sent.
 */
export function redact(text: string, options: RedactOptions = {}): { text: RedactedText; findings: Finding[] } {
  const vault = options.vault ?? createVault(new Uint8Array(32));
  const roster = rosterFor(options.knownNames ?? [], options.knownTerms ?? []);
  const findings: Finding[] = [];
  const parts: string[] = [];
  let done = 0;
  for (const span of mergeSpans(spansOf(text, roster))) {
    const placeholder = replacementOf(span, text, vault);
    parts.push(text.slice(done, span.start), placeholder);
    findings.push({ type: span.type, start: span.start, end: span.end, placeholder });
    done = span.end;
  }
  parts.push(text.slice(done));
  return { text: parts.join("") as RedactedText, findings };
}

function replacementOf(span: Span, text: string, vault: Vault): string {
  if (span.type === LITERAL) return span.instead ?? "";
  const { known, type } = span;
  if (known) return vault.placeholderOf(type, known.id, known.shown);
  return vault.placeholderOf(type, identityOf(type, span.value), text.slice(span.start, span.end));
}

function spansOf(text: string, roster: Roster): Span[] {
  const shadow = shadowOf(text);
  const decoded = decodedView(shadow);
  const spans: Span[] = [];
  for (const view of decoded ? [shadow, decoded] : [shadow]) {
    for (const span of spansOfView(view, roster)) spans.push(span);
  }
  return spans;
}

function spansOfView(view: View, roster: Roster): Span[] {
  const spans: Span[] = [];
  const windows = windowsOf(view.text);
  for (const [windowStart, windowEnd] of windows) {
    const window = windows.length === 1 ? view.text : view.text.slice(windowStart, windowEnd);
    for (const detector of DETECTORS) {
      if (detector.scope !== "whole") collect(view, window, windowStart, detector.detect, roster, spans);
    }
    for (const { identity, start, end } of roster.find(window)) {
      const { type, id, shown } = identity;
      const [from, to] = originalRange(view, windowStart + start, windowStart + end);
      const value = window.slice(start, end);
      spans.push({ type, start: from, end: to, priority: POLICIES[type].priority, value, known: { id, shown } });
    }
    findLiterals(window, (start, end, instead) => {
      const [from, to] = originalRange(view, windowStart + start, windowStart + end);
      spans.push({ type: LITERAL, start: from, end: to, priority: LITERAL_PRIORITY, value: "", instead });
    });
  }
  for (const detector of DETECTORS) {
    if (detector.scope === "whole") collect(view, view.text, 0, detector.detect, roster, spans);
  }
  return spans;
}

function collect(
  view: View,
  text: string,
  offset: number,
  detect: (typeof DETECTORS)[number]["detect"],
  roster: Roster,
  into: Span[],
): void {
  detect(text, (type, start, end, priority = POLICIES[type].priority) => {
    if (end <= start) return;
    const [from, to] = originalRange(view, offset + start, offset + end);
    const span: Span = { type, start: from, end: to, priority, value: text.slice(start, end) };
    into.push(asKnown(span, roster) ?? span);
  });
}

/** A mention or an address of somebody in the roster is that person. */
function asKnown(span: Span, roster: Roster): Span | undefined {
  if (span.type !== "SLACK_USER" && span.type !== "EMAIL") return undefined;
  const identity = identityOf(span.type, span.value);
  const person = span.type === "EMAIL" ? roster.byEmail(identity) : roster.bySlackId(identity);
  if (!person) return undefined;
  // The strength of the evidence stays; only whom it names is better known.
  return { ...span, type: "PERSON", known: { id: person.id, shown: person.shown } };
}
