import * as z from "zod";
import type { Instant } from "../platform/clock.ts";
import type { Expiry } from "./expiry.ts";

/** Vendors name days or instants; a day ends what it names at its beginning, so that nobody is a day late. */
const EndOf = z.union([z.iso.date(), z.iso.datetime({ offset: true })]).transform((text) => Date.parse(text));

/** Slack's rotating tokens live so long and have to be exchanged for new ones, which nothing here does. */
const SLACK_ROTATING = /^xoxe\./;
const SLACK_ROTATING_MS = 12 * 3_600_000;

/**
 * When what a secret holds ends, as far as the secret itself says: by the `expires_at` that an operator wrote beside the key, or by
 * the kind of its token. Pure; gives out nothing of the value.
 * @param storedAt when this version was stored
 */
export function secretExpiry(value: string, storedAt: Instant | undefined): Expiry {
  const fields = fieldsOf(value);
  if (fields.expires_at !== undefined) {
    const parsed = EndOf.safeParse(fields.expires_at);
    return parsed.success
      ? { kind: "ends", at: parsed.data }
      : { kind: "unknown", why: "its expires_at is neither a date (2027-03-01) nor an instant (2027-03-01T12:00:00Z)" };
  }
  if (typeof fields.bot_token !== "string" || !SLACK_ROTATING.test(fields.bot_token)) return { kind: "none" };
  return storedAt === undefined
    ? { kind: "unknown", why: "it is a rotating token and nobody says when it was stored" }
    : { kind: "ends", at: storedAt + SLACK_ROTATING_MS };
}

/** Of a secret that is an object; a plain text has none. */
function fieldsOf(value: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === "object" && parsed !== null ? { ...parsed } : {};
  } catch {
    // Most of our own secrets are one text, and that is no mistake.
    return {};
  }
}
