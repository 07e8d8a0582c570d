import type { OnCallAlertGroup } from "../clients/oncall-client.ts";
import type { AlertFact } from "../ingress/alert-fact.ts";
import { readOncallPayload } from "../ingress/oncall-payload.ts";
import type { Instant } from "../platform/clock.ts";

/**
 * What OnCall's webhooks would have said of an open alert group: that it was created and, where that is so, acknowledged. Read
 * by the webhook's own reader, with the times of the webhook's own events, so the facts have the very identity that the lost
 * calls had: whichever comes second is a duplicate. Empty when the group is not what OnCall documents.
 */
export function missedFacts(group: OnCallAlertGroup, now: Instant): AlertFact[] {
  const said = (type: string, time: string, by?: string | null) =>
    readOncallPayload(
      {
        event: { type, time: asInWebhooks(time) },
        alert_group_id: group.id,
        alert_group: group,
        alert_payload: group.last_alert?.payload,
        ...(by ? { user: { id: by } } : {}),
      },
      now,
    );
  const readings = [
    said("alert group created", group.created_at),
    ...(group.state === "acknowledged" && group.acknowledged_at
      ? [said("acknowledge", group.acknowledged_at, group.acknowledged_by)]
      : []),
  ];
  return readings.flatMap((reading) => (reading.ok ? reading.fact : []));
}

/** The API ends its times in `Z` where the webhook writes the offset. */
const asInWebhooks = (time: string): string => time.replace(/Z$/, "+00:00");
