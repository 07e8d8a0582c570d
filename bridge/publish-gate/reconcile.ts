import { recordReconciled } from "../incident/decide/publish.ts";
import type { Content, EventOf } from "../incident/events.ts";
import type { Attempt } from "../incident/state.ts";
import { iso } from "../platform/clock.ts";
import type { PageIncident } from "./page-reader.ts";
import { GATE, type PublishDeps } from "./publish.ts";
import { revisionOf } from "./statuspage-write.ts";

/** Two clean listings this far apart must both lack the entry before it counts as absent. */
const BETWEEN_LISTINGS_MS = 30_000;

/**
 * Finds out whether an attempt without an answer reached the page, by reading it. Never sends anything.
 * Found settles it; absent twice, or anything odd, is left to a person.
 */
export async function reconcile(
  incident: string,
  draftId: string,
  deps: Pick<PublishDeps, "ledger" | "clock" | "page" | "log">,
): Promise<void> {
  const state = await deps.ledger.load(incident);
  const draft = state.drafts.get(draftId);
  if (draft?.state !== "UNKNOWN" || !draft.content || !draft.attempt) return;
  const { content, attempt, version } = draft;

  // A listing that fails counts as nothing: the effect stays owed and is tried again.
  const seen = look(await deps.page.listIncidents(), content, attempt);
  const absences = seen.result === "absent" ? attempt.absences + 1 : attempt.absences;
  const event: Omit<EventOf<"PublishReconciled">, "type"> = {
    draftId,
    version,
    attemptId: attempt.attemptId,
    result: seen.result,
    absences,
    targetId: seen.found?.id ?? null,
    url: seen.found?.shortlink ?? null,
    rev: seen.found ? revisionOf(seen.found.updates, seen.found.status) : null,
    lookAfter: seen.result === "absent" ? iso(deps.clock.now() + BETWEEN_LISTINGS_MS) : null,
  };
  deps.log.info("publish-reconciled", {
    incident,
    draftId,
    attemptId: attempt.attemptId,
    result: seen.result,
    absences,
  });
  const commandId = `reconcile:${attempt.attemptId}:${seen.result}:${absences}`;
  await deps.ledger.execute(incident, { commandId, actor: GATE }, (current) => recordReconciled(current, event));
}

type Seen = { result: "found"; found: PageIncident } | { result: "absent" | "conflict"; found?: undefined };

/** Whether the page holds what the attempt meant to write. */
export function look(listing: readonly PageIncident[], content: Content, attempt: Pick<Attempt, "startedAt">): Seen {
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
      update.status === content.status &&
      update.body === content.body &&
      Date.parse(update.createdAt) >= attempt.startedAt,
  );
  if (target && ours.length === 1) return { result: "found", found: target };
  return { result: ours.length > 1 ? "conflict" : "absent" };
}
