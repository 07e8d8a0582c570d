import * as z from "zod/mini";
import { NOTE_REACTIONS } from "../../shared/vocabulary.ts";
import { log } from "../log.ts";
import type { Slack } from "../slack-client.ts";
import { CaptureMessageWorkflow } from "../workflows/capture_message.ts";
import { ended, type StepEnd } from "./room-step.ts";

const PINS = "slack#/events/pin_added";
const REACTIONS = "slack#/events/reaction_added";

/** What Slack must tell us of one room, and of no other: pins, and the reactions that mean something. */
const triggersOf = (channel: string) => [
  triggerOf(`Pins in ${channel}`, { event_type: PINS, channel_ids: [channel] }, []),
  triggerOf(
    `Reactions in ${channel}`,
    {
      event_type: REACTIONS,
      channel_ids: [channel],
      filter: {
        version: 1,
        root: {
          operator: "OR",
          inputs: Object.keys(NOTE_REACTIONS).map((name) => ({ statement: `{{data.reaction}} == '${name}'` })),
        },
      },
    },
    ["reaction"],
  ),
];

const triggerOf = (name: string, event: Record<string, unknown>, more: readonly string[]) => ({
  type: "event",
  name,
  description: "Puts what people mark in a war room into the record",
  workflow: `#/workflows/${CaptureMessageWorkflow.definition.callback_id}`,
  event,
  inputs: Object.fromEntries(
    ["channel_id", "message_ts", "user_id", ...more].map((input) => [input, { value: `{{data.${input}}}` }]),
  ),
});

/** Lets Slack tell us what people mark in this room. On a repeated attempt those already there are left alone. */
export async function listenToRoom(slack: Slack, channel: string, attempt: number): Promise<StepEnd> {
  const there = attempt > 1 ? await listed(slack, channel) : [];
  if (!Array.isArray(there)) return ended(there);
  const names = new Set(there.map(({ name }) => name));
  for (const trigger of triggersOf(channel)) {
    if (names.has(trigger.name)) continue;
    const made = await slack.call("workflows.triggers.create", trigger);
    if (!made.ok) return ended(made);
  }
  return { ok: true };
}

/** The room goes; what is left of its triggers costs nothing but order, so a failure is logged and keeps nothing. */
export async function stopListening(slack: Slack, channel: string): Promise<void> {
  const there = await listed(slack, channel);
  if (!Array.isArray(there)) return log("warn", "triggers_not_removed", { channel, error: there.error });
  for (const { id } of there) {
    const removed = await slack.call("workflows.triggers.delete", { trigger_id: id });
    if (!removed.ok) log("warn", "trigger_not_removed", { channel, error: removed.error });
  }
}

const Listed = z.object({
  triggers: z.array(z.object({ id: z.string(), name: z.string() })),
  response_metadata: z.nullish(z.object({ next_cursor: z.optional(z.string()) })),
});
/** Two a room: this many pages hold those of hundreds. */
const PAGES = 10;

/** The triggers of this room. */
async function listed(slack: Slack, channel: string) {
  const ours = new Set(triggersOf(channel).map(({ name }) => name));
  const found: { id: string; name: string }[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < PAGES; page += 1) {
    const reply = await slack.call("workflows.triggers.list", { limit: 100, cursor });
    if (!reply.ok) return reply;
    const { triggers, response_metadata } = z.parse(Listed, reply.body);
    found.push(...triggers.filter(({ name }) => ours.has(name)));
    cursor = response_metadata?.next_cursor;
    if (!cursor) break;
  }
  return found;
}
