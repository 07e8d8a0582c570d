/** The first word and what follows it. */
export function firstWord(text: string): { word: string; rest: string } {
  const [word = ""] = text.trim().split(/\s/, 1);
  return { word, rest: text.trim().slice(word.length).trim() };
}

/**
 * What a person typed, from Slack's escaped form of it: links bare, entities as characters, mentions of people as `<@U…>`,
 * every other mention as plain words. Normal form C, no blank ends. It is as free as any text of people: escape it to show it.
 * Source of the escaped forms: https://docs.slack.dev/messaging/formatting-message-text/
 */
export const typedText = (escaped: string): string =>
  escaped
    .replace(/<(https?:\/\/[^|<>]*)(?:\|[^<>]*)?>/g, "$1")
    .replace(/<@([UW][A-Z0-9]{1,20})(?:\|[^<>]*)?>/g, "<@$1>")
    .replace(/<#[A-Z0-9]{1,20}\|([^<>]*)>/g, "#$1")
    .replace(/<![^|<>]*\|([^<>]*)>/g, "$1")
    .replace(/<!([^|<>]*)>/g, "@$1")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&")
    .toWellFormed()
    .normalize("NFC")
    .trim();

/** Whether somebody could learn something from these words: a dot or a space that cannot be seen is no reason. */
export const saysSomething = (words: string): boolean => /[\p{L}\p{N}]/u.test(words);

/** Nothing of what a person wrote for the record is cut; `length` in UTF-16 units. */
export const tooLong = (what: string, { length }: string, limit: number): string =>
  `Nothing was recorded: the ${what} has ${length} characters, and at most ${limit} can be kept. Shorten it and type the command again.`;

/** Everybody who is mentioned, once each, and the words that mention nobody. */
export function mentionedPeople(text: string): { userIds: string[]; rest: string } {
  const mention = /<@([UW][A-Z0-9]{1,20})>/g;
  const userIds = [...new Set([...text.matchAll(mention)].flatMap(([, userId]) => userId ?? []))];
  return {
    userIds,
    rest: text
      .replace(mention, " ")
      .replace(/[\s,]+/g, " ")
      .trim(),
  };
}

/** Whoever is mentioned first of all, and what follows. */
export function mentionedPerson(text: string): { userId: string | undefined; rest: string } {
  const mention = /^<@([UW][A-Z0-9]{1,20})>/.exec(text.trim());
  return mention
    ? { userId: mention[1], rest: text.trim().slice(mention[0].length).trim() }
    : { userId: undefined, rest: text.trim() };
}
