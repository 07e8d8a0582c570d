import type { SlackAPIClient } from "deno-slack-sdk/types.ts";
import * as z from "zod/mini";
import { type Clock, type Instant, systemClock, within } from "./clock.ts";

type Body = Record<string, unknown>;

/** What one Web API call came to. A refusal is a value here, whichever way the SDK delivered it. */
type SlackReply = { ok: true; body: Body } | SlackRefusal;

export interface SlackRefusal {
  ok: false;
  /** Slack's error name, with the scope or the block it complains about where Slack says so. */
  error: string;
  /** True when the same call may succeed later: rate limit, timeout, Slack's own trouble. */
  transient: boolean;
  retryAfterMs?: number;
  body: Body;
}

export interface Slack {
  call(method: string, args: Body): Promise<SlackReply>;
}

/** A hung call must not eat the whole execution. */
const CALL_TIMEOUT_MS = 8_000;
/** A short rate limit is waited out; a longer one is reported, so that other work goes on. */
const WAIT_OUT_MS = 3_000;
const MAX_WAITS = 3;

const TRANSIENT = new Set([
  "ratelimited",
  "rate_limited",
  "internal_error",
  "fatal_error",
  "service_unavailable",
  "request_timeout",
  "timeout",
  "network",
]);

const Explained = z.object({
  error: z.optional(z.string()),
  needed: z.optional(z.string()),
  response_metadata: z.optional(z.object({ messages: z.optional(z.array(z.string())) })),
});

/** Thrown by the SDK for any HTTP status but 2xx. */
const HttpError = z.object({ status: z.int() });

/**
 * The SDK's client behind one door: it does not throw on `ok: false`, throws on every other status than 2xx
 * (429 with its Retry-After included) and never gives up waiting; here all three become a `SlackReply`.
 * A 429 was surely not acted on, so a short one is waited out and repeated; nothing else is repeated here.
 * No call is started after `deadline`.
 */
export function slackOf(
  client: SlackAPIClient,
  { deadline = Number.POSITIVE_INFINITY, clock = systemClock }: { deadline?: Instant; clock?: Clock } = {},
): Slack {
  const once = async (method: string, args: Body): Promise<SlackReply> => {
    const left = Math.min(CALL_TIMEOUT_MS, deadline - clock.now());
    if (left <= 0) return refusal("timeout", {});
    return await within(
      client.apiCall(method, args).then(answered, (thrown: unknown) => failed(thrown)),
      left,
      () => refusal("timeout", {}),
    );
  };
  return {
    async call(method, args) {
      let reply = await once(method, args);
      for (let waits = 0; waits < MAX_WAITS && !reply.ok && reply.retryAfterMs !== undefined; waits += 1) {
        const { retryAfterMs } = reply;
        if (retryAfterMs > WAIT_OUT_MS || clock.now() + retryAfterMs >= deadline) return reply;
        await clock.sleep(retryAfterMs);
        reply = await once(method, args);
      }
      return reply;
    },
  };
}

function refusal(error: string, body: Body, retryAfterMs?: number): SlackRefusal {
  return {
    ok: false,
    error,
    transient: TRANSIENT.has(error) || retryAfterMs !== undefined,
    body,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

function answered(reply: { ok: boolean; toFetchResponse?: unknown } & Body): SlackReply {
  const { toFetchResponse: _response, ...body } = reply;
  if (reply.ok) return { ok: true, body };
  const parsed = z.safeParse(Explained, body);
  const { error = "unknown_error", needed, response_metadata } = parsed.success ? parsed.data : {};
  const { ok: _ok, ...known } = refusal(error, body);
  const detail = needed ? `needs ${needed}` : response_metadata?.messages?.[0];
  return { ok: false, ...known, error: detail ? `${error} (${detail.slice(0, 200)})` : error };
}

function failed(thrown: unknown): SlackRefusal {
  const http = z.safeParse(HttpError, thrown);
  if (!http.success) return refusal("network", {});
  if (http.data.status === 429) return refusal("ratelimited", {}, retryAfterMs(thrown));
  if (http.data.status >= 500) return { ...refusal(`http_${http.data.status}`, {}), transient: true };
  return refusal(`http_${http.data.status}`, {});
}

/** Slack sends whole seconds; without the header one second is its documented rhythm for messages. */
function retryAfterMs(thrown: unknown): number {
  const headers = typeof thrown === "object" && thrown !== null && "headers" in thrown ? thrown.headers : undefined;
  const has = typeof headers === "object" && headers !== null && "get" in headers && typeof headers.get === "function";
  const seconds = has ? Number((headers as Pick<Headers, "get">).get("retry-after") ?? 1) : 1;
  return Number.isFinite(seconds) && seconds > 0 ? Math.ceil(seconds * 1000) : 1_000;
}

const Named = z.object({ ts: z.string() });

/** The `ts` of the message a post or an update answered with. */
export const tsOf = (reply: { body: Body }): string | undefined => {
  const parsed = z.safeParse(Named, reply.body);
  return parsed.success ? parsed.data.ts : undefined;
};
