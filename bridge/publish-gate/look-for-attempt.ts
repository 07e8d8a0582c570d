import type { Content, EventOf } from "../incident/events.ts";
import type { Attempt } from "../incident/state.ts";
import type { PageIncident } from "./page-reader.ts";
import { revisionOf } from "./statuspage-write.ts";

export type Seen = { result: "found"; found: PageIncident } | { result: "absent" | "conflict"; found?: undefined };

/** Whether the page holds what the attempt meant to write. */
export function look(listing: readonly PageIncident[], content: Content, attempt: Pick<Attempt, "since">): Seen {
  const marked = listing.filter((entry) => entry.marker === content.marker);
  if (marked.length > 1) return { result: "conflict" };
  const [found] = marked;
  if (found)
    return content.targetId === null || found.id === content.targetId
      ? { result: "found", found }
      : { result: "conflict" };
  if (content.targetId === null) return { result: "absent" };

  // A changed incident may keep its old metadata: then exactly one new update with our words tells.
  const target = listing.find((entry) => entry.id === content.targetId);
  const ours = (target?.updates ?? []).filter(
    (update) =>
      update.status === content.status && update.body === content.body && Date.parse(update.createdAt) >= attempt.since,
  );
  if (target && ours.length === 1) return { result: "found", found: target };
  return { result: ours.length > 1 ? "conflict" : "absent" };
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
