import type { DraftView } from "../../../shared/contracts/views.ts";
import { sections } from "../../blocks/block-kit.ts";
import { sentence } from "../../blocks/text.ts";
import { bridgeClient } from "../../bridge-client.ts";
import { troubleSentence } from "../../bridge-trouble.ts";
import { handlerDeadline } from "../../clock.ts";
import { log } from "../../log.ts";
import { clickOf } from "../../payload.ts";
import { type Slack, slackOf } from "../../slack-client.ts";
import type { CardCommand, Clicked } from "./card-command.ts";
import type { CardClick } from "./card-context.ts";
import type { Buttons } from "./card-message.ts";
import { CardValue } from "./card-value.ts";
import { paintOwnCard } from "./paint-own-card.ts";

interface CommandClick {
  command(clicked: Clicked, value: CardValue): CardCommand;
  /** How the card is painted afterwards; with buttons unless said otherwise. */
  buttons?: (draft: DraftView) => Buttons;
  /** True where the card does not show by itself that it worked. */
  saysDone?: boolean;
}

/**
 * A button that is one command.
 * 1. Send it, for exactly what this card showed to this person.
 * 2. Repaint the card with what the bridge says it stands at now, and tell the person who clicked, and only them,
 *    what the card does not tell.
 */
export const commandClick =
  ({ command, buttons = () => "with-buttons", saysDone = false }: CommandClick) =>
  async ({ body, action, client, env }: CardClick): Promise<void> => {
    const deadline = handlerDeadline();
    const { value: written, actor, channel, ts, executionId, effectId, commandId } = clickOf({ body, action });
    const value = CardValue.read(written);
    const { incidentId, draftId, version, hash16 } = value;
    const slack = slackOf(client, { deadline });
    const bridge = bridgeClient(env);
    const wish = command({ incidentId, draftId, version, hash16, channel, ts }, value);
    const outcome = await bridge.send({ ...wish, commandId, actor }); // 1
    if (outcome.kind !== "answered") return tell(slack, { channel, user: actor.userId }, troubleSentence(outcome));
    const { reply } = outcome;
    const { ok, message, draft } = reply;
    // A newer card shows the same text, and only its buttons count.
    const replaced = !reply.ok && reply.refusal === "stale-message";
    const card = { executionId, channel, ts, effectId, shown: { version, hash16 }, actor };
    await Promise.all([
      draft && paintOwnCard({ slack, bridge, deadline }, draft, card, replaced ? "without-buttons" : buttons(draft)),
      (!ok || saysDone || !draft) && tell(slack, { channel, user: actor.userId }, message),
    ]); // 2
  };

async function tell(slack: Slack, to: { channel: string; user: string }, text: string): Promise<void> {
  const said = sentence(text, 2_000);
  const told = await slack.call("chat.postEphemeral", { ...to, text: said.text, blocks: sections([said]) });
  if (!told.ok) log("warn", "answer_untold", { channel: to.channel, error: told.error });
}
