import type { Env } from "deno-slack-sdk/types.ts";
import * as z from "zod/mini";
import { type Command, CommandReply } from "../shared/contracts/commands.ts";
import { ClaimReply, type ClaimRequest, type EffectReport, ReportReply } from "../shared/contracts/outbox.ts";
import { type Query, QueryReply } from "../shared/contracts/queries.ts";
import type { StepCommand } from "../shared/contracts/steps.ts";
import { SIGNATURE_HEADER, signRequest, TIMESTAMP_HEADER } from "../shared/signing.ts";
import { type Clock, systemClock } from "./clock.ts";

/**
 * What asking the bridge came to.
 * `unreachable`: nobody knows whether it was recorded, except for `not-configured`, `not-allowed` and `no-connection`; repeat it.
 * `refused-request`: the bridge will not take this request from this app; repeating it changes nothing.
 */
export type Outcome<T> =
  | { kind: "answered"; reply: T }
  | { kind: "unreachable"; why: Unreachable }
  | { kind: "refused-request"; status: number; message: string };

type Unreachable =
  | "not-configured"
  | "not-allowed"
  | "no-connection"
  | "timeout"
  | "bridge-failed"
  | "unreadable-reply";

export interface BridgeClient {
  send(command: Command | StepCommand, timeoutMs?: number): Promise<Outcome<CommandReply>>;
  ask(query: Query): Promise<Outcome<QueryReply>>;
  /** Held by the bridge for up to `waitMs` of the request while there is nothing to do. */
  claim(request: ClaimRequest, timeoutMs: number): Promise<Outcome<ClaimReply>>;
  /** @param trace the `traceparent` that came with the work */
  report(effectId: string, report: EffectReport, trace?: string): Promise<Outcome<ReportReply>>;
}

/** Slack gives a button ten seconds and people less; the bridge answers in well under one. */
export const BRIDGE_TIMEOUT_MS = 5_000;
const REPLY_MAX_CHARS = 2_000_000;

const Problem = z.object({ error: z.object({ message: z.string() }) });

/** The only way out of the hosted app but Slack's own API. Every request is signed and bounded in time. */
export function bridgeClient(env: Env, { clock = systemClock }: { clock?: Clock } = {}): BridgeClient {
  const post = async <T>(
    path: string,
    content: unknown,
    schema: z.ZodMiniType<T>,
    timeoutMs: number,
    trace?: string,
  ): Promise<Outcome<T>> => {
    const base = env.BRIDGE_BASE_URL;
    const secret = env.BRIDGE_SHARED_SECRET;
    if (!base || !secret || !URL.canParse(path, base)) return { kind: "unreachable", why: "not-configured" };
    const url = new URL(path, base);
    const body = JSON.stringify(content);
    const timestamp = String(Math.floor(clock.now() / 1000));
    // What is signed is what the URL parser made of the path, for that is what travels.
    const signature = await signRequest({ method: "POST", path: url.pathname + url.search, timestamp, body }, secret);

    let response: Response;
    let text: string;
    try {
      response = await fetch(url, {
        method: "POST",
        body,
        redirect: "error",
        signal: AbortSignal.timeout(Math.max(1, Math.ceil(timeoutMs))),
        headers: {
          "content-type": "application/json",
          [TIMESTAMP_HEADER]: timestamp,
          [SIGNATURE_HEADER]: signature,
          ...(trace === undefined ? {} : { traceparent: trace }),
        },
      });
      text = await response.text();
    } catch (thrown) {
      return { kind: "unreachable", why: whyNot(thrown) };
    }
    const reply = text.length > REPLY_MAX_CHARS ? undefined : parsedJson(text);
    // 429 and 408 pass, as a 5xx does.
    if (response.status >= 500 || response.status === 429 || response.status === 408) {
      return { kind: "unreachable", why: "bridge-failed" };
    }
    if (!response.ok) {
      const problem = z.safeParse(Problem, reply);
      const message = problem.success ? problem.data.error.message : undefined;
      return {
        kind: "refused-request",
        status: response.status,
        message: (message ?? "no reason given").slice(0, 300),
      };
    }
    const parsed = z.safeParse(schema, reply);
    return parsed.success ? { kind: "answered", reply: parsed.data } : { kind: "unreachable", why: "unreadable-reply" };
  };

  return {
    send: (command, timeoutMs = BRIDGE_TIMEOUT_MS) => post("/v1/commands", command, CommandReply, timeoutMs),
    ask: (query) => post("/v1/queries", query, QueryReply, BRIDGE_TIMEOUT_MS),
    claim: (request, timeoutMs) => post("/v1/outbox/claim", request, ClaimReply, timeoutMs),
    report: (effectId, report, trace) =>
      post(`/v1/outbox/${effectId}/done`, report, ReportReply, BRIDGE_TIMEOUT_MS, trace),
  };
}

/** Deno names a host that the manifest does not list PermissionDenied, since version 2 NotCapable. */
function whyNot(thrown: unknown): Unreachable {
  const name = thrown instanceof Error || thrown instanceof DOMException ? thrown.name : "";
  if (name === "TimeoutError" || name === "AbortError") return "timeout";
  return name === "PermissionDenied" || name === "NotCapable" ? "not-allowed" : "no-connection";
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON is "unreadable" to every schema, which is what the caller reports.
    return undefined;
  }
}
