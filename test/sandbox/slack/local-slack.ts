import { join, resolve } from "node:path";
import type { FaultBoard } from "../faults.ts";
import { type BuiltWorkflowAct, runBuiltWorkflow } from "./built-workflow.ts";
import { freshState } from "./cast.ts";
import { type ClickAct, type ClickAnswer, click } from "./clicks.ts";
import type { Change, Clock, Core } from "./core.ts";
import { denoRuntime } from "./deno-runtime.ts";
import { listen } from "./http-server.ts";
import { KEPT_REQUESTS, type Limits, SLACK_LIMITS } from "./limits.ts";
import { type RunAct, type RunAnswer, runLink, workflowFault } from "./link-triggers.ts";
import { loadApp } from "./load-app.ts";
import { closeModal, type SubmitAct, type SubmitAnswer, submit } from "./modals.ts";
import { networkRule } from "./outgoing.ts";
import { peopleActs } from "./people.ts";
import { createRoutes, type LoggedRequest } from "./routes.ts";
import { inProcessRuntime } from "./runtime.ts";
import { nextDue } from "./schedule.ts";
import { SlackError } from "./slack-error.ts";
import { type CommandAct, type CommandAnswer, type Companion, SlashCommands } from "./slash-commands.ts";
import { type SlackSnapshot, takeSnapshot } from "./snapshot.ts";
import { type SlackState, type TriggerRecord, triggerByName } from "./state.ts";
import { RateLimiter } from "./tiers.ts";
import { createTrigger, shortcutUrl, webhookUrl } from "./triggers.ts";
import { WorkflowEngine } from "./workflow-engine.ts";

export type { SlackSnapshot } from "./snapshot.ts";

export interface LocalSlackOptions {
  /** Repository root: `source_file` of every function is relative to it. */
  root: string;
  /** Default `<root>/manifest.ts`. */
  manifestPath?: string;
  /** Default `<root>/slack-app/triggers`; every `.ts` file with a default export is a trigger named like the file. */
  triggersDir?: string;
  /** `env` of the functions; SLACK_API_URL is added. */
  env: Record<string, string>;
  /** Target `slack`; request: a Web API method, `trigger:<name>`, `workflow:<callback_id>` or `command`. */
  faults: FaultBoard;
  /** Run functions in Deno child processes instead of this process. */
  deno?: boolean;
  port?: number;
  /** Default 127.0.0.1. */
  host?: string;
  companion: Companion;
  /** What `dump()` gave, to go on from there. */
  state?: unknown;
  log?: (line: string) => void;
  clock?: Clock;
  /** Slack's own limits unless a test shortens one. */
  limits?: Partial<Limits>;
}

type Answered<T> = ({ ok: true } & T) | { ok: false; error: string; [detail: string]: unknown };

export interface LocalSlack {
  url: string;
  /** Ends in `/api/`. */
  apiUrl: string;
  triggers: {
    /** URL of the webhook trigger `doorbell`; empty when the app has none. */
    doorbell: string;
    webhooks: Record<string, string>;
    /** Shortcut URLs of link triggers by name. */
    links: Record<string, string>;
  };
  snapshot(): SlackSnapshot;
  /** The whole state as plain JSON. */
  dump(): unknown;
  onChange(listener: (change: Change) => void): () => void;
  /** Web API log, newest last, bounded. */
  requests(): LoggedRequest[];
  run(act: RunAct): Promise<Answered<RunAnswer>>;
  click(act: ClickAct): Promise<Answered<ClickAnswer>>;
  submit(act: SubmitAct): Promise<Answered<SubmitAnswer>>;
  close(act: { user: string; view_id: string }): Promise<Answered<{ view_id?: string }>>;
  command(act: CommandAct): Promise<Answered<CommandAnswer>>;
  message(act: {
    user: string;
    channel: string;
    text: string;
    thread_ts?: string;
  }): Promise<Answered<{ ts: string; channel: string }>>;
  edit(act: { user: string; channel: string; ts: string; text: string }): Promise<Answered<object>>;
  delete(act: { user: string; channel: string; ts: string }): Promise<Answered<object>>;
  react(act: { user: string; channel: string; ts: string; name: string }): Promise<Answered<object>>;
  pin(act: { user: string; channel: string; ts: string }): Promise<Answered<object>>;
  join(act: { user: string; channel: string }): Promise<Answered<{ channel: string }>>;
  /** Runs a scheduled trigger now. */
  fire(act: { trigger: string }): Promise<Answered<{ execution_id?: string }>>;
  /** A workflow made in Workflow Builder of the app's steps runs to its end. */
  workflow(act: BuiltWorkflowAct): Promise<Answered<{ outputs: Record<string, unknown>[] }>>;
  /** The platform ends a function that runs, as it does at its time limit: its token dies with it. */
  kill(executionId: string): void;
  stop(): Promise<void>;
}

const SCHEDULE_TICK_MS = 1_000;

/** Turns refusals into answers; anything else is a bug and stays a rejection. */
async function answered<T extends object>(act: () => T | Promise<T>): Promise<Answered<T>> {
  try {
    return { ok: true, ...(await act()) };
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
    return { ...error.extra, ok: false, error: error.code };
  }
}

function restored(given: unknown, now: number): SlackState {
  if (given === undefined || given === null) return freshState(now);
  const state = structuredClone(given) as SlackState;
  if (state.version !== 1)
    throw new Error(`Slack state of version ${String(state.version)} cannot be read; start without it`);
  // What was running died with its process; what was open still serves its buttons.
  for (const execution of state.executions) {
    if (execution.status === "running")
      Object.assign(execution, { status: "failed", error: "interrupted by a restart", ended: now });
  }
  for (const run of state.runs) {
    if (run.status === "running" && !state.executions.some((one) => one.run_id === run.id && one.ended === null)) {
      Object.assign(run, { status: "failed", error: "interrupted by a restart" });
    }
  }
  return state;
}

/**
 * Starts a Slack on this machine with the hosted app deployed into it: Web API, workflows, triggers, modals,
 * datastores, slash commands. Everything that Slack refuses, it refuses.
 */
export async function startLocalSlack(options: LocalSlackOptions): Promise<LocalSlack> {
  const root = resolve(options.root);
  const log = options.log ?? (() => {});
  const clock: Clock = options.clock ?? { now: () => Date.now() };
  const listeners = new Set<(change: Change) => void>();
  const state = restored(options.state, clock.now());
  const app = await loadApp({
    root,
    manifestPath: resolve(root, options.manifestPath ?? "manifest.ts"),
    triggersDir: resolve(root, options.triggersDir ?? join("slack-app", "triggers")),
  });
  // The hosted runtime is warm when the pointer's clock starts; a Deno child is not, and its start is not Slack's.
  const warm = options.deno ? { pointerMs: 2 * SLACK_LIMITS.pointerMs } : {};
  const limits = { ...SLACK_LIMITS, ...warm, ...options.limits };
  const core: Core & { url: string } = {
    state,
    clock,
    limits,
    faults: options.faults,
    limiter: new RateLimiter(limits.callWindowMs),
    manifest: app.manifest,
    url: "",
    log,
    changed: (change) => {
      for (const listener of [...listeners]) {
        try {
          listener(change);
        } catch (error) {
          log(`a listener to changes threw: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
    },
    until: (probe, ms) =>
      new Promise((done) => {
        const settle = (value: ReturnType<typeof probe>) => {
          clearTimeout(timer);
          listeners.delete(again);
          done(value);
        };
        const again = () => {
          const value = probe();
          if (value !== undefined) settle(value);
        };
        const timer = setTimeout(() => settle(undefined), ms);
        listeners.add(again);
        again();
      }),
  };
  const variables: Record<string, string> = { ...options.env };
  const rule = () => networkRule(`${core.url}/api/`, app.manifest.outgoing_domains, options.env);
  const runtime = options.deno ? denoRuntime(root, app, rule, log) : inProcessRuntime(app, rule, log);
  const engine = new WorkflowEngine(core, runtime, variables);
  const commands = new SlashCommands(core, options.companion);
  const routes = createRoutes({
    core,
    engine,
    commands,
    companionToken: options.companion.botToken,
    keptRequests: KEPT_REQUESTS,
  });
  let server: Awaited<ReturnType<typeof listen>>;
  try {
    server = await listen(options.host ?? "127.0.0.1", options.port ?? 0, routes.handle, log);
    core.url = server.url;
    variables.SLACK_API_URL = `${server.url}/api/`;
    deployTriggers(core, app.triggers);
  } catch (cause) {
    app.dispose();
    throw cause;
  }
  const people = peopleActs(core, engine);
  const timer = setInterval(() => fireDue(core, engine), SCHEDULE_TICK_MS);
  timer.unref();

  return {
    url: server.url,
    apiUrl: `${server.url}/api/`,
    get triggers() {
      const of = (type: TriggerRecord["type"]) => state.triggers.filter((trigger) => trigger.type === type);
      const webhooks = Object.fromEntries(
        of("webhook").map((one) => [one.key, webhookUrl(core.url, state.team.id, one)]),
      );
      const links = Object.fromEntries(of("shortcut").map((one) => [one.key, shortcutUrl(core.url, one)]));
      return { doorbell: webhooks.doorbell ?? "", webhooks, links };
    },
    snapshot: () => takeSnapshot(state, core.url, Object.keys(app.manifest.datastores)),
    dump: () => structuredClone(state),
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    requests: () => routes.requests(),
    run: (act) => answered(() => runLink(core, engine, act)),
    click: (act) => answered(() => click(core, engine, act)),
    submit: (act) => answered(() => submit(core, engine, act)),
    close: (act) => answered(() => closeModal(core, engine, act)),
    command: (act) => answered(() => routes.command(act)),
    message: (act) => answered(() => people.message(act)),
    edit: (act) => answered(() => people.edit(act)),
    delete: (act) => answered(() => people.delete(act)),
    react: (act) => answered(() => people.react(act)),
    pin: (act) => answered(() => people.pin(act)),
    join: (act) => answered(() => people.join(act)),
    kill: (executionId) => engine.fail(executionId, "killed"),
    fire: ({ trigger: name }) => answered(() => fireNow(core, engine, name)),
    workflow: (act) => answered(() => runBuiltWorkflow(core, engine, act)),
    stop: async () => {
      clearInterval(timer);
      engine.stop();
      await server.close();
      await runtime.stop();
      app.dispose();
    },
  };
}

/** Creates the triggers of files that are new; those kept from an earlier run keep their id, secret and schedule. */
function deployTriggers(core: Core, files: { key: string; definition: unknown }[]): void {
  const { state, manifest, clock } = core;
  const keys = new Set(files.map((file) => file.key));
  state.triggers = state.triggers.filter((trigger) => !trigger.from_file || keys.has(trigger.key));
  for (const { key, definition } of files) {
    const existing = state.triggers.find((trigger) => trigger.from_file && trigger.key === key);
    if (existing?.type === "scheduled") {
      existing.next_due = nextDue(existing.schedule, clock.now());
      continue;
    }
    try {
      createTrigger(state, manifest, clock.now(), definition, { key, from_file: true, existing });
    } catch (cause) {
      if (!(cause instanceof SlackError)) throw cause;
      const metadata = cause.extra.response_metadata as { messages?: string[] } | undefined;
      throw new Error(`trigger ${key}: ${cause.code}, ${(metadata?.messages ?? []).join("; ")}`, { cause });
    }
  }
}

/** Starts a scheduled trigger's workflow; it runs as the trigger's creator, without a person. */
function startScheduled(core: Core, engine: WorkflowEngine, trigger: TriggerRecord): string | undefined {
  const creator = "U07ALEXLIN1";
  const run = engine.start(trigger, null, { user_id: creator });
  return core.state.executions.find((execution) => execution.run_id === run.id)?.id;
}

async function fireNow(core: Core, engine: WorkflowEngine, name: string): Promise<{ execution_id?: string }> {
  const trigger = triggerByName(core.state, name);
  if (!trigger) throw new SlackError("trigger_not_found");
  if (trigger.type !== "scheduled") throw new SlackError("not_a_scheduled_trigger");
  const { start, lost } = await workflowFault(core, trigger.workflow);
  if (!start) throw new SlackError(lost ?? "service_unavailable");
  const execution_id = startScheduled(core, engine, trigger);
  return execution_id === undefined ? {} : { execution_id };
}

function fireDue(core: Core, engine: WorkflowEngine): void {
  const now = core.clock.now();
  for (const trigger of core.state.triggers) {
    if (trigger.type !== "scheduled" || typeof trigger.next_due !== "number" || trigger.next_due > now) continue;
    trigger.next_due = nextDue(trigger.schedule, now);
    fireNow(core, engine, trigger.id).catch((error: unknown) => {
      core.log(
        `scheduled trigger ${trigger.key} did not start: ${error instanceof Error ? error.message : String(error)}`,
      );
    });
  }
}
