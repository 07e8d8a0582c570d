import type { Content } from "../incident/content-schema.ts";
import type { Attempt } from "../incident/state.ts";
import { type Clock, iso } from "../platform/clock.ts";
import type { Logger } from "../platform/logger.ts";
import { look, type Sighting, sighting } from "./look-for-attempt.ts";
import type { PageReader } from "./page-reader.ts";
import { revisionOf } from "./statuspage-write.ts";

/**
 * What stands in the way of writing, by the page itself: the text that is there already, a target that is gone or is not as the
 * approver saw it, a page that cannot be read. Undefined when nothing does. Reads only.
 */
export async function lookBeforeWriting(
  { content, attempt }: { content: Content; attempt: Attempt },
  { page, clock, log }: { page: PageReader; clock: Clock; log: Logger },
): Promise<
  | { type: "PublishFailed"; reason: string }
  | { type: "PublishDeferred"; reason: string; notBefore: string }
  | { type: "PublishReconciled"; seen: Sighting }
  | undefined
> {
  try {
    if (attempt.n > 1) {
      const seen = look(await page.listIncidents(), content);
      if (seen.result !== "absent") return { type: "PublishReconciled", seen: sighting(seen, attempt.absences) };
    }
    if (content.targetId === null) return undefined;
    const target = await page.getIncident(content.targetId);
    if (!target) return { type: "PublishFailed", reason: "the public incident is gone from the page" };
    const rev = revisionOf(target.updates, target.status);
    return rev === content.expectedTargetRev
      ? undefined
      : {
          type: "PublishFailed",
          reason:
            "somebody changed the public incident after this text was written; account for that with /incident-response attest, then request the update again",
        };
  } catch (error) {
    // Nothing was sent yet, so waiting costs only time.
    log.warn("publish-page-unreadable", { marker: content.marker, attemptId: attempt.attemptId, error });
    return { type: "PublishDeferred", reason: "the page could not be read first", notBefore: iso(clock.now() + 5_000) };
  }
}
