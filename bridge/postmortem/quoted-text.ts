import { redact } from "../redaction/index.ts";
import { nameOf, type People } from "./people.ts";

/** Hosts of ours and responders may be read by everybody who reads postmortems; customers' data and secrets may not. */
const KEPT = new Set(["HOST", "PERSON", "SLACK_USER"]);
const WORDS: Readonly<Record<string, string>> = {
  EMAIL: "e-mail address",
  IP: "IP address",
  MAC: "hardware address",
  NAME: "name",
  PHONE: "phone number",
  CARD: "card number",
  ADDRESS: "address",
  CUSTOMER: "customer id",
  AWS_ACCOUNT: "account id",
};

const gone = (type: string) => `[${WORDS[type] ?? "secret"} removed]`;
const namesOf = (people: People) => [...new Set(people.values())];

/** Free text from the ledger as one line without secrets and customer data. Mentions become names. */
export function publishable(text: string, people: People): string {
  const named = text.replace(/<@([UW][A-Z0-9]{5,20})(?:\|[^<>\n]{0,100})?>/g, (_, userId: string) =>
    nameOf(people, userId),
  );
  const parts: string[] = [];
  let done = 0;
  const { hidden } = people;
  for (const { type, start, end, placeholder } of redact(named, { knownNames: hidden ?? namesOf(people) }).findings) {
    if (KEPT.has(type) && !(type === "PERSON" && hidden)) continue;
    const instead = type === "LITERAL" ? placeholder : type === "PERSON" ? "a responder" : gone(type);
    parts.push(named.slice(done, start), instead);
    done = end;
  }
  parts.push(named.slice(done));
  return parts.join("").replace(/\s+/g, " ").trim();
}

/** What stands in a quotation in place of something; not part of the quoted words. */
export const REMOVED = /\[[a-z -]{1,20} removed\]|…/i;

/** The text in quotation marks, at most `max` characters of it. */
export function quoted(text: string, people: People, max = 300): string {
  const line = publishable(text, people).replace(/[“”]/g, '"');
  return `“${line.length <= max ? line : `${line.slice(0, max - 1).trimEnd()}…`}”`;
}
