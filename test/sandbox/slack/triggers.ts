import { isObject } from "./block-check.ts";
import { mint, secret } from "./ids.ts";
import type { HostedManifest, HostedWorkflow } from "./manifest.ts";
import { nextDue, readSchedule } from "./schedule.ts";
import { SlackError } from "./slack-error.ts";
import type { Json, SlackState, TriggerRecord, TriggerType } from "./state.ts";

const TYPES: readonly TriggerType[] = ["shortcut", "webhook", "scheduled", "event"];
const EVENT_CHANNELS = 20;
const INTERACTIVITY = "slack#/types/interactivity";

const refuse = (code: string, message: string): SlackError =>
  new SlackError(code, { response_metadata: { messages: [`[ERROR] ${message}`] } });

const callbackIdOf = (reference: unknown): string => String(reference).replace(/^#\/workflows\//, "");

function workflowOf(manifest: HostedManifest, reference: unknown): { id: string; workflow: HostedWorkflow } {
  const id = callbackIdOf(reference);
  const workflow = manifest.workflows[id];
  if (!workflow || !String(reference).startsWith("#/workflows/")) {
    throw refuse(
      "workflow_not_found",
      `workflow "${String(reference)}" is not in the manifest; write "#/workflows/<callback_id>"`,
    );
  }
  return { id, workflow };
}

/** Inputs of the trigger against the parameters of its workflow. */
function assertInputs(type: TriggerType, workflow: HostedWorkflow, inputs: TriggerRecord["inputs"]): void {
  const parameters = workflow.input_parameters;
  for (const [name, input] of Object.entries(inputs)) {
    if (!parameters?.properties[name]) throw refuse("invalid_trigger_inputs", `the workflow has no input ${name}`);
    if (!isObject(input) || (input.customizable !== true && !("value" in input))) {
      throw refuse("invalid_trigger_inputs", `input ${name} needs a value, or customizable: true`);
    }
    if (input.customizable === true && type !== "shortcut") {
      throw refuse("invalid_trigger_inputs", `input ${name}: only link triggers have customizable inputs`);
    }
  }
  for (const name of parameters?.required ?? []) {
    if (parameters?.properties[name]?.type === INTERACTIVITY && type !== "shortcut") {
      throw refuse(
        "invalid_trigger_inputs",
        `a ${type} trigger carries no interactivity, but the workflow requires ${name}`,
      );
    }
    if (!inputs[name]) throw refuse("invalid_trigger_inputs", `required input ${name} of the workflow is missing`);
  }
}

function assertEvent(event: unknown): Json {
  if (!isObject(event) || typeof event.event_type !== "string")
    throw refuse("invalid_trigger_event", "missing event.event_type");
  const channels = Array.isArray(event.channel_ids) ? event.channel_ids : [];
  if (channels.length > EVENT_CHANNELS) throw refuse("invalid_trigger_event", `at most ${EVENT_CHANNELS} channel_ids`);
  return event;
}

/**
 * A trigger as `slack trigger create` or `workflows.triggers.create` would make it.
 * @throws SlackError naming what Slack would refuse.
 */
export function createTrigger(
  state: SlackState,
  manifest: HostedManifest,
  now: number,
  definition: unknown,
  made: { key?: string; from_file: boolean; existing?: TriggerRecord | undefined },
): TriggerRecord {
  if (!isObject(definition)) throw refuse("invalid_trigger_definition", "the definition must be an object");
  // Templates and types of the SDK become strings here, as they do on the wire.
  const plain = JSON.parse(JSON.stringify(definition)) as Json;
  const type = TYPES.find((one) => one === plain.type);
  if (!type) throw refuse("invalid_trigger_type", `type ${String(plain.type)} is none of ${TYPES.join(", ")}`);
  if (typeof plain.name !== "string" || plain.name === "")
    throw refuse("invalid_trigger_definition", "missing required field: name");
  const { id: workflow, workflow: definitionOfWorkflow } = workflowOf(manifest, plain.workflow);
  const inputs = (isObject(plain.inputs) ? plain.inputs : {}) as TriggerRecord["inputs"];
  assertInputs(type, definitionOfWorkflow, inputs);
  const schedule = type === "scheduled" && isObject(plain.schedule) ? plain.schedule : undefined;
  if (type === "scheduled") readSchedule(schedule, now);
  const event = type === "event" ? assertEvent(plain.event) : undefined;
  const trigger: TriggerRecord = {
    id: made.existing?.id ?? mint(state, "Ft"),
    key: made.existing?.key ?? made.key ?? plain.name,
    name: plain.name,
    type,
    workflow,
    inputs,
    secret: made.existing?.secret ?? secret(),
    ...(schedule ? { schedule, next_due: nextDue(schedule, now) } : {}),
    ...(event ? { event } : {}),
    from_file: made.existing?.from_file ?? made.from_file,
    created: made.existing?.created ?? Math.floor(now / 1000),
    runs: made.existing?.runs ?? 0,
  };
  state.triggers = [...state.triggers.filter((other) => other.id !== trigger.id), trigger];
  return trigger;
}

export const shortcutUrl = (url: string, trigger: TriggerRecord): string =>
  `${url}/shortcuts/${trigger.id}/${trigger.secret}`;

export const webhookUrl = (url: string, team: string, trigger: TriggerRecord): string =>
  `${url}/triggers/${team}/${trigger.id}/${trigger.secret}`;

/** A trigger as the Web API shows it. */
export const triggerShape = (
  trigger: TriggerRecord,
  manifest: HostedManifest,
  state: SlackState,
  url: string,
): Json => ({
  id: trigger.id,
  name: trigger.name,
  type: trigger.type,
  workflow: {
    id: `Wf${trigger.workflow}`,
    callback_id: trigger.workflow,
    title: manifest.workflows[trigger.workflow]?.title ?? "",
    description: manifest.workflows[trigger.workflow]?.description ?? "",
  },
  inputs: trigger.inputs,
  date_created: trigger.created,
  date_updated: trigger.created,
  ...(trigger.type === "shortcut" ? { shortcut_url: shortcutUrl(url, trigger) } : {}),
  ...(trigger.type === "webhook" ? { webhook_url: webhookUrl(url, state.team.id, trigger) } : {}),
  ...(trigger.schedule ? { schedule: trigger.schedule } : {}),
  ...(trigger.event ? { event_type: trigger.event.event_type, ...trigger.event } : {}),
});
