import { type Mrkdwn, plain, sentence, slackLength } from "./text.ts";

/** Slack's limits for what we build. */
export const BLOCK_LIMITS = { blocks: 50, section: 3_000, header: 150, button: 75, elements: 25, option: 75 } as const;

export interface PlainText {
  type: "plain_text";
  text: string;
  emoji: false;
}
interface MrkdwnText {
  type: "mrkdwn";
  text: string;
  /** Links and names that Slack would find by itself are left alone. */
  verbatim: true;
}
interface Confirm {
  title: PlainText;
  text: PlainText;
  confirm: PlainText;
  deny: PlainText;
}
export type Element =
  | {
      type: "button";
      action_id: string;
      text: PlainText;
      value: string;
      style?: "primary" | "danger";
      confirm?: Confirm;
    }
  | {
      type: "workflow_button";
      action_id: string;
      text: PlainText;
      style?: "primary" | "danger";
      workflow: { trigger: { url: string; customizable_input_parameters: { name: string; value: string }[] } };
    };
export type Block =
  | { type: "header"; text: PlainText }
  | { type: "section"; block_id?: string; text: PlainText | MrkdwnText }
  | { type: "context"; elements: MrkdwnText[] }
  | { type: "actions"; block_id: string; elements: Element[] }
  | {
      type: "input";
      block_id: string;
      optional: boolean;
      label: PlainText;
      element: Record<string, unknown>;
      hint?: PlainText;
    };

/** A message as Slack takes it: `text` is what a notification shows. */
export interface Rendered {
  text: string;
  blocks: Block[];
}

export const plainText = (text: string, max: number): PlainText => ({
  type: "plain_text",
  text: plain(text, max) || "-",
  emoji: false,
});

export const header = (text: string): Block => ({ type: "header", text: plainText(text, BLOCK_LIMITS.header) });

/** A text shown to the letter: never cut, never interpreted. The caller has made sure that it fits. */
export const exactSection = (blockId: string, text: string): Block => ({
  type: "section",
  block_id: blockId,
  text: { type: "plain_text", text, emoji: false },
});

const mrkdwn = (text: string): MrkdwnText => ({ type: "mrkdwn", text, verbatim: true });

/** A sentence from the bridge for one person; people it names are shown by name. */
export const sentenceSection = (text: string): Block => ({
  type: "section",
  text: mrkdwn(sentence(text, 2_000).text || "-"),
});

/** Lines packed into as few sections as Slack's limit allows; what `maxSections` cannot hold is counted, not hidden. */
export function sections(content: readonly Mrkdwn[], maxSections = 1): Block[] {
  const packed = pack(content, BLOCK_LIMITS.section, maxSections);
  return packed.map((text): Block => ({ type: "section", text: mrkdwn(text) }));
}

/** Small print. */
export function context(content: readonly Mrkdwn[]): Block[] {
  return pack(content, 2_000, 1).map((text): Block => ({ type: "context", elements: [mrkdwn(text)] }));
}

function pack(content: readonly Mrkdwn[], max: number, maxTexts: number): string[] {
  const REST = 60;
  const texts: string[] = [];
  for (const [index, { text }] of content.entries()) {
    // A line is escaped already, so its plain length is its length on the wire.
    const line = text.length > max - REST ? "(a line too long to show)" : text;
    const last = texts.at(-1);
    if (last !== undefined && last.length + 1 + line.length <= max - REST) texts[texts.length - 1] = `${last}\n${line}`;
    else if (texts.length < maxTexts) texts.push(line);
    else {
      texts[texts.length - 1] = `${last}\n… and ${content.length - index} more lines`;
      return texts;
    }
  }
  return texts.filter((text) => text !== "");
}

export const fits = (text: string): boolean => slackLength(text) <= BLOCK_LIMITS.section;
