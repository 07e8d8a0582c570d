import type { Change } from "../core.ts";
import type { Limits } from "../limits.ts";
import type { HostedManifest } from "../manifest.ts";
import { SlackError } from "../slack-error.ts";
import { type Channel, channelById, type Json, type SlackState } from "../state.ts";
import type { RateLimiter, Tier } from "../tiers.ts";
import type { Arguments } from "./arguments.ts";

/** Whose token it is. */
export interface Caller {
  app: "hosted" | "companion";
  user: string;
  bot_id: string;
  app_id: string;
  scopes: readonly string[];
  execution_id?: string | undefined;
}

/** What the engine must do after a method has committed. Lost together with the call when a fault forgets it. */
export type Aftermath =
  | { type: "execution-ended"; execution_id: string }
  | { type: "activity"; event: Json & { event_type: string } };

/** One Web API call. Methods read and write `state` and nothing else, so that a fault can let a call be forgotten. */
export interface Call {
  state: SlackState;
  caller: Caller;
  args: Arguments;
  now: number;
  url: string;
  limits: Limits;
  limiter: RateLimiter;
  manifest: HostedManifest;
  log(line: string): void;
  changed(change: Change): void;
  after(aftermath: Aftermath): void;
}

export interface Method {
  tier: Tier;
  /** All of these; methods whose scope depends on the channel ask for it themselves. */
  scopes?: readonly string[];
  /** Apps that may call it; absent = both. */
  apps?: readonly Caller["app"][];
  run(call: Call): Json;
}

export type Family = Readonly<Record<string, Method>>;

/** @throws SlackError `missing_scope` naming the scope. */
export function needScope(call: Call, scope: string): void {
  if (!call.caller.scopes.includes(scope)) {
    throw new SlackError("missing_scope", { needed: scope, provided: call.caller.scopes.join(",") });
  }
}

export type ScopeVerb = "read" | "write" | "history";

/** `groups:*` for private channels; for public ones the `channels:*` scope of the same act. */
export function needChannelScope(
  call: Call,
  isPrivate: boolean,
  verb: ScopeVerb,
  act: "manage" | "join" = "manage",
): void {
  if (isPrivate) {
    needScope(call, `groups:${verb}`);
    return;
  }
  needScope(call, verb === "write" ? `channels:${act}` : `channels:${verb}`);
}

/**
 * The channel with this id that an app may know of: public, or private with the app's bot in it.
 * @throws SlackError `channel_not_found` for anything else, so that a private channel does not betray its existence.
 */
export function knownChannel(call: Call, name = "channel"): Channel {
  const channel = channelById(call.state, call.args.required(name));
  if (!channel || (channel.is_private && !channel.members.includes(call.caller.user))) {
    throw new SlackError("channel_not_found");
  }
  return channel;
}

/** @throws SlackError `not_in_channel`, `is_archived`. */
export function memberChannel(call: Call): Channel {
  const channel = knownChannel(call);
  if (!channel.members.includes(call.caller.user)) throw new SlackError("not_in_channel");
  return channel;
}

export function writableChannel(call: Call): Channel {
  const channel = memberChannel(call);
  if (channel.is_archived) throw new SlackError("is_archived");
  return channel;
}

/** Items after `cursor` (an opaque index), at most `limit`. */
export function page<T>(
  call: Call,
  items: readonly T[],
  fallback: number,
  max: number,
): { items: T[]; response_metadata: { next_cursor: string } } {
  const limit = call.args.number("limit", fallback, 1, max);
  const cursor = call.args.text("cursor") ?? "";
  const from = cursor === "" ? 0 : Number(Buffer.from(cursor, "base64").toString("utf8"));
  if (!Number.isInteger(from) || from < 0) throw new SlackError("invalid_cursor");
  const next = from + limit;
  return {
    items: items.slice(from, next),
    response_metadata: { next_cursor: next < items.length ? Buffer.from(String(next)).toString("base64") : "" },
  };
}
