import type { Actor } from "../../../shared/contracts/commands.ts";
import type { DraftView } from "../../../shared/contracts/views.ts";
import { BRIDGE_TIMEOUT_MS, type BridgeClient } from "../../bridge-client.ts";
import { troubleName } from "../../bridge-trouble.ts";
import { type Instant, systemClock } from "../../clock.ts";
import { putCardRow } from "../../datastores/approval-cards.ts";
import { log } from "../../log.ts";
import type { Slack } from "../../slack-client.ts";
import { type Buttons, cardMessage } from "./card-message.ts";

interface OwnCard {
  executionId: string;
  channel: string;
  ts: string;
  effectId: string | undefined;
  /** What the card showed before. */
  shown: { version: number; hash16: string };
  actor: Actor;
}

/** The report is tried even at the very end; when it fails, the bridge has a drain show the new version afresh. */
const REPORT_MIN_MS = 200;

/**
 * Repaints the card from inside the execution that posted it: the only one that may paint buttons.
 * A version that was not on the card before is reported as shown, or nobody could approve it here.
 * A failure is logged and left to the outbox, which paints what the ledger says.
 */
export async function paintOwnCard(
  { slack, bridge, deadline }: { slack: Slack; bridge: BridgeClient; deadline: Instant },
  draft: DraftView,
  card: OwnCard,
  buttons: Buttons,
): Promise<void> {
  const { executionId, channel, ts, actor, shown } = card;
  const { draftId, version, contentHash, incidentId } = draft;
  const painted = await slack.call("chat.update", {
    channel,
    ts,
    ...cardMessage(draft, buttons, card.effectId ?? `${executionId}:${version}`),
  });
  if (!painted.ok) {
    log("warn", "card_repaint_failed", { incidentId, draftId, version, error: painted.error });
    return;
  }
  if (version === shown.version && contentHash.startsWith(shown.hash16)) return;
  const reported = await bridge.send(
    {
      type: "ReportDraftShown",
      commandId: `${executionId}:shown:${draftId}:${version}`,
      actor,
      incidentId,
      draftId,
      version,
      contentHash,
      channel,
      ts,
      executionId,
    },
    Math.max(REPORT_MIN_MS, Math.min(BRIDGE_TIMEOUT_MS, deadline - systemClock.now())),
  );
  if (reported.kind !== "answered") {
    log("warn", "card_report_failed", { incidentId, draftId, version, error: troubleName(reported) });
  } else if (!reported.reply.ok) {
    log("warn", "card_report_refused", { incidentId, draftId, version, error: reported.reply.refusal });
  }
  await putCardRow(slack, { draft, channel, ts, executionId });
}
