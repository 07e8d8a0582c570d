import type { Content } from "../incident/content-schema.ts";
import type { EventOf } from "../incident/events.ts";
import type { PageIncident } from "./page-reader.ts";
import { revisionOf } from "./statuspage-write.ts";

export type Seen = { result: "found"; found: PageIncident } | { result: "absent" | "conflict"; found?: undefined };

/** Whether the page holds what was meant to be written. */
export function look(listing: readonly PageIncident[], content: Content): Seen {
  const marked = listing.filter((entry) => entry.marker === content.marker);
  if (marked.length > 1) return { result: "conflict" };
  const [found] = marked;
  if (found)
    return content.targetId === null || found.id === content.targetId
      ? { result: "found", found }
      : { result: "conflict" };
  const target = listing.find((entry) => entry.id === content.targetId);
  if (!target) return { result: "absent" };

  // A changed incident may keep its old metadata: then exactly one new update with our words tells.
  const ours = updatesWith(content, target);
  if (ours.length > 1) return { result: "conflict" };
  return ours.length === 1 ? { result: "found", found: target } : { result: "absent" };
}

/**
 * Updates of the target that carry our words and are newer than the one the text was written upon. By their order and not by
 * time: the page's clock may be behind ours, and an update that landed would count as absent.
 */
export function updatesWith(content: Content, { updates }: PageIncident): PageIncident["updates"] {
  const base = updates.findIndex(({ id }) => id === content.expectedTargetRev?.split("|")[0]);
  const newer = base < 0 ? updates : updates.slice(0, base);
  return newer.filter(({ status, body }) => status === content.status && body === content.body);
}

/** What was seen, as the ledger records it. */
export type Sighting = Omit<EventOf<"PublishReconciled">, "type" | "draftId" | "version" | "attemptId">;

export const sighting = ({ result, found }: Seen, absences: number): Sighting => ({
  result,
  absences,
  targetId: found?.id ?? null,
  url: found?.shortlink ?? null,
  rev: found ? revisionOf(found.updates, found.status) : null,
  lookAfter: null,
});
