import * as z from "zod/mini";
import type { Actor } from "../shared/contracts/commands.ts";
import { ExecutionId, MessageTs, SlackChannelId, SlackTeamId, SlackUserId } from "../shared/contracts/ids.ts";

/** What Slack delivers with every click and every modal; all we take from it, checked. */
const common = {
  user: z.object({ id: SlackUserId, team_id: z.optional(SlackTeamId) }),
  team: z.nullish(z.object({ id: SlackTeamId })),
  function_data: z.object({ execution_id: ExecutionId }),
};

const ClickBody = z.object({
  ...common,
  channel: z.object({ id: SlackChannelId }),
  message: z.object({
    ts: MessageTs,
    metadata: z.optional(z.object({ event_payload: z.optional(z.object({ effect_id: z.optional(z.string()) })) })),
  }),
  interactivity: z.object({ interactivity_pointer: z.string() }),
});

const ClickAction = z.object({ action_id: z.string(), action_ts: z.string(), value: z.optional(z.string()) });

const ViewBody = z.object(common);
const ClosedView = z.object({ id: z.string(), callback_id: z.string(), private_metadata: z.optional(z.string()) });
const Selected = z.object({ value: z.string() });
const Entered = z.object({
  value: z.nullish(z.string()),
  selected_option: z.nullish(Selected),
  selected_options: z.nullish(z.array(Selected)),
  selected_user: z.nullish(z.string()),
});
const SubmittedView = z.extend(ClosedView, {
  state: z.object({ values: z.record(z.string(), z.record(z.string(), Entered)) }),
});

/**
 * The person who clicked or submitted, from Slack's own payload and from nowhere else: anyone can wire a workflow input.
 * The person's own workspace counts, so that a guest of another workspace is not taken for one of ours.
 */
function actorOf({ user, team }: z.infer<typeof ViewBody>): Actor {
  const teamId = user.team_id ?? team?.id;
  if (teamId === undefined) throw new TypeError("Slack's payload names no workspace for the person who acted");
  return { userId: user.id, teamId };
}

export interface Click {
  actor: Actor;
  executionId: string;
  channel: string;
  ts: string;
  /** Of the message that was clicked. */
  effectId: string | undefined;
  actionId: string;
  value: string | undefined;
  pointer: string;
  /** The same for a repeated delivery of this click, and for nothing else. */
  commandId: string;
}

export function clickOf({ body, action }: { body: unknown; action: unknown }): Click {
  const click = z.parse(ClickBody, body);
  const { action_id: actionId, action_ts: actionTs, value } = z.parse(ClickAction, action);
  const executionId = click.function_data.execution_id;
  return {
    actor: actorOf(click),
    executionId,
    channel: click.channel.id,
    ts: click.message.ts,
    effectId: click.message.metadata?.event_payload?.effect_id,
    actionId,
    value,
    pointer: click.interactivity.interactivity_pointer,
    commandId: `${executionId}:${actionId}:${actionTs}`,
  };
}

export interface Closed {
  executionId: string;
  viewId: string;
  callbackId: string;
  memory: string;
}

export interface Submission extends Closed {
  actor: Actor;
  /** All that was filled in, as Slack sent it. */
  values: z.infer<typeof SubmittedView>["state"]["values"];
  /** One text for each field left filled in. */
  field(name: string): string | undefined;
  /** All options picked in a field. */
  picked(name: string): string[];
}

export function closedOf({ body, view }: { body: unknown; view: unknown }): Closed {
  const { id, callback_id: callbackId, private_metadata: memory = "" } = z.parse(ClosedView, view);
  return { executionId: z.parse(ViewBody, body).function_data.execution_id, viewId: id, callbackId, memory };
}

export function submissionOf(payload: { body: unknown; view: unknown }): Submission {
  const { values } = z.parse(SubmittedView, payload.view).state;
  const entered = (name: string) => values[name]?.[name];
  return {
    ...closedOf(payload),
    actor: actorOf(z.parse(ViewBody, payload.body)),
    values,
    field(name) {
      const given = entered(name);
      const text = given?.value ?? given?.selected_option?.value ?? given?.selected_user ?? undefined;
      return text?.trim() ? text : undefined;
    },
    picked: (name) => entered(name)?.selected_options?.map(({ value }) => value) ?? [],
  };
}
