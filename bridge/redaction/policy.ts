/**
 * Every kind of thing that is taken out. `priority` decides which span wins where two overlap; `oneWay` values are never kept,
 * only their HMAC; `publicWords` is what customers read in place of the value.
 */
interface Policy {
  priority: number;
  oneWay: boolean;
  publicWords: string;
}

/** What stands in public text for a value that can not come back. The publish gate blocks on these words. */
export const GONE = "redacted data";

const gone = (priority: number): Policy => ({ priority, oneWay: true, publicWords: GONE });
const kept = (priority: number, publicWords: string): Policy => ({ priority, oneWay: false, publicWords });

export const POLICIES = {
  PRIVATE_KEY: gone(100),
  JWT: gone(95),
  SLACK_USER: kept(95, "an internal system"),
  URL_CRED: gone(91),
  SECRET: gone(90),
  PERSON: kept(88, "a responder"),
  TERM: kept(88, "a customer"),
  EMAIL: kept(85, "contact details"),
  AWS_ACCOUNT: kept(78, "an internal system"),
  CUSTOMER: kept(78, "a customer"),
  IBAN: gone(76),
  MAC: kept(73, "an internal system"),
  IP: kept(70, "an internal system"),
  HOST: kept(68, "an internal system"),
  CRYPTO: kept(64, GONE),
  CARD: gone(62),
  SSN: gone(62),
  NATID: gone(62),
  ADDRESS: kept(56, "contact details"),
  PHONE: kept(54, "contact details"),
  NAME: kept(45, "a customer"),
} as const satisfies Record<string, Policy>;

export type RedactionType = keyof typeof POLICIES;
export const REDACTION_TYPES = Object.keys(POLICIES) as RedactionType[];

export const isRedactionType = (text: string): text is RedactionType => Object.hasOwn(POLICIES, text);

/** A secret found by `key=value` is weaker evidence than one found by its prefix, and one found by entropy the weakest. */
export const KEYED_SECRET_PRIORITY = 60;
export const ENTROPY_SECRET_PRIORITY = 30;
/** A name that only a list of names tells from other words. */
export const GAZETTEER_NAME_PRIORITY = 20;

/** Text that only looked like a placeholder: swallowed by anything it overlaps. */
export const LITERAL = "LITERAL";
export const LITERAL_PRIORITY = 10;
