import { fieldError, type ViewAnswer } from "../../blocks/modal.ts";
import { bridgeClient } from "../../bridge-client.ts";
import { troubleSentence } from "../../bridge-trouble.ts";
import { handlerDeadline } from "../../clock.ts";
import { log } from "../../log.ts";
import { openedView, showView } from "../../open-view.ts";
import { clickOf, submissionOf } from "../../payload.ts";
import { slackOf } from "../../slack-client.ts";
import type { CardClick, CardView } from "./card-context.ts";
import { editLoading, editModal, editUnavailable, recall, remember } from "./card-modals.ts";
import { CardValue } from "./card-value.ts";
import { paintOwnCard } from "./paint-own-card.ts";
import { submissionId } from "./submission-id.ts";

/**
 * *Edit*.
 * 1. Open a loading view at once: the pointer is good for three seconds.
 * 2. Ask the bridge for the draft as it is now.
 * 3. Show it for editing, or say why it cannot be edited.
 */
export async function onEdit({ body, action, client, env }: CardClick): Promise<void> {
  const deadline = handlerDeadline();
  const click = clickOf({ body, action });
  const shown = CardValue.read(click.value);
  const slack = slackOf(client, { deadline });
  const viewId = await openedView(slack, click.pointer, editLoading()); // 1
  if (viewId === undefined) return;
  const outcome = await bridgeClient(env).ask({ type: "Form", incidentId: shown.incidentId }); // 2
  if (outcome.kind !== "answered") return showView(slack, viewId, editUnavailable(troubleSentence(outcome)));
  if (!outcome.reply.ok) return showView(slack, viewId, editUnavailable(outcome.reply.message));
  const draft = outcome.reply.form?.draft;
  if (draft?.draftId !== shown.draftId) {
    return showView(slack, viewId, editUnavailable("This draft is closed. Open the current card to see what waits."));
  }
  const changed =
    draft.version === shown.version ? undefined : `Somebody saved version ${draft.version} meanwhile: this is it.`;
  await showView(slack, viewId, editModal(draft, remember(click, { ...shown, version: draft.version }), changed)); // 3
}

/**
 * The edited text comes in.
 * 1. Ask the bridge for a new version, based on the one that was shown for editing.
 * 2. Paint it onto the card in place and report it as shown. What cannot be saved is said beside the text, which stays.
 */
export async function onEditSubmitted({ body, view, client, env }: CardView): Promise<ViewAnswer> {
  const deadline = handlerDeadline();
  const submission = submissionOf({ body, view });
  const remembered = recall(submission.memory);
  const { actor, executionId } = submission;
  const title = submission.field("title");
  const text = submission.field("body");
  if (!title) return fieldError("title", "Customers need a title.");
  if (!text) return fieldError("body", "Customers need a text. To publish nothing, reject the update instead.");
  const bridge = bridgeClient(env);
  const outcome = await bridge.send({
    type: "ReviseDraft",
    commandId: await submissionId(submission),
    actor,
    incidentId: remembered.incident_id,
    draftId: remembered.draft_id,
    baseVersion: remembered.base_version,
    title,
    body: text,
  }); // 1
  if (outcome.kind !== "answered") return fieldError("body", troubleSentence(outcome));
  if (!outcome.reply.ok) return fieldError("body", outcome.reply.message);
  if (outcome.reply.draft) {
    const card = {
      executionId,
      channel: remembered.channel_id,
      ts: remembered.message_ts,
      effectId: remembered.effect_id,
      shown: { version: remembered.base_version, hash16: remembered.hash16 },
      actor,
    };
    const slack = slackOf(client, { deadline });
    await paintOwnCard({ slack, bridge, deadline }, outcome.reply.draft, card, "with-buttons"); // 2
  } else {
    log("warn", "edit_without_draft", { draftId: remembered.draft_id });
  }
  return { response_action: "clear" };
}
