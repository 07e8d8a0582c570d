import { sentenceSection } from "../../blocks/block-kit.ts";
import { words } from "../../blocks/text.ts";
import { bridgeClient } from "../../bridge-client.ts";
import { troubleSentence } from "../../bridge-trouble.ts";
import { handlerDeadline } from "../../clock.ts";
import { log } from "../../log.ts";
import { clickOf } from "../../payload.ts";
import { slackOf } from "../../slack-client.ts";
import type { CardClick } from "./card-context.ts";
import { CardValue } from "./card-value.ts";
import { paintOwnCard } from "./paint-own-card.ts";

/**
 * *Approve & Publish* and *Approve again*.
 * 1. Ask the bridge to grant exactly what this card showed to this person.
 * 2. Repaint the card with what the bridge says it stands at now.
 * 3. Tell the person who clicked, and only them, when it was not granted.
 */
export async function onApprove({ body, action, client, env }: CardClick): Promise<void> {
  const deadline = handlerDeadline();
  const click = clickOf({ body, action });
  const shown = CardValue.read(click.value);
  const { actor, channel, ts, executionId, effectId, commandId } = click;
  const slack = slackOf(client, { deadline });
  const bridge = bridgeClient(env);
  const outcome = await bridge.send({ type: "ApproveDraft", commandId, actor, ...shown, channel, ts }); // 1
  if (outcome.kind === "answered" && outcome.reply.draft) {
    await paintOwnCard({ slack, bridge, deadline }, outcome.reply.draft, {
      executionId,
      channel,
      ts,
      effectId,
      shown,
      actor,
    }); // 2
  }
  if (outcome.kind === "answered" && outcome.reply.ok) return;
  const text = outcome.kind === "answered" ? outcome.reply.message : troubleSentence(outcome);
  const told = await slack.call("chat.postEphemeral", { channel, user: actor.userId, ...aside(text) }); // 3
  if (!told.ok) log("warn", "refusal_untold", { draftId: shown.draftId, error: told.error });
}

const aside = (text: string) => ({ text: words(text).text, blocks: [sentenceSection(text)] });
