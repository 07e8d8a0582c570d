/**
 * What the hosted runtime does with one envelope, the same in Node and in Deno: no `node:`, no `Deno.` here.
 * The rules are numbered as in slackapi/deno-slack-runtime: type, callback id, arguments, handler, answer.
 */

// biome-ignore lint/suspicious/noExplicitAny: modules of the app and Slack's payloads have no type on this side
type Loose = any;

export interface Envelope {
  body: Record<string, unknown>;
  context: { bot_access_token: string; team_id: string; variables: Record<string, string> };
}

export interface DispatchDeps {
  /** The function's module: default export plus optional named handlers. */
  load(callbackId: string): Promise<Loose>;
  /** The SDK's `SlackAPI`. */
  SlackAPI: (token: string, options: { slackApiUrl?: string }) => Loose;
  warn(line: string): void;
}

const HANDLERS: Readonly<Record<string, string>> = {
  block_actions: "blockActions",
  block_suggestion: "blockSuggestion",
  view_submission: "viewSubmission",
  view_closed: "viewClosed",
};

const isUnhandled = (error: unknown): error is Error => error instanceof Error && error.name === "UnhandledEventError";

/**
 * Delivers one envelope to the handler it is for and returns the HTTP response body.
 * @throws whatever the handler throws: the platform answers HTTP 500 and the step fails.
 */
export async function dispatch(envelope: Envelope, deps: DispatchDeps): Promise<unknown> {
  const { context } = envelope;
  const body: Loose = envelope.body;
  const type: string = body.event?.type ?? body.type ?? "";
  const callbackId: string =
    (type === "function_executed" ? body.event?.function?.callback_id : body.function_data?.function?.callback_id) ??
    "";
  if (!callbackId) {
    deps.warn(`${type || "an event without type"} names no function; nothing was called`);
    return {};
  }
  const module = await deps.load(callbackId);
  const token: string = body.event?.bot_access_token ?? body.bot_access_token ?? context.bot_access_token;
  const args = {
    body,
    env: context.variables,
    team_id: context.team_id,
    enterprise_id: body.enterprise_id || body.enterprise?.id || "",
    token,
    inputs: body.event?.inputs ?? body.function_data?.inputs ?? {},
  };
  try {
    if (type === "function_executed") return await runFunction(module, args, deps);
    return await runHandler(type, module, args);
  } catch (error) {
    if (!isUnhandled(error)) throw error;
    const unhandled = module.unhandledEvent ?? module.default?.unhandledEvent;
    if (unhandled) return (await unhandled(args)) ?? {};
    deps.warn(`${callbackId}: ${error.message}`);
    return {};
  }
}

async function runFunction(module: Loose, args: Loose, deps: DispatchDeps): Promise<unknown> {
  if (typeof module.default !== "function") throw new TypeError("the default export is not a function");
  const event = args.body.event;
  const result = await module.default({ ...args, event });
  // A function that returns nothing breaks the platform's own destructuring too.
  const { completed = true, outputs = {}, error } = result;
  const client = deps.SlackAPI(args.token, { slackApiUrl: args.env.SLACK_API_URL });
  const function_execution_id = event.function_execution_id;
  if (error) await client.functions.completeError({ error, function_execution_id });
  else if (completed) await client.functions.completeSuccess({ outputs, function_execution_id });
  return {};
}

async function runHandler(type: string, module: Loose, args: Loose): Promise<unknown> {
  const name = HANDLERS[type];
  const handler = name && (module[name] ?? module.default?.[name]);
  if (!handler) {
    const missing = new Error(`received ${type} but the function has no handler for it`);
    missing.name = "UnhandledEventError";
    throw missing;
  }
  const given =
    type === "block_actions"
      ? { ...args, action: args.body.actions[0] }
      : type === "block_suggestion"
        ? args
        : { ...args, view: args.body.view };
  return (await handler(given)) ?? {};
}
