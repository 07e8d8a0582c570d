import { fieldError, type ViewAnswer } from "../../blocks/modal.ts";
import { bridgeClient } from "../../bridge-client.ts";
import { troubleSentence } from "../../bridge-trouble.ts";
import { handlerDeadline } from "../../clock.ts";
import { openedView } from "../../open-view.ts";
import { clickOf, submissionOf } from "../../payload.ts";
import { slackOf } from "../../slack-client.ts";
import type { CardClick, CardView } from "./card-context.ts";
import { recall, rejectModal } from "./card-modals.ts";
import { CardValue } from "./card-value.ts";
import { paintOwnCard } from "./paint-own-card.ts";

/** *Reject* and *Give up*: both ask for a reason first. */
export async function onReject({ body, action, client }: CardClick): Promise<void> {
  const deadline = handlerDeadline();
  const click = clickOf({ body, action });
  const { incidentId, draftId, version, hash16 } = CardValue.read(click.value);
  const remembered = {
    incident_id: incidentId,
    draft_id: draftId,
    base_version: version,
    hash16,
    channel_id: click.channel,
    message_ts: click.ts,
    ...(click.effectId ? { effect_id: click.effectId } : {}),
  };
  const way = click.actionId === "give_up_publish" ? "give-up" : "reject";
  await openedView(slackOf(client, { deadline }), click.pointer, rejectModal(remembered, way));
}

/** The reason comes in: the bridge ends the draft, and the card says so. */
export async function onRejectSubmitted({ body, view, client, env }: CardView): Promise<ViewAnswer> {
  const deadline = handlerDeadline();
  const submission = submissionOf({ body, view });
  const remembered = recall(submission.memory);
  const { actor, executionId, viewId } = submission;
  const shown = { version: remembered.base_version, hash16: remembered.hash16 };
  const where = { channel: remembered.channel_id, ts: remembered.message_ts };
  const bridge = bridgeClient(env);
  const outcome = await bridge.send({
    type: "RejectDraft",
    commandId: `${executionId}:${viewId}`,
    actor,
    incidentId: remembered.incident_id,
    draftId: remembered.draft_id,
    ...shown,
    ...where,
    reason: submission.field("reason") ?? "",
  });
  if (outcome.kind !== "answered") return fieldError("reason", troubleSentence(outcome));
  const { draft } = outcome.reply;
  if (draft) {
    await paintOwnCard({ slack: slackOf(client, { deadline }), bridge, deadline }, draft, {
      executionId,
      ...where,
      effectId: remembered.effect_id,
      shown,
      actor,
    });
  }
  return outcome.reply.ok ? { response_action: "clear" } : fieldError("reason", outcome.reply.message);
}
