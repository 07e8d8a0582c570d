import { createHash } from "node:crypto";
import { LIMITS } from "../../shared/limits.ts";
import type { ComponentStatus, PublicStatus } from "../../shared/vocabulary.ts";
import type { Content } from "../incident/content-schema.ts";
import { canonical } from "../ledger/canonical.ts";

const sha256 = (text: string): string => createHash("sha256").update(text, "utf8").digest("hex");

/** Identifies one version of one draft on the page, so that a lost reply can be told from a lost request. */
export const markerOf = (incidentId: string, draftId: string, version: number): string =>
  `ic-${sha256(`incident-publish/v1/marker\n${canonical([incidentId, draftId, version])}`).slice(0, 16)}`;

/** What an approval is bound to: every byte that will be sent follows from the hashed value. */
export const contentHash = (content: Content): string => sha256(`incident-publish/v1/content\n${canonical(content)}`);

/** NFC, LF line ends, no trailing blanks, no blank first or last lines. Idempotent. */
export const normaliseText = (text: string): string =>
  text
    .normalize("NFC")
    .replace(/\r\n?/g, "\n")
    .replace(/[ \t]+$/gm, "")
    .replace(/^\n+|\n+$/g, "");

/** Of words as they stand somewhere, for telling later whether they are the same words. */
export const textHash = (text: string): string => sha256(normaliseText(text));

/** Length as Slack counts it: `&`, `<` and `>` are sent as entities. UTF-16 units. */
export const shownLength = (text: string): number =>
  text.length + 4 * (text.match(/&/g)?.length ?? 0) + 3 * (text.match(/[<>]/g)?.length ?? 0);

/** Control characters except line feed; format, private-use and lone surrogate characters, bidi controls and zero width among them. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/u;

/** Why this text cannot be shown to customers, as a sentence; undefined when it can. Nothing is repaired silently. */
export function textRefusal(title: string, body: string): string | undefined {
  if (normaliseText(title) !== title || title.includes("\n"))
    return "The title has blank ends, a line break or unusual spelling of letters; type it again.";
  if (normaliseText(body) !== body)
    return "The text has blank lines at its ends or unusual spelling of letters; type it again.";
  if (title.length === 0 || title.length > LIMITS.publicTitle)
    return `The title must have 1 to ${LIMITS.publicTitle} characters.`;
  if (body.length === 0) return "The text is empty.";
  if (shownLength(body) > LIMITS.publicBody)
    return `The text is longer than the ${LIMITS.publicBody} characters an approver can be shown whole; shorten it.`;
  if (INVISIBLE.test(title) || INVISIBLE.test(body.replaceAll("\n", ""))) {
    return "The text holds invisible or direction-changing characters; type it by hand instead of pasting it.";
  }
  return undefined;
}

export interface ContentParts {
  pageId: string;
  incidentId: string;
  draftId: string;
  version: number;
  target: { id: string; rev: string } | undefined;
  title: string;
  status: PublicStatus;
  body: string;
  components: readonly { id: string; status: ComponentStatus }[];
  notify: boolean;
}

/** The content of one draft version. `op` follows from whether something is public and from the status. */
export function composeContent(parts: ContentParts): Content {
  const { target } = parts;
  return {
    v: 1,
    pageId: parts.pageId,
    incidentId: parts.incidentId,
    op: target === undefined ? "create" : parts.status === "resolved" ? "resolve" : "update",
    targetId: target?.id ?? null,
    expectedTargetRev: target?.rev ?? null,
    title: parts.title,
    status: parts.status,
    body: parts.body,
    components: Object.fromEntries(parts.components.map(({ id, status }) => [id, status])),
    impactOverride: null,
    notify: parts.notify,
    marker: markerOf(parts.incidentId, parts.draftId, parts.version),
  };
}

export interface Rendered {
  method: "POST" | "PATCH";
  path: string;
  body: string;
}

/** The one HTTP request that publishes `content`: a pure function, no clock, default, locale or environment. */
export function render(content: Content): Rendered {
  const incident = {
    name: content.title,
    status: content.status,
    body: content.body,
    component_ids: Object.keys(content.components).sort(),
    components: content.components,
    deliver_notifications: content.notify,
    ...(content.impactOverride === null ? {} : { impact_override: content.impactOverride }),
    metadata: { ic: { marker: content.marker, contentHash: contentHash(content) } },
  };
  const page = `/pages/${encodeURIComponent(content.pageId)}/incidents`;
  return content.targetId === null
    ? { method: "POST", path: page, body: JSON.stringify({ incident }) }
    : { method: "PATCH", path: `${page}/${encodeURIComponent(content.targetId)}`, body: JSON.stringify({ incident }) };
}
