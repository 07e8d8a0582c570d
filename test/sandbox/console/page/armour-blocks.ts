import { type Block, plainText } from "./world.ts";

/*
 * slack-blocks-to-jsx 1.1.1 reads every text as Markdown: it parses plain_text, turns escaped `&lt;!channel&gt;` back into
 * a live mention, follows `[x](y)` links that Slack does not have, and takes `16\n:` in "09:16\n:fire:" for an emoji. Here
 * texts are put into a form in which that parser shows exactly what Slack would show: what must not be parsed becomes a
 * stand-in mention, because mentions are the one thing whose drawing the caller decides.
 */

const LITERAL_ID = "LITERAL";
/** For code, where a mention would be shown as typed: invisible, zero-width, and no longer a control sequence. */
const WORD_JOINER = "\u2060";
/** Direction overrides can make a title read backwards; no alert needs them, so they are shown by name. */
const BIDI_CONTROL = /[\u202A-\u202E\u2066-\u2069]/g;
const EMOJI = /(:(?:[a-z][a-z0-9_+'-]{0,60}|[+-]1|100|1234|8ball)(?:::skin-tone-[2-6])?:)/;
const MRKDWN_PIECES = new RegExp(
  [
    "(?<code>```[^]*?```|`[^`\\n]+`)",
    "(?<control><[^<>\\n]+>)",
    "(?<address>https?://[^\\s<>|]+)",
    `(?<emoji>${EMOJI.source})`,
    "(?<entity>&(?:lt|gt|amp);)",
    "(?<bracket>\\](?=[([:]))",
    "(?<colon>:)",
  ].join("|"),
  "g",
);

export interface ArmouredBlocks {
  blocks: Block[];
  /** Text of the stand-in mentions `<@LITERALn>`, by their id: the caller's mention hook shows it as it is. */
  literals: ReadonlyMap<string, string>;
}

/** Blocks that the renderer shows as Slack would: plain text literal, escaped text inert, ids removed. Pure. */
export function armourBlocks(blocks: readonly Block[]): ArmouredBlocks {
  const literals = new Map<string, string>();
  const literal = (text: string): string => {
    const id = `${LITERAL_ID}${literals.size}`;
    literals.set(id, nameBidiControls(text));
    return `<@${id}>`;
  };
  const armourText = (value: unknown): unknown => {
    if (!isRecord(value) || typeof value.text !== "string") return value;
    const { verbatim, ...rest } = value;
    if (value.type === "mrkdwn") return { ...rest, text: armourMrkdwn(value.text, literal, verbatim === true) };
    if (value.type !== "plain_text") return value;
    const parts = value.emoji === false ? [value.text] : value.text.split(EMOJI);
    // Splitting by a capturing pattern puts what it captured, the emoji, at the odd places.
    const armoured = parts.map((part, index) => (index % 2 === 1 || part === "" ? part : literal(part)));
    return { ...rest, text: armoured.join("") };
  };
  const armourBlock = ({ block_id: _, ...block }: Block): Block => ({
    ...block,
    ...("text" in block && { text: armourText(block.text) }),
    ...(Array.isArray(block.fields) && { fields: block.fields.map(armourText) }),
    ...(block.type === "context" && Array.isArray(block.elements) && { elements: block.elements.map(armourText) }),
    ...("title" in block && { title: armourText(block.title) }),
  });
  return { blocks: blocks.map(armourBlock), literals };
}

/** `verbatim` only keeps Slack from linking bare addresses; the renderer takes it for "no markup at all" and never sees it. */
function armourMrkdwn(text: string, literal: (text: string) => string, verbatim: boolean): string {
  return nameBidiControls(text).replace(MRKDWN_PIECES, (piece, ...rest) => {
    const { code, control, address, emoji, entity } = rest.at(-1) as Record<string, string | undefined>;
    if (emoji !== undefined) return piece;
    if (address !== undefined) return verbatim ? literal(disarm(piece)) : disarm(piece);
    if (code !== undefined || control !== undefined) return disarm(piece);
    return literal(entity === undefined ? piece : characterOf(entity));
  });
}

/** Entities as characters, inside code and links: there they cannot be stand-ins. */
function disarm(text: string): string {
  return text.replace(/&(?:lt|gt|amp);/g, (entity) => {
    if (entity === "&lt;") return `<${WORD_JOINER}`;
    return entity === "&gt;" ? `${WORD_JOINER}>` : "&";
  });
}

const characterOf = (entity: string) => ({ "&lt;": "<", "&gt;": ">", "&amp;": "&" })[entity] ?? entity;

/** `\u202E` is shown as its code point, so that text can neither hide nor turn around. */
function nameBidiControls(text: string): string {
  return text.replace(BIDI_CONTROL, (control) => `[U+${control.charCodeAt(0).toString(16).toUpperCase()}]`);
}

/** A message without blocks, as the section that Slack would show for it. */
export function blocksOfText(text: string): Block[] {
  return text === "" ? [] : [{ type: "section", text: { type: "mrkdwn", text } }];
}

/** One line for lists and names: no markup, entities as characters. */
export function oneLine(blocks: readonly Block[] | null | undefined, fallback: string | null | undefined): string {
  const first = blocks?.map((block) => plainText(block.text)).find((text) => text !== undefined);
  return nameBidiControls(first ?? fallback ?? "")
    .replace(/<(?:https?:|mailto:)[^|>]*\|([^>]*)>/g, "$1")
    .replace(/[*_~`]/g, "")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&amp;/g, "&")
    .replace(/\s+/g, " ")
    .trim();
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
