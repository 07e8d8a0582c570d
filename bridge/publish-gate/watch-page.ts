import type { Content } from "../incident/content-schema.ts";
import { recordAttestedEntry, recordTwin, recordUnmatched } from "../incident/decide/page-watch.ts";
import type { EventOf } from "../incident/events.ts";
import type { Incident, UnreadPublic } from "../incident/state.ts";
import { entryBehind } from "./find-on-page.ts";
import { updatesWith } from "./look-for-attempt.ts";
import type { PageIncident } from "./page-reader.ts";
import { GATE, type PublishDeps } from "./publish.ts";
import { reconcile } from "./reconcile.ts";
import { revisionOf } from "./statuspage-write.ts";

type WatchDeps = Pick<PublishDeps, "ledger" | "page" | "log" | "clock">;

/** After an unknown outcome: whether the text turns up after all, or stands on the page twice. Reads only. */
export async function watchForTwin(incident: string, draftId: string, deps: WatchDeps): Promise<void> {
  await reconcile(incident, draftId, deps);
  const draft = (await deps.ledger.load(incident)).drafts.get(draftId);
  if (!draft?.content || !draft.attempt) return;
  const entries = twinsOf(draft.content, await deps.page.listIncidents());
  if (entries.length < 2) return;
  const { attemptId } = draft.attempt;
  deps.log.error("publish-twin", { incident, draftId, attemptId, entries });
  await deps.ledger.execute(incident, { commandId: `twin:${attemptId}`, actor: GATE }, (state) =>
    recordTwin(state, { draftId, version: draft.version, attemptId, entries: entries.slice(0, 20) }),
  );
}

/** Entries or updates of the page that carry one and the same approved text. */
export function twinsOf(content: Content, listing: readonly PageIncident[]): string[] {
  if (content.targetId === null) return listing.filter(({ marker }) => marker === content.marker).map(({ id }) => id);
  const target = listing.find(({ id }) => id === content.targetId);
  return target ? updatesWith(content, target).map(({ id }) => id) : [];
}

/** Compares the page with what was approved here; what does not pair is recorded, and people are asked. Reads only. */
export async function watchPage(incident: string, commandId: string, deps: WatchDeps): Promise<void> {
  let state = await deps.ledger.load(incident);
  const unsettled = [...state.drafts.values()].filter((draft) => draft.state === "NEEDS_HUMAN");
  for (const { draftId } of unsettled) await reconcile(incident, draftId, deps);
  if (unsettled.length > 0) state = await deps.ledger.load(incident);
  const listing = await deps.page.listIncidents();
  const { publicUnread } = state;
  if (publicUnread) return findAttested(incident, publicUnread, listing, deps);
  const entries = unmatchedOn(state, listing);
  if (entries.length === 0) return;
  deps.log.warn("page-post-unmatched", { incident, updates: entries.map(({ updateId }) => updateId) });
  await deps.ledger.execute(incident, { commandId, actor: GATE }, (now) => recordUnmatched(now, { entries }));
}

/** Until the attested entry is known nothing else is concluded: it would be taken for somebody else's. */
async function findAttested(
  incident: string,
  { draftId, link }: UnreadPublic,
  listing: readonly PageIncident[],
  { ledger, log }: WatchDeps,
): Promise<void> {
  const found = entryBehind(link, listing);
  if (!found) return log.warn("attested-entry-not-found", { incident, draftId });
  const entry = { draftId, targetId: found.id, url: found.shortlink, rev: revisionOf(found.updates, found.status) };
  await ledger.execute(incident, { commandId: `attested:${draftId}`, actor: GATE }, (state) =>
    recordAttestedEntry(state, entry),
  );
}

/**
 * What stands on the page and was not published from here: foreign updates of our own public incident, and entries without any
 * marker that appeared since this incident opened. An update pairs with one published text of the same status and words.
 */
export function unmatchedOn(
  state: Incident,
  listing: readonly PageIncident[],
): Omit<EventOf<"PagePostUnmatched">, "type">[] {
  const drafts = [...state.drafts.values()];
  // While an attempt is open its update may be on the page already: nothing is concluded before it is settled.
  if (
    drafts.some((draft) => draft.state === "PUBLISHING" || draft.state === "UNKNOWN" || draft.state === "NEEDS_HUMAN")
  )
    return [];
  const ours = state.public?.targetId;
  const markers = new Set(drafts.map((draft) => draft.content?.marker));
  return listing.flatMap((entry) => {
    const own = entry.id === ours || (entry.marker !== undefined && markers.has(entry.marker));
    if (!own && entry.marker !== undefined) return [];
    const unused = drafts.flatMap(({ state: at, content }) => (own && at === "PUBLISHED" && content ? [content] : []));
    return entry.updates
      .filter((update) => {
        if (Date.parse(update.createdAt) < state.openedAt || state.unmatched.has(update.id)) return false;
        const pair = unused.findIndex(({ status, body }) => status === update.status && body === update.body);
        if (pair >= 0) unused.splice(pair, 1);
        return pair < 0;
      })
      .map(({ id, status }) => ({ targetId: entry.id, updateId: id, status: status.slice(0, 40) }));
  });
}
