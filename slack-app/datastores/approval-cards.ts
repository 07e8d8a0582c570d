import { DefineDatastore, Schema } from "deno-slack-sdk/mod.ts";
import type { DraftView } from "../../shared/contracts/views.ts";
import type { Slack } from "../slack-client.ts";
import { putRow } from "./put-row.ts";

/** Which message shows which draft version, and which execution serves its buttons. A cache of presentation. */
export const ApprovalCards = DefineDatastore({
  name: "approval_cards",
  primary_key: "card",
  attributes: {
    /** `<draft id>:<version>` */
    card: { type: Schema.types.string },
    incident_id: { type: Schema.types.string },
    content_hash: { type: Schema.types.string },
    channel_id: { type: Schema.slack.types.channel_id },
    message_ts: { type: Schema.types.string },
    /** Empty once nothing serves the buttons. */
    execution_id: { type: Schema.types.string },
    state: { type: Schema.types.string },
  },
});

interface ShownCard {
  draft: DraftView;
  channel: string;
  ts: string;
  /** Left out when the card was painted without buttons. */
  executionId?: string;
}

export const putCardRow = (slack: Slack, { draft, channel, ts, executionId = "" }: ShownCard): Promise<void> =>
  putRow(slack, ApprovalCards.name, {
    card: `${draft.draftId}:${draft.version}`,
    incident_id: draft.incidentId,
    content_hash: draft.contentHash,
    channel_id: channel,
    message_ts: ts,
    execution_id: executionId,
    state: draft.state,
  });
