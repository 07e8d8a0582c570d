import type { Env, SlackAPIClient } from "deno-slack-sdk/types.ts";
import * as z from "zod/mini";
import { Command } from "../../shared/contracts/commands.ts";
import { IncidentId, SlackChannelId } from "../../shared/contracts/ids.ts";
import { type Block, sentenceSection } from "../blocks/block-kit.ts";
import { fieldError, modal, type ViewAnswer } from "../blocks/modal.ts";
import { type BridgeClient, bridgeClient } from "../bridge-client.ts";
import { troubleSentence } from "../bridge-trouble.ts";
import { handlerDeadline, type Instant } from "../clock.ts";
import { log } from "../log.ts";
import { openedView, showView } from "../open-view.ts";
import { type Closed, closedOf, type Submission, submissionOf } from "../payload.ts";
import { slackOf } from "../slack-client.ts";

/** What a form was opened with: hints only, from a button or from the channel it was pressed in. */
export interface Hints {
  incidentId?: string;
  channel?: string;
  outcome?: string;
  /** The person a button is about. */
  userId?: string;
  target?: string;
}

/** A form's facts, or the one sentence that says why it cannot be filled in now. */
export type Loaded<Facts> = { kind: "ready"; facts: Facts } | { kind: "closed"; sentence: string };

type Wish<C> = C extends Command ? Omit<C, "commandId" | "actor"> : never;

/** What a submission asks for, or what is wrong with it, by field. */
type Read = { ok: true; command: Wish<Command> } | { ok: false; errors: Record<string, string> };

export interface Form<Facts> {
  callbackId: string;
  title: string;
  submit: string;
  /** Where a refusal is shown; without a field the sentence replaces the form. */
  errorField?: string;
  load(bridge: BridgeClient, hints: Hints): Promise<Loaded<Facts>>;
  blocks(facts: Facts, hints: Hints): Block[];
  /** Travels with the view to `read`. */
  memory(facts: Facts): Record<string, string>;
  read(submission: Submission, memory: Record<string, string>): Read;
}

interface Opening {
  client: SlackAPIClient;
  env: Env;
  inputs: {
    interactivity: { interactivity_pointer: string };
    channel_id?: string;
    incident_id?: string;
    outcome?: string;
    user_id?: string;
    target?: string;
  };
}

interface Answering {
  body: unknown;
  view: unknown;
  client: SlackAPIClient;
  env: Env;
}

const Memory = z.record(z.string(), z.string());

/**
 * One workflow button, one modal, one command. Nothing is recorded before the submission, whose sender is the actor.
 * The execution stays open for its own modal and is completed by submitting or closing it.
 */
export function form<Facts>(spec: Form<Facts>) {
  const { callbackId, title, submit, errorField } = spec;
  const sentenceView = (sentence: string, notifyOnClose: boolean) =>
    modal({ callbackId, title, blocks: [sentenceSection(sentence)], notifyOnClose });

  return {
    callbackId,

    /**
     * 1. Open a loading view, before anything else: the pointer is good for three seconds.
     * 2. Ask the bridge what the form needs.
     * 3. Show the form, or say why there is none.
     */
    async open({ client, env, inputs }: Opening) {
      const slack = slackOf(client);
      const viewId = await openedView(slack, inputs.interactivity.interactivity_pointer, modal({ callbackId, title })); // 1
      if (viewId === undefined) {
        return { error: "The form could not be opened in the three seconds Slack allows. Press the button again." };
      }
      const hints = hintsOf(inputs);
      const loaded = await spec.load(bridgeClient(env), hints); // 2
      const shown =
        loaded.kind === "closed"
          ? sentenceView(loaded.sentence, true)
          : modal({
              callbackId,
              title,
              submit,
              memory: spec.memory(loaded.facts),
              blocks: spec.blocks(loaded.facts, hints),
            });
      await showView(slack, viewId, shown); // 3
      return { completed: false as const };
    },

    /**
     * 1. Read the fields; what is missing is said beside them.
     * 2. Send the command. A refusal is shown with what was typed left in place; so is a bridge that does not answer,
     *    and a second submission repeats the same command.
     * 3. Complete the execution and show what was recorded.
     */
    async submit({ body, view, client, env }: Answering): Promise<ViewAnswer> {
      const deadline = handlerDeadline();
      const submission = submissionOf({ body, view });
      const { executionId, actor } = submission;
      const refused = (sentence: string): ViewAnswer =>
        errorField
          ? fieldError(errorField, sentence)
          : { response_action: "update", view: sentenceView(sentence, true) };

      const read = spec.read(submission, z.parse(Memory, JSON.parse(submission.memory))); // 1
      if (!read.ok) return { response_action: "errors", errors: read.errors };
      const command = z.safeParse(Command, { ...read.command, commandId: `${executionId}:${callbackId}`, actor });
      if (!command.success) {
        const [issue] = command.error.issues;
        return refused(`This was not sent: ${issue?.path.join(".") ?? "form"}: ${issue?.message ?? "not readable"}.`);
      }
      const outcome = await bridgeClient(env).send(command.data); // 2
      if (outcome.kind !== "answered") return refused(troubleSentence(outcome));
      if (!outcome.reply.ok) return refused(outcome.reply.message);
      await complete(client, submission, deadline); // 3
      return { response_action: "update", view: sentenceView(outcome.reply.message, false) };
    },

    async close({ body, view, client }: Answering): Promise<void> {
      await complete(client, closedOf({ body, view }), handlerDeadline());
    },
  };
}

async function complete(client: SlackAPIClient, { executionId, callbackId }: Closed, deadline: Instant): Promise<void> {
  const completed = await slackOf(client, { deadline }).call("functions.completeSuccess", {
    function_execution_id: executionId,
    outputs: {},
  });
  if (!completed.ok) log("info", "execution_not_completed", { form: callbackId, error: completed.error });
}

/** A malformed hint is no hint. */
function hintsOf({ channel_id, incident_id, outcome, user_id, target }: Opening["inputs"]): Hints {
  const incidentId = z.safeParse(IncidentId, incident_id);
  const channel = z.safeParse(SlackChannelId, channel_id);
  return {
    ...(incidentId.success ? { incidentId: incidentId.data } : {}),
    ...(channel.success ? { channel: channel.data } : {}),
    ...(outcome ? { outcome } : {}),
    ...(user_id ? { userId: user_id } : {}),
    ...(target ? { target } : {}),
  };
}
