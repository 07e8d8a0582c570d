import type { Env, SlackAPIClient } from "deno-slack-sdk/types.ts";
import * as z from "zod/mini";
import { IncidentId, SlackChannelId, SlackUserId } from "../../../shared/contracts/ids.ts";
import type { Brief } from "../../../shared/contracts/queries.ts";
import { sentenceSection } from "../../blocks/block-kit.ts";
import { modal } from "../../blocks/modal.ts";
import { bridgeClient } from "../../bridge-client.ts";
import { troubleSentence } from "../../bridge-trouble.ts";
import { openedView, showView } from "../../open-view.ts";
import { slackOf } from "../../slack-client.ts";
import { briefBlocks } from "./view.ts";

interface Asked {
  client: SlackAPIClient;
  env: Env;
  inputs: {
    interactivity: { interactivity_pointer: string; interactor?: { id?: string } };
    channel_id?: string;
    incident_id?: string;
  };
}

const VIEW = { callbackId: "catch_me_up", title: "Catch me up", notifyOnClose: false };

/**
 * Shows one person where an incident stands. It records nothing and asks no model, and a modal is seen by whoever opened it alone.
 * 1. Open a loading view, before anything else: the pointer is good for three seconds.
 * 2. Ask the bridge for the brief.
 * 3. Show it, or say why there is none.
 */
export async function catchMeUp({ client, env, inputs }: Asked) {
  const slack = slackOf(client);
  const { interactivity_pointer: pointer, interactor } = inputs.interactivity;
  const viewId = await openedView(slack, pointer, modal(VIEW)); // 1
  if (viewId === undefined) {
    return { error: "The brief could not be shown in the three seconds Slack allows. Press the button again." };
  }
  const brief = await briefFor(env, inputs, interactor?.id); // 2
  const blocks = typeof brief === "string" ? [sentenceSection(brief)] : briefBlocks(brief);
  await showView(slack, viewId, modal({ ...VIEW, blocks })); // 3
  return { outputs: {} };
}

/** The brief, or the sentence that says why there is none. */
async function briefFor(env: Env, inputs: Asked["inputs"], interactor: string | undefined): Promise<Brief | string> {
  const asker = z.safeParse(SlackUserId, interactor);
  const incidentId = z.safeParse(IncidentId, inputs.incident_id);
  const channel = z.safeParse(SlackChannelId, inputs.channel_id);
  if (!asker.success) return "Slack did not say who asks, so there is no brief. Press the button again.";
  const outcome = await bridgeClient(env).ask({
    type: "Brief",
    asker: asker.data,
    ...(incidentId.success ? { incidentId: incidentId.data } : {}),
    ...(channel.success ? { channel: channel.data } : {}),
  });
  if (outcome.kind !== "answered") return troubleSentence(outcome);
  if (!outcome.reply.ok) return outcome.reply.message;
  return outcome.reply.brief ?? "The bridge sent no brief. Try again in a minute.";
}
