import { COMPANION_APP, COMPANION_BOT, COMPANION_BOT_ID, HOSTED_APP, HOSTED_BOT, HOSTED_BOT_ID } from "../cast.ts";
import type { Change, Core } from "../core.ts";
import { SlackError } from "../slack-error.ts";
import type { Json, SlackState } from "../state.ts";
import { TIERS } from "../tiers.ts";
import { Arguments } from "./arguments.ts";
import { type Aftermath, type Call, type Caller, needScope } from "./call.ts";
import { METHODS } from "./methods.ts";

/** The scopes of the companion app's manifest. */
const COMPANION_SCOPES = ["commands", "chat:write", "users:read", "users:read.email", "usergroups:read"];

/** Whose token this is. @throws SlackError `not_authed`, `invalid_auth`, `token_revoked`. */
export function callerOf(core: Core, state: SlackState, companionToken: string, token: string | undefined): Caller {
  if (!token) throw new SlackError("not_authed");
  if (token === companionToken) {
    return {
      app: "companion",
      user: COMPANION_BOT,
      bot_id: COMPANION_BOT_ID,
      app_id: COMPANION_APP,
      scopes: COMPANION_SCOPES,
    };
  }
  const execution = state.executions.find((one) => one.token === token);
  if (!execution) throw new SlackError("invalid_auth");
  if (execution.ended !== null) throw new SlackError("token_revoked");
  return {
    app: "hosted",
    user: HOSTED_BOT,
    bot_id: HOSTED_BOT_ID,
    app_id: HOSTED_APP,
    scopes: core.manifest.oauth_config.scopes.bot,
    execution_id: execution.id,
  };
}

export interface Answer {
  body: Json;
  caller: Caller | undefined;
  /** Kept back until the caller decides that the call has happened. */
  changes: Change[];
  aftermath: Aftermath[];
}

/**
 * Performs one Web API call on `state` and reports what it changed.
 * @throws RateLimitedError; every refusal of Slack's is an answer with `ok: false`.
 */
export function performCall(
  core: Core,
  state: SlackState,
  companionToken: string,
  name: string,
  token: string | undefined,
  raw: Json,
): Answer {
  const changes: Change[] = [];
  const aftermath: Aftermath[] = [];
  let caller: Caller | undefined;
  try {
    const method = METHODS[name];
    if (!method) {
      core.log(`unknown Web API method ${name}: this Slack does not have it`);
      throw new SlackError("unknown_method", { req_method: name });
    }
    caller = callerOf(core, state, companionToken, token);
    const now = core.clock.now();
    if (method.apps && !method.apps.includes(caller.app)) throw new SlackError("not_allowed_token_type");
    if (typeof method.tier === "number") core.limiter.takePerMinute(`${caller.app} ${name}`, TIERS[method.tier], now);
    const call: Call = {
      state,
      caller,
      args: new Arguments(raw),
      now,
      url: core.url,
      limits: core.limits,
      limiter: core.limiter,
      manifest: core.manifest,
      log: core.log,
      changed: (change) => changes.push(change),
      after: (after) => aftermath.push(after),
    };
    for (const scope of method.scopes ?? []) needScope(call, scope);
    const body = method.run(call);
    const unread = call.args.unread();
    if (unread.length === 0) return { body: { ok: true, ...body }, caller, changes, aftermath };
    // Slack ignores what it does not know. So does this one, but a misspelt argument must not hide.
    core.log(`${name}: unexpected argument ${unread.join(", ")}`);
    return { body: { ok: true, ...body, warning: "unexpected_arguments" }, caller, changes, aftermath };
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
    return { body: { ok: false, error: error.code, ...error.extra }, caller, changes: [], aftermath: [] };
  }
}
