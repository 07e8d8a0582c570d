import { fieldError, type View, type ViewAnswer } from "../../blocks/modal.ts";
import { bridgeClient } from "../../bridge-client.ts";
import { troubleSentence } from "../../bridge-trouble.ts";
import { handlerDeadline } from "../../clock.ts";
import { log } from "../../log.ts";
import { openedView } from "../../open-view.ts";
import { clickOf, type Submission, submissionOf } from "../../payload.ts";
import { slackOf } from "../../slack-client.ts";
import type { CardCommand, Clicked } from "./card-command.ts";
import type { CardClick, CardView } from "./card-context.ts";
import { type Remembered, recall, remember } from "./card-modals.ts";
import { CardValue } from "./card-value.ts";
import { paintOwnCard } from "./paint-own-card.ts";
import { submissionId } from "./submission-id.ts";

interface CommandModal {
  view(remembered: Remembered): View;
  /** Where a refusal is said. */
  errorField: string;
  command(clicked: Clicked, field: Submission["field"]): CardCommand | ViewAnswer;
}

/** A button that asks something first: one modal, one command. */
export const commandModal = ({ view: drawn, errorField, command }: CommandModal) => ({
  /** The pointer is good for three seconds, and the modal needs nothing from the bridge. */
  async open({ body, action, client }: CardClick): Promise<void> {
    const deadline = handlerDeadline();
    const click = clickOf({ body, action });
    await openedView(slackOf(client, { deadline }), click.pointer, drawn(remember(click, CardValue.read(click.value))));
  },

  /**
   * 1. Read the fields; what is missing is said beside them.
   * 2. Send the command.
   * 3. Repaint the card. What was refused is said beside the field, and what was typed stays.
   */
  async submit({ body, view, client, env }: CardView): Promise<ViewAnswer> {
    const deadline = handlerDeadline();
    const submission = submissionOf({ body, view });
    const remembered = recall(submission.memory);
    const { actor, executionId } = submission;
    const shown = { version: remembered.base_version, hash16: remembered.hash16 };
    const where = { channel: remembered.channel_id, ts: remembered.message_ts };
    const clicked = { incidentId: remembered.incident_id, draftId: remembered.draft_id, ...shown, ...where };
    const wish = command(clicked, submission.field); // 1
    if ("response_action" in wish) return wish;
    const bridge = bridgeClient(env);
    const outcome = await bridge.send({ ...wish, commandId: await submissionId(submission), actor }); // 2
    if (outcome.kind !== "answered") return fieldError(errorField, troubleSentence(outcome));
    const { ok, message, draft } = outcome.reply;
    if (draft) {
      const card = { executionId, ...where, effectId: remembered.effect_id, shown, actor };
      await paintOwnCard({ slack: slackOf(client, { deadline }), bridge, deadline }, draft, card, "with-buttons");
    } else if (ok) {
      log("warn", "answer_without_draft", { command: wish.type, draftId: remembered.draft_id });
    }
    return ok ? { response_action: "clear" } : fieldError(errorField, message); // 3
  },
});
