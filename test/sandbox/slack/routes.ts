import { isObject } from "./block-check.ts";
import type { Core } from "./core.ts";
import { type Reply, type Request, readFields, UnreadableBodyError } from "./http-server.ts";
import { WEBHOOK_CALLS_A_MINUTE } from "./limits.ts";
import { workflowFault } from "./link-triggers.ts";
import { RateLimitedError, SlackError } from "./slack-error.ts";
import type { CommandAct, CommandAnswer, SlashCommands } from "./slash-commands.ts";
import type { Json, SlackState, TriggerRecord } from "./state.ts";
import { wait } from "./wait.ts";
import { type Answer, performCall } from "./web-api/server.ts";
import { withFault } from "./with-fault.ts";
import type { WorkflowEngine } from "./workflow-engine.ts";

export interface LoggedRequest {
  at: number;
  method: string;
  user: string;
  ok: boolean;
  error?: string;
  ms: number;
}

export interface RoutesDeps {
  core: Core;
  engine: WorkflowEngine;
  commands: SlashCommands;
  companionToken: string;
  keptRequests: number;
}

const json = (status: number, body: unknown): Reply => ({ status, json: body });

const tooMany = (retryAfterS: number): Reply => ({
  status: 429,
  json: { ok: false, error: "ratelimited" },
  headers: { "retry-after": String(retryAfterS) },
});

/** The HTTP surface: `/api/<method>`, webhook triggers, response_urls, shortcut pages. Anything else is 501 by name. */
export function createRoutes({ core, engine, commands, companionToken, keptRequests }: RoutesDeps) {
  let log: LoggedRequest[] = [];
  const logged = (entry: LoggedRequest): void => {
    log = [...log.slice(-(keptRequests - 1)), entry];
    core.changed({ type: "request", ...entry });
  };

  const commit = ({ changes, aftermath }: Answer): void => {
    for (const change of changes) core.changed(change);
    for (const after of aftermath) {
      if (after.type === "execution-ended") engine.executionEnded(after.execution_id);
      else engine.activity(after.event);
    }
  };

  async function webApi(name: string, request: Request): Promise<Reply> {
    const at = core.clock.now();
    const started = performance.now();
    let fields: Json;
    try {
      fields = readFields(request);
    } catch (error) {
      if (!(error instanceof UnreadableBodyError)) throw error;
      return json(200, { ok: false, error: "invalid_json" });
    }
    const { token: fieldToken, ...raw } = fields;
    const token =
      /^Bearer (.+)$/i.exec(request.headers.authorization ?? "")?.[1] ??
      (fieldToken === undefined ? undefined : String(fieldToken));
    const note = (user: string, error?: string): void =>
      logged({
        at,
        method: name,
        user,
        ok: error === undefined,
        ...(error === undefined ? {} : { error }),
        ms: Math.round(performance.now() - started),
      });
    const perform = (state: SlackState, forget: boolean): Reply => {
      try {
        const answer = performCall(core, state, companionToken, name, token, raw);
        if (!forget) commit(answer);
        note(answer.caller?.user ?? "", answer.body.ok === true ? undefined : String(answer.body.error));
        return json(200, answer.body);
      } catch (error) {
        if (!(error instanceof RateLimitedError)) throw error;
        note("", "ratelimited");
        return tooMany(error.retryAfterS);
      }
    };
    const fault = core.faults.take("slack", name);
    const reply = await withFault(fault, {
      act: () => perform(core.state, false),
      pretend: () => perform(structuredClone(core.state), true),
      rateLimited: (seconds) => {
        note("", "ratelimited");
        return tooMany(seconds);
      },
    });
    if (fault && (fault.kind === "down" || fault.kind === "error")) note("", `fault: ${fault.kind}`);
    return reply;
  }

  const findWebhook = (id: string, secret: string): TriggerRecord | undefined =>
    core.state.triggers.find((trigger) => trigger.id === id && trigger.secret === secret && trigger.type === "webhook");

  function assertFlat(body: string): Json {
    let parsed: unknown;
    try {
      parsed = body === "" ? {} : JSON.parse(body);
    } catch (cause) {
      if (!(cause instanceof SyntaxError)) throw cause;
      throw new SlackError("invalid_webhook_data");
    }
    if (!isObject(parsed)) throw new SlackError("invalid_webhook_data");
    const nested = Object.keys(parsed).filter((key) => typeof parsed[key] === "object" && parsed[key] !== null);
    if (nested.length > 0) {
      throw new SlackError("parameter_validation_failed", {
        response_metadata: {
          messages: nested.map((key) => `[ERROR] ${key} must not be nested: webhook triggers take flat JSON only`),
        },
      });
    }
    return parsed;
  }

  function ring(trigger: TriggerRecord, body: string, act: boolean): Reply {
    try {
      core.limiter.takePerMinute(`webhook ${trigger.id}`, WEBHOOK_CALLS_A_MINUTE, core.clock.now());
      const data = assertFlat(body);
      engine.inputsFor(trigger, data);
      if (act) void startRung(trigger, data);
      return json(200, { ok: true });
    } catch (error) {
      if (error instanceof RateLimitedError) return tooMany(error.retryAfterS);
      if (error instanceof SlackError) return json(400, { ok: false, error: error.code, ...error.extra });
      throw error;
    }
  }

  /** The webhook was answered already; never rejects. */
  async function startRung(trigger: TriggerRecord, data: Json): Promise<void> {
    try {
      const { start } = await workflowFault(core, trigger.workflow);
      if (start) engine.start(trigger, null, data);
    } catch (error) {
      core.log(`trigger ${trigger.key} did not start: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  function webhook(id: string, secret: string, body: string): Promise<Reply> | Reply {
    const trigger = findWebhook(id, secret);
    if (!trigger) return json(404, { ok: false, error: "trigger_not_found" });
    core.changed({ type: "trigger", trigger: trigger.key });
    return withFault(core.faults.take("slack", `trigger:${trigger.key}`), {
      act: () => ring(trigger, body, true),
      pretend: () => ring(trigger, body, false),
      rateLimited: tooMany,
    });
  }

  function responseUrl(id: string, request: Request): Reply {
    try {
      commands.respond(id, readFields(request));
      return { status: 200, text: "ok" };
    } catch (error) {
      if (error instanceof SlackError)
        return json(error.code.endsWith("_url") ? 404 : 400, { ok: false, error: error.code, ...error.extra });
      if (error instanceof UnreadableBodyError) return json(400, { ok: false, error: "invalid_payload" });
      throw error;
    }
  }

  async function handle(request: Request): Promise<Reply> {
    const [, first = "", second = "", third = "", fourth = ""] = request.url.pathname.split("/");
    if (first === "api" && second !== "" && third === "") return webApi(second, request);
    if (first === "triggers" && request.method === "POST") return webhook(third, fourth, request.body);
    if (first === "commands" && request.method === "POST") return responseUrl(third, request);
    if (first === "shortcuts")
      return { status: 200, text: "A link trigger. In Slack this opens its workflow; here run it from the console." };
    core.log(`${request.method} ${request.url.pathname}: this Slack has no such route`);
    return json(501, { ok: false, error: "not_implemented", detail: `${request.method} ${request.url.pathname}` });
  }

  /** A person types a slash command, under a fault on `command` if there is one. */
  async function command(act: CommandAct): Promise<CommandAnswer> {
    const fault = core.faults.take("slack", "command");
    switch (fault?.kind) {
      case undefined:
        return commands.run(act);
      case "slow":
        await wait(fault.ms ?? 1_000);
        return commands.run(act);
      case "commit_then_drop":
      case "malformed":
        await commands.run(act);
        throw new SlackError("dispatch_failed", { detail: "the reply was lost" });
      case "accept_then_lose":
        return { response: null, messages: [] };
      default:
        throw new SlackError("dispatch_failed", { detail: `fault: ${fault?.kind ?? "unknown"}` });
    }
  }

  return { handle, command, requests: () => [...log] };
}
