import { isObject } from "./block-check.ts";
import { HOSTED_APP } from "./cast.ts";
import type { Core } from "./core.ts";
import { interaction } from "./envelopes.ts";
import { nextTs } from "./ids.ts";
import { readElement } from "./input-values.ts";
import { linkTrigger, startLink } from "./link-triggers.ts";
import { anyChannel, clicker, visibleMessage } from "./people.ts";
import { issuePointer } from "./pointers.ts";
import { SlackError } from "./slack-error.ts";
import {
  type Channel,
  type Execution,
  executionById,
  type Json,
  type Message,
  type User,
  userByIdOrName,
} from "./state.ts";
import { messageShape } from "./web-api/shapes.ts";
import type { WorkflowEngine } from "./workflow-engine.ts";

export interface ClickAct {
  user: string;
  channel: string;
  ts: string;
  action_id: string;
  /** The option picked; for a button, tells apart two with the same action id. */
  value?: unknown;
  /** The answer to the confirm dialog, if the element has one. Default true. */
  confirm?: boolean | undefined;
}

export interface ClickAnswer {
  /** False when the person backed out of the confirm dialog. */
  sent: boolean;
  execution_id?: string;
  view_id?: string;
  url?: string;
}

interface Found {
  block: Json;
  element: Json;
}

const elementsOf = (block: Json): Json[] => {
  const list = Array.isArray(block.elements) ? block.elements : [];
  return [...list, block.accessory, block.element].filter(isObject);
};

function findElement(message: Message, actionId: string, value: unknown): Found {
  const found = message.blocks.flatMap((block) =>
    elementsOf(block)
      .filter((element) => element.action_id === actionId)
      .map((element) => ({ block, element })),
  );
  const chosen =
    found.length > 1 && value !== undefined ? found.find(({ element }) => element.value === value) : found[0];
  if (!chosen) {
    const shown = message.blocks
      .flatMap(elementsOf)
      .flatMap((element) => (element.action_id ? [String(element.action_id)] : []));
    throw new SlackError("action_not_found", { detail: `the message shows ${shown.join(", ") || "no actions"}` });
  }
  return chosen;
}

/** The execution whose buttons these are, if it can still hear them. */
function listener(core: Core, message: Message): Execution {
  if (message.app_id !== HOSTED_APP) throw new SlackError("not_interactive");
  const execution = message.execution_id ? executionById(core.state, message.execution_id) : undefined;
  if (!execution || execution.ended !== null || message.painted_by !== execution.id)
    throw new SlackError("execution_closed");
  return execution;
}

/** The one entry of `actions[]` for this element. */
function actionOf(core: Core, { block, element }: Found, given: unknown): Json {
  const rest =
    element.type === "button"
      ? {
          text: element.text,
          ...(element.value === undefined ? {} : { value: element.value }),
          ...(element.style ? { style: element.style } : {}),
        }
      : pickedOf(core, element, given);
  return {
    type: element.type,
    action_id: element.action_id,
    block_id: block.block_id,
    ...rest,
    action_ts: nextTs(core.state, core.clock.now()),
  };
}

function pickedOf(core: Core, element: Json, given: unknown): Json {
  const people = (one: unknown) => userByIdOrName(core.state, String(one))?.id ?? one;
  const value =
    element.type === "users_select"
      ? people(given)
      : Array.isArray(given) && element.type === "multi_users_select"
        ? given.map(people)
        : given;
  const reading = readElement(element, value);
  if (!reading) throw new SlackError("action_not_supported", { detail: `cannot act on ${String(element.type)}` });
  if (!reading.ok) throw new SlackError("invalid_value", { detail: reading.why });
  return reading.value;
}

async function pressWorkflowButton(
  core: Core,
  engine: WorkflowEngine,
  user: User,
  channel: Channel,
  message: Message,
  { block, element }: Found,
): Promise<ClickAnswer> {
  const workflow = element.workflow as {
    trigger: { url: string; customizable_input_parameters?: { name: string; value: string }[] };
  };
  const trigger = linkTrigger(core, workflow.trigger.url);
  const inputs = Object.fromEntries(
    (workflow.trigger.customizable_input_parameters ?? []).map(({ name, value }) => [name, value]),
  );
  const answer = await startLink(core, engine, user, trigger, inputs, {
    location: "button",
    channel_id: channel.id,
    message_ts: message.ts,
    action_id: String(element.action_id),
    block_id: String(block.block_id),
  });
  return { sent: true, ...answer };
}

/** A click, a picked option or a pressed workflow button, whoever it comes from: who may act is the app's to decide. */
export async function click(core: Core, engine: WorkflowEngine, act: ClickAct): Promise<ClickAnswer> {
  const user = clicker(core, act.user);
  const channel = anyChannel(core, act.channel);
  const message = visibleMessage(channel, user, act.ts);
  const found = findElement(message, act.action_id, act.value);
  const { element } = found;
  if (act.confirm === false) {
    if (!element.confirm) throw new SlackError("no_confirm_dialog");
    return { sent: false };
  }
  if (element.type === "workflow_button") return pressWorkflowButton(core, engine, user, channel, message, found);
  const url = typeof element.url === "string" ? element.url : undefined;
  let execution: Execution;
  try {
    execution = listener(core, message);
  } catch (error) {
    // A link opens whether or not anybody listens.
    if (url !== undefined && error instanceof SlackError) return { sent: true, url };
    throw error;
  }
  const action = actionOf(core, found, act.value);
  const pointer = issuePointer(core.state, core.clock.now(), user.id, channel.id);
  const before = new Set(core.state.views.map((view) => view.id));
  const { id: team } = core.state.team;
  const envelope = interaction(core, execution, engine.variables, pointer, {
    type: "block_actions",
    channel: { id: channel.id, name: channel.is_private ? "privategroup" : channel.name },
    container: {
      type: "message",
      message_ts: message.ts,
      channel_id: channel.id,
      is_ephemeral: message.ephemeral_for !== undefined,
    },
    message: { ...messageShape(message, channel, core.state, true), is_locked: false },
    state: { values: element.type === "button" ? {} : { [String(found.block.block_id)]: { [act.action_id]: action } } },
    actions: [action],
    // As on the platform: hosted functions reach it only if the manifest declares hooks.slack.com.
    response_url: `https://hooks.slack.com/actions/${team}/${pointer.issued}/${pointer.secret}`,
  });
  const delivered = await engine.deliver(execution, envelope);
  if (!delivered.ok) throw new SlackError(delivered.error, { detail: delivered.detail, execution_id: execution.id });
  const opened = core.state.views.filter((view) => view.user === user.id && !before.has(view.id)).at(-1);
  return {
    sent: true,
    execution_id: execution.id,
    ...(opened ? { view_id: opened.id } : {}),
    ...(url === undefined ? {} : { url }),
  };
}
