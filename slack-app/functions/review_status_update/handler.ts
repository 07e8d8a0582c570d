import type { Env, SlackAPIClient } from "deno-slack-sdk/types.ts";
import * as z from "zod/mini";
import { Actor } from "../../../shared/contracts/commands.ts";
import { IncidentId, SlackChannelId } from "../../../shared/contracts/ids.ts";
import type { DraftView } from "../../../shared/contracts/views.ts";
import { sentenceSection } from "../../blocks/block-kit.ts";
import { modal } from "../../blocks/modal.ts";
import { bridgeClient } from "../../bridge-client.ts";
import { troubleName } from "../../bridge-trouble.ts";
import { putCardRow } from "../../datastores/approval-cards.ts";
import { incidentFacts } from "../../forms/incident-facts.ts";
import { log } from "../../log.ts";
import { openedView } from "../../open-view.ts";
import { type Slack, slackOf, tsOf } from "../../slack-client.ts";
import { cardMessage } from "../card/card-message.ts";

interface Review {
  client: SlackAPIClient;
  env: Env;
  team_id: string;
  event: { function_execution_id: string };
  inputs: {
    interactivity: { interactivity_pointer: string; interactor?: { id?: string } };
    channel_id?: string;
    incident_id?: string;
  };
}

/**
 * Shows the current card on demand, for the case that the old one's buttons have died.
 * 1. Ask the bridge which draft waits. It asks before it opens anything, for usually there is nothing to open.
 * 2. Post its card in the war room, wherever this was pressed.
 * 3. Report it as shown, so that clicks on it count, and stay open to serve them.
 */
export async function reviewStatusUpdate({ client, env, inputs, event, team_id }: Review) {
  const slack = slackOf(client);
  const bridge = bridgeClient(env);
  const executionId = event.function_execution_id;
  const incidentId = z.safeParse(IncidentId, inputs.incident_id);
  const pressedIn = z.safeParse(SlackChannelId, inputs.channel_id);
  const loaded = await incidentFacts(bridge, {
    ...(incidentId.success ? { incidentId: incidentId.data } : {}),
    ...(pressedIn.success ? { channel: pressedIn.data } : {}),
  }); // 1
  if (loaded.kind === "closed") return await nothing(loaded.sentence);
  const { draft, channel } = loaded.facts;
  if (!draft) return await nothing("No customer update waits for approval in this incident.");
  if (!channel) return await nothing("This incident has no war room to show the card in.");

  const posted = await slack.call("chat.postMessage", {
    channel,
    ...cardMessage(draft, "with-buttons", `review:${executionId}`),
  }); // 2
  if (!posted.ok)
    return await nothing(`Slack did not take the card: ${posted.error}. Press the button again in a minute.`);
  const ts = tsOf(posted);
  if (ts === undefined) throw new TypeError("Slack answered a post without a ts");
  await reportShown(draft, channel, ts);
  await putCardRow(slack, { draft, channel, ts, executionId });
  return { completed: false as const }; // 3

  /** Says so to the person alone, and ends. */
  async function nothing(sentence: string) {
    await tell(slack, inputs.interactivity, sentence);
    return { outputs: { done: 0, failed: 0 } };
  }

  async function reportShown({ draftId, version, contentHash, ...shown }: DraftView, channel: string, ts: string) {
    // Showing grants nothing, so the person Slack names as having pressed the button is good enough here.
    const actor = z.safeParse(Actor, { userId: inputs.interactivity.interactor?.id, teamId: team_id });
    if (!actor.success) return log("warn", "card_report_failed", { draftId, version, error: "nobody pressed" });
    const outcome = await bridge.send({
      type: "ReportDraftShown",
      commandId: `${executionId}:shown:${draftId}:${version}`,
      actor: actor.data,
      incidentId: shown.incidentId,
      draftId,
      version,
      contentHash,
      channel,
      ts,
      executionId,
    });
    if (outcome.kind !== "answered") {
      log("warn", "card_report_failed", { draftId, version, error: troubleName(outcome) });
    } else if (!outcome.reply.ok) {
      log("warn", "card_report_refused", { draftId, version, error: outcome.reply.refusal });
    }
  }
}

async function tell(slack: Slack, interactivity: Review["inputs"]["interactivity"], sentence: string): Promise<void> {
  const view = modal({
    callbackId: "review_status_update",
    title: "Customer update",
    blocks: [sentenceSection(sentence)],
    notifyOnClose: false,
  });
  await openedView(slack, interactivity.interactivity_pointer, view);
}
