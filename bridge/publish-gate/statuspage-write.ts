import * as z from "zod";
import type { SendOnceOutcome, SendOnceRequest } from "../platform/send-once.ts";
import { type ApprovedPublish, spend } from "./approved-publish.ts";

const PublicReply = z.object({
  id: z.string().min(1).max(64),
  status: z.string().max(64),
  shortlink: z.string().max(2_000).default(""),
  incident_updates: z
    .array(z.object({ id: z.string().max(64), status: z.string(), created_at: z.string() }))
    .default([])
    // Newest first, as the page is read elsewhere: both must name the same revision.
    .transform((updates) => updates.toSorted((a, b) => Date.parse(b.created_at) - Date.parse(a.created_at))),
});

export type WriteOutcome =
  | { kind: "published"; targetId: string; url: string; rev: string }
  /** The page said no: nothing was done and repeating will not help. */
  | { kind: "refused"; reason: string }
  /** Surely not acted on; may be sent again after `waitMs`. */
  | { kind: "deferred"; reason: string; waitMs: number }
  /** It may or may not be public. Nothing may be sent until the page was read. */
  | { kind: "unknown"; reason: string };

/** Connect, headers and body together. */
export const WRITE_TIMEOUT_MS = 10_000;
const RETRY_MS = 5_000;
/** The page's limit window when it names no other: 60 s. */
const LIMIT_WINDOW_MS = 60_000;
const REFUSALS = new Set([400, 401, 403, 404, 409, 422]);

/** The newest update names the revision: whoever posts another one changes it. */
export const revisionOf = (updates: readonly { id: string; status: string }[], status: string): string =>
  `${updates[0]?.id ?? "none"}|${status}`;

/**
 * The one place that can write to the status page. One HTTP call on a fresh connection, no redirect, no repeat at any layer:
 * the page has no idempotency key, so a slow success sent again would mail every customer twice.
 */
export function createStatuspageWrite(deps: {
  baseUrl: string;
  apiKey: () => Promise<string>;
  sendOnce: (request: SendOnceRequest) => Promise<SendOnceOutcome>;
  timeoutMs?: number;
}): { write(approved: ApprovedPublish, inTime?: () => boolean): Promise<WriteOutcome> } {
  return {
    async write(approved, inTime = () => true) {
      const apiKey = await readKey(deps.apiKey);
      if (apiKey === undefined) return notSent("the key of the page could not be read");
      // The key may have been slow to come: who holds no lease any more must not send.
      if (!inTime()) return notSent("preparing took too long");
      const { method, path, body } = spend(approved);
      const outcome = await deps.sendOnce({
        method,
        url: `${deps.baseUrl}${path}`,
        headers: { authorization: `OAuth ${apiKey}`, "content-type": "application/json", accept: "application/json" },
        body,
        timeoutMs: deps.timeoutMs ?? WRITE_TIMEOUT_MS,
      });
      return classify(outcome);
    },
  };
}

/** Undefined when the store of secrets fails: nothing was sent then, so waiting costs only time. */
const readKey = (apiKey: () => Promise<string>): Promise<string | undefined> => apiKey().catch(() => undefined);

const notSent = (reason: string): WriteOutcome => ({ kind: "deferred", reason, waitMs: RETRY_MS });

/** What an answer means for whether customers can read the text. Anything not listed is unknown. */
export function classify(outcome: SendOnceOutcome): WriteOutcome {
  if (outcome.kind === "not-sent") return notSent("the page could not be reached");
  if (outcome.kind === "unknown") return { kind: "unknown", reason: "the page did not answer in time" };
  const { status, headers, body } = outcome;
  if (status === 200 || status === 201) {
    const reply = readReply(body);
    return reply
      ? {
          kind: "published",
          targetId: reply.id,
          url: reply.shortlink,
          rev: revisionOf(reply.incident_updates, reply.status),
        }
      : { kind: "unknown", reason: "the page answered something unreadable" };
  }
  if (status === 420 || status === 429) {
    const seconds = Number(headers["retry-after"]);
    const waitMs = Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 600) * 1_000 : LIMIT_WINDOW_MS;
    return { kind: "deferred", reason: "the page limits how often we may write", waitMs };
  }
  if (REFUSALS.has(status)) return { kind: "refused", reason: `the page answered ${status}: ${errorText(body)}` };
  return { kind: "unknown", reason: `the page answered ${status}` };
}

function readReply(body: string): z.infer<typeof PublicReply> | undefined {
  try {
    return PublicReply.parse(JSON.parse(body));
  } catch {
    // An answer of 2xx that we cannot read still means that the page acted: the caller looks before sending again.
    return undefined;
  }
}

/** Statuspage documents `message`; `error` as text or list is seen too. */
function errorText(body: string): string {
  const Errors = z.object({
    message: z.string().optional(),
    error: z.union([z.string(), z.array(z.string())]).optional(),
  });
  try {
    const { message, error } = Errors.parse(JSON.parse(body));
    return (message ?? (Array.isArray(error) ? error.join("; ") : error) ?? "no reason given").slice(0, 300);
  } catch {
    return "no readable reason";
  }
}
