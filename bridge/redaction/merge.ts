import type { Span } from "./span.ts";

/** Weaker than everything else: a name found by a cue inside another value is part of that value. */
const WEAK_NAME_PRIORITY = 45;

/**
 * Spans that do not overlap, sorted by start. Where some overlap, the strongest (then the longest) takes the whole range, for
 * cutting one out of the middle of another would leave pieces of a value behind.
 */
export function mergeSpans(spans: readonly Span[]): Span[] {
  const sorted = withoutShadowed([...spans].sort((a, b) => a.start - b.start || b.end - a.end));
  const merged: Span[] = [];
  for (const span of sorted) {
    const last = merged.at(-1);
    if (last && span.start < last.end) merged[merged.length - 1] = union(last, span);
    else if (last && span.start === last.end && span.type === last.type && sameIdentity(last, span)) {
      merged[merged.length - 1] = union(last, span);
    } else merged.push(span);
  }
  return merged;
}

const sameIdentity = (a: Span, b: Span) => a.known?.id === b.known?.id && a.type !== "LITERAL";

function union(a: Span, b: Span): Span {
  const stronger = isStronger(b, a) ? b : a;
  return { ...stronger, start: Math.min(a.start, b.start), end: Math.max(a.end, b.end) };
}

const isStronger = (a: Span, b: Span) =>
  a.priority > b.priority || (a.priority === b.priority && a.end - a.start > b.end - b.start);

/**
 * Drops what must not widen a stronger span: a mail shape that begins inside URL credentials (`…:pw@host`), and a name by cue
 * that touches anything else. `sorted` is by start.
 */
function withoutShadowed(sorted: readonly Span[]): Span[] {
  const credentials = sorted.filter(({ type }) => type === "URL_CRED");
  const strong = sorted.filter(({ priority }) => priority > WEAK_NAME_PRIORITY);
  const inCredentials = overlapTest(credentials);
  const inStrong = overlapTest(strong);
  return sorted.filter((span) => {
    if (span.type === "EMAIL") return !inCredentials(span);
    return span.type === "NAME" ? !inStrong(span) : true;
  });
}

/** Tells whether a span overlaps any of `sorted`; must be asked in order of start. */
function overlapTest(sorted: readonly Span[]): (span: Span) => boolean {
  let next = 0;
  let reach = -1;
  return ({ start, end }) => {
    for (let other = sorted[next]; other && other.start <= start; other = sorted[next]) {
      reach = Math.max(reach, other.end);
      next += 1;
    }
    const following = sorted[next];
    return reach > start || (following !== undefined && following.start < end);
  };
}
