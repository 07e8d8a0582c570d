import type { Core } from "./core.ts";
import { activePerson, anyChannel } from "./people.ts";
import { interactivityOf, issuePointer } from "./pointers.ts";
import { SlackError } from "./slack-error.ts";
import { type Json, type TriggerRecord, triggerByName, type User } from "./state.ts";
import { wait } from "./wait.ts";
import type { WorkflowEngine } from "./workflow-engine.ts";

/** A function that opened a modal is given this long to return, so that the answer shows the finished modal. */
const SETTLE_WITH_VIEW_MS = 10_000;

export interface RunAct {
  user: string;
  /** File name of the trigger, its name, id or shortcut URL. */
  trigger: string;
  channel?: string | undefined;
  /** Only inputs that the trigger marks customizable. */
  inputs?: Json | undefined;
}

export interface RunAnswer {
  execution_id: string;
  view_id?: string;
}

/** By file name, name, id, or the URL of a link: the host does not matter, the id and secret do. */
export function linkTrigger(core: Core, given: string): TriggerRecord {
  const [, id, urlSecret] = /\/shortcuts\/([^/]+)\/([^/?#]+)/.exec(given) ?? [];
  const trigger = triggerByName(core.state, id ?? given);
  if (!trigger || (urlSecret !== undefined && trigger.secret !== urlSecret)) throw new SlackError("trigger_not_found");
  if (trigger.type !== "shortcut") throw new SlackError("not_a_link_trigger");
  return trigger;
}

/** Guests cannot run workflows of an app that holds groups:write (docs.slack.dev, guests and workflows). */
function assertMayRun(core: Core, user: User): void {
  if (
    (user.is_restricted || user.is_ultra_restricted) &&
    core.manifest.oauth_config.scopes.bot.includes("groups:write")
  ) {
    throw new SlackError("restricted_action");
  }
}

/** A fault on `workflow:<callback_id>`: whether the workflow starts, and whether the person hears of it. */
export async function workflowFault(core: Core, callbackId: string): Promise<{ start: boolean; lost?: string }> {
  const fault = core.faults.take("slack", `workflow:${callbackId}`);
  switch (fault?.kind) {
    case undefined:
      return { start: true };
    case "slow":
      await wait(fault.ms ?? 0);
      return { start: true };
    case "commit_then_drop":
    case "malformed":
      return { start: true, lost: "connection_lost" };
    case "accept_then_lose":
      return { start: false };
    case "rate_limit":
      return { start: false, lost: "ratelimited" };
    default:
      core.log(`fault: workflow ${callbackId} does not start`);
      return { start: false, lost: "service_unavailable" };
  }
}

/** Where the shortcut was used. */
export interface Place {
  location: "link" | "button";
  channel_id?: string | undefined;
  message_ts?: string;
  action_id?: string;
  block_id?: string;
}

/** Runs a link trigger for somebody and waits until its first function has returned or shown its form. */
export async function startLink(
  core: Core,
  engine: WorkflowEngine,
  user: User,
  trigger: TriggerRecord,
  inputs: Json,
  place: Place,
): Promise<RunAnswer> {
  assertMayRun(core, user);
  for (const name of Object.keys(inputs)) {
    if (!trigger.inputs[name]?.customizable) {
      throw new SlackError("invalid_inputs", { detail: `input ${name} of ${trigger.key} is not customizable` });
    }
  }
  const { start, lost } = await workflowFault(core, trigger.workflow);
  if (!start) throw new SlackError(lost ?? "service_unavailable");
  const pointer = issuePointer(core.state, core.clock.now(), user.id, place.channel_id);
  const data: Json = { ...place, user_id: user.id, interactivity: interactivityOf(pointer) };
  const run = engine.start(trigger, user.id, data, inputs);
  if (lost) throw new SlackError(lost);
  const first = core.state.executions.find((execution) => execution.run_id === run.id);
  if (!first) throw new SlackError("workflow_has_no_steps");
  const view = () => core.state.views.filter((one) => one.execution_id === first.id).at(-1);
  const settled = () => (first.status === "running" ? undefined : true);
  if (!(await core.until(() => (view() ? true : settled()), core.limits.functionMs + 1_000))) {
    throw new SlackError("operation_timeout", { execution_id: first.id });
  }
  await core.until(settled, SETTLE_WITH_VIEW_MS);
  if (first.status === "failed") {
    throw new SlackError("workflow_failed", { execution_id: first.id, detail: first.error ?? "" });
  }
  const shown = view();
  return { execution_id: first.id, ...(shown ? { view_id: shown.id } : {}) };
}

/** A person runs a link trigger. */
export async function runLink(core: Core, engine: WorkflowEngine, act: RunAct): Promise<RunAnswer> {
  const user = activePerson(core, act.user);
  const trigger = linkTrigger(core, act.trigger);
  const channel = act.channel === undefined ? undefined : anyChannel(core, act.channel);
  return startLink(core, engine, user, trigger, act.inputs ?? {}, { location: "link", channel_id: channel?.id });
}
