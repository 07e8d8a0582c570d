/**
 * Characters that lie about what a text says: control, format (bidi overrides, zero width), private use,
 * lone surrogates, line and paragraph separators. Line feeds are kept where lines are.
 */
const DECEIVING = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu;
const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
const CUT = " … (cut)";

/** How Slack counts: `&`, `<` and `>` as the entities they travel as. */
export function slackLength(text: string): number {
  let length = text.length;
  for (const character of text) length += (ENTITIES[character]?.length ?? 1) - 1;
  return length;
}

const oneLine = (text: string) => text.replace(/\s+/gu, " ").replace(DECEIVING, "").trim();
const manyLines = (text: string) =>
  text
    .replace(/\r\n?/g, "\n")
    .replace(DECEIVING, (character) => (character === "\n" ? "\n" : character === "\t" ? " " : ""))
    .trim();

function clip(text: string, max: number, draw: (character: string) => string): string {
  if (slackLength(text) <= max) return Array.from(text, draw).join("");
  let drawn = "";
  let room = max - CUT.length;
  for (const character of text) {
    room -= slackLength(character);
    if (room < 0) break;
    drawn += draw(character);
  }
  return drawn + CUT;
}

/** Data for a plain_text object: deceiving characters out, one line, visibly cut at `max`. */
export const plain = (text: string, max: number): string => clip(oneLine(text), max, (character) => character);

/** Text that is safe to stand in a mrkdwn object: made by `md`, `lines`, `mention`, `link` and `date` only. */
export class Mrkdwn {
  constructor(readonly text: string) {}
}

// A backtick would open a code span and swallow what follows.
const escaped = (character: string) => ENTITIES[character] ?? (character === "`" ? "'" : character);

const WORDS_MAX = 300;

/** Escaped data of one line. `<!channel>`, `<@U…>` and `<https://…|bank>` come out as the characters they are. */
export const words = (text: string, max = WORDS_MAX): Mrkdwn => new Mrkdwn(clip(oneLine(text), max, escaped));

/** A sentence of the bridge: escaped like any data, except that people it names by Slack id are mentioned. */
export const sentence = (text: string, max = WORDS_MAX): Mrkdwn =>
  new Mrkdwn(words(text, max).text.replace(/&lt;@([UW][A-Z0-9]{1,20})&gt;/g, "<@$1>"));

/** Something to be copied, as code: entities and spaces as they are, and no backtick to end it early. */
export const code = (text: string, max = 400): Mrkdwn => new Mrkdwn(`\`${clip(oneLine(text), max, escaped) || " "}\``);

/** Escaped data that may have line breaks. */
export const lines = (text: string, max: number): Mrkdwn => new Mrkdwn(clip(manyLines(text), max, escaped));

/** Our own words with data between them; the data is escaped unless it is `Mrkdwn` already. */
export function md(ours: TemplateStringsArray, ...data: (string | number | Mrkdwn)[]): Mrkdwn {
  const drawn = data.map((part) => (part instanceof Mrkdwn ? part.text : words(String(part)).text));
  return new Mrkdwn(ours.reduce((text, piece, index) => text + piece + (drawn[index] ?? ""), ""));
}

export const joined = (parts: readonly Mrkdwn[], between: string): Mrkdwn =>
  new Mrkdwn(parts.map(({ text }) => text).join(between));

/** Notifies that person. Ids are checked by the contracts; anything else is shown as text. */
export const mention = (userId: string): Mrkdwn =>
  /^[UW][A-Z0-9]+$/.test(userId) ? new Mrkdwn(`<@${userId}>`) : words(userId, 30);

/** Notifies everybody in that user group. */
export const mentionGroup = (groupId: string): Mrkdwn =>
  /^S[A-Z0-9]+$/.test(groupId) ? new Mrkdwn(`<!subteam^${groupId}>`) : words(groupId, 30);

const LINK_MAX = 1_500;

/** A link to the web, and only there. What is no web address is shown as its title alone. */
export function link({ title, url }: { title: string; url: string }): Mrkdwn {
  const label = words(title.replaceAll("|", "/"), 80);
  const target = URL.canParse(url) ? new URL(url) : undefined;
  if (!target || !["https:", "http:"].includes(target.protocol)) return md`${label} (no usable link)`;
  const href = target.href
    .replaceAll("|", "%7C")
    .replaceAll(">", "%3E")
    .replaceAll("<", "%3C")
    .replaceAll("&", "&amp;");
  return href.length > LINK_MAX ? md`${label} (link too long)` : new Mrkdwn(`<${href}|${label.text}>`);
}

/** A moment in the reader's own time zone. */
export function date(iso: string): Mrkdwn {
  const ms = Date.parse(iso);
  if (Number.isNaN(ms)) return words(iso, 40);
  return new Mrkdwn(`<!date^${Math.floor(ms / 1000)}^{date_short_pretty} {time}|${new Date(ms).toISOString()}>`);
}
