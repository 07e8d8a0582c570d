import { type Block, plainText } from "./world.ts";

/*
 * slack-blocks-to-jsx 1.1.1 reads every text as Markdown: it parses plain_text, turns escaped `&lt;!channel&gt;` back into
 * a live mention and follows `[x](y)` links that Slack does not have. Here texts are put into a form in which that parser
 * shows exactly what Slack would show.
 */

/** Invisible and zero-width: keeps the parser from seeing a control sequence in text that Slack shows as it is. */
const WORD_JOINER = "\u2060";
const LITERAL_ID = "LITERAL";
const EMOJI = /(:[a-z0-9_+-]{1,60}:)/;

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
    literals.set(id, text);
    return `<@${id}>`;
  };
  const armourText = (value: unknown): unknown => {
    if (!isRecord(value) || typeof value.text !== "string") return value;
    if (value.type === "mrkdwn") return { ...value, text: disarmMrkdwn(value.text) };
    if (value.type !== "plain_text") return value;
    const parts = value.emoji === false ? [value.text] : value.text.split(EMOJI);
    return { ...value, text: parts.map((part) => (EMOJI.test(part) || part === "" ? part : literal(part))).join("") };
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

/** mrkdwn in which `&lt;`, `&gt;` and `&amp;` become characters without becoming syntax. */
export function disarmMrkdwn(text: string): string {
  return text
    .replace(/&(lt|gt|amp);/g, (_, name) =>
      name === "lt" ? `<${WORD_JOINER}` : name === "gt" ? `${WORD_JOINER}>` : `&${WORD_JOINER}`,
    )
    .replace(/\](?=[([:])/g, `]${WORD_JOINER}`);
}

/** A message without blocks, as the section that Slack would show for it. */
export function blocksOfText(text: string): Block[] {
  return text === "" ? [] : [{ type: "section", text: { type: "mrkdwn", text } }];
}

/** One line for lists and names: no markup, entities as characters. */
export function oneLine(blocks: readonly Block[] | null | undefined, fallback: string | null | undefined): string {
  const first = blocks?.map((block) => plainText(block.text)).find((text) => text !== undefined);
  return (first ?? fallback ?? "")
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
