import { isObject } from "../block-check.ts";
import { SlackError } from "../slack-error.ts";
import type { Json, TriggerRecord } from "../state.ts";
import { createTrigger, triggerShape } from "../triggers.ts";
import type { Arguments } from "./arguments.ts";
import { type Call, type Family, needScope, page } from "./call.ts";

const DEFINITION = ["type", "name", "description", "workflow", "inputs", "shortcut", "webhook", "schedule", "event"];

/** The definition arrives as separate fields, its objects as JSON text when form-encoded. */
const definitionOf = (args: Arguments): Json =>
  Object.fromEntries(
    DEFINITION.filter((name) => args.has(name)).map((name) => {
      const isObjectField = ["inputs", "shortcut", "webhook", "schedule", "event"].includes(name);
      return [name, isObjectField ? args.json(name) : args.text(name)];
    }),
  );

function existing(call: Call): TriggerRecord {
  const id = call.args.required("trigger_id");
  const trigger = call.state.triggers.find((one) => one.id === id);
  if (!trigger) throw new SlackError("trigger_not_found");
  return trigger;
}

/** An event trigger needs the app in every channel it names. */
function assertChannels(call: Call, definition: Json): void {
  const event = definition.event;
  if (!isObject(event) || !Array.isArray(event.channel_ids)) return;
  for (const id of event.channel_ids) {
    const channel = call.state.channels.find((one) => one.id === id);
    if (!channel?.members.includes(call.caller.user))
      throw new SlackError("channel_not_found", { channel: String(id) });
  }
}

const shaped = (call: Call, trigger: TriggerRecord): Json => ({
  trigger: triggerShape(trigger, call.manifest, call.state, call.url),
});

const rule = { tier: 2, scopes: ["triggers:write"], apps: ["hosted"] } as const;

export const workflowTriggers: Family = {
  "workflows.triggers.create": {
    ...rule,
    run: (call) => {
      const definition = definitionOf(call.args);
      assertChannels(call, definition);
      const trigger = createTrigger(call.state, call.manifest, call.now, definition, { from_file: false });
      call.changed({ type: "trigger_created", trigger: trigger.key });
      return shaped(call, trigger);
    },
  },
  "workflows.triggers.update": {
    ...rule,
    run: (call) => {
      const definition = definitionOf(call.args);
      assertChannels(call, definition);
      const trigger = createTrigger(call.state, call.manifest, call.now, definition, {
        from_file: false,
        existing: existing(call),
      });
      call.changed({ type: "trigger_updated", trigger: trigger.key });
      return shaped(call, trigger);
    },
  },
  "workflows.triggers.delete": {
    ...rule,
    run: (call) => {
      const trigger = existing(call);
      call.state.triggers = call.state.triggers.filter((one) => one !== trigger);
      call.changed({ type: "trigger_deleted", trigger: trigger.key });
      return {};
    },
  },
  "workflows.triggers.list": {
    tier: 2,
    apps: ["hosted"],
    run: (call) => {
      if (!call.caller.scopes.includes("triggers:write")) needScope(call, "triggers:read");
      const { items, response_metadata } = page(call, call.state.triggers, 100, 1000);
      return {
        triggers: items.map((trigger) => triggerShape(trigger, call.manifest, call.state, call.url)),
        response_metadata,
      };
    },
  },
};
