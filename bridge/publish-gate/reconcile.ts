import { recordReconciled } from "../incident/decide/publish.ts";
import type { EventOf } from "../incident/events.ts";
import { iso } from "../platform/clock.ts";
import { look, sighting } from "./look-for-attempt.ts";
import { GATE, type PublishDeps } from "./publish.ts";

/** Two clean listings this far apart must both lack the entry before it counts as absent. */
const BETWEEN_LISTINGS_MS = 30_000;

/**
 * Finds out whether an attempt without an answer reached the page, by reading it. Never sends anything.
 * Found settles it, even when a person is asked already; absent twice, or anything odd, is left to a person.
 */
export async function reconcile(
  incident: string,
  draftId: string,
  deps: Pick<PublishDeps, "ledger" | "clock" | "page" | "log">,
): Promise<void> {
  const state = await deps.ledger.load(incident);
  const draft = state.drafts.get(draftId);
  if (!draft || (draft.state !== "UNKNOWN" && draft.state !== "NEEDS_HUMAN") || !draft.content || !draft.attempt)
    return;
  const { content, attempt, version } = draft;

  // A listing that fails counts as nothing: the effect stays owed and is tried again.
  const seen = look(await deps.page.listIncidents(), content);
  if (draft.state === "NEEDS_HUMAN" && seen.result !== "found") return;
  const absences = seen.result === "absent" ? attempt.absences + 1 : attempt.absences;
  const event: Omit<EventOf<"PublishReconciled">, "type"> = {
    draftId,
    version,
    attemptId: attempt.attemptId,
    ...sighting(seen, absences),
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
