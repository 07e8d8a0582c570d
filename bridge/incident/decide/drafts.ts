import { composeContent, contentHash, normaliseText, textRefusal } from "../../publish-gate/content.ts";
import { type Decision, happened, nothingNew, notOpen, refuse } from "../decision.ts";
import type { EventOf, IncidentEvent } from "../events.ts";
import { isFinal } from "../evolve-draft.ts";
import { BUSY, type Draft, type Incident } from "../state.ts";

/** Enough for any real incident; a bound on what one stream can hold. */
const MAX_DRAFTS = 50;

/** Somebody wants customers told. The text is drafted next; nothing is shown to anybody yet. */
export function requestStatusUpdate(
  state: Incident,
  request: Omit<EventOf<"StatusUpdateRequested">, "type">,
): Decision {
  if (state.status === "none" || state.status === "archived") return notOpen(state.status);
  if (state.channel === undefined)
    return refuse("no-room", "There is no war room yet to show a draft in; try again in a moment.");
  if (state.publicUnread) return publicUnread;
  if (state.public?.status === "resolved") {
    return refuse(
      "public-resolved",
      "The public incident is already resolved; declare a new incident to tell customers more.",
    );
  }
  if (state.public === undefined && state.status === "resolved") {
    return refuse(
      "incident-closed",
      "This incident is resolved and customers were never told of it; nothing was changed.",
    );
  }
  if (state.public === undefined && request.status === "resolved") {
    return refuse(
      "nothing-to-resolve",
      "Nothing is public yet, so there is nothing to resolve; choose another status.",
    );
  }
  const busy = busyDraft(state);
  if (busy)
    return refuse(
      "publish-under-way",
      "Another customer update is on its way; wait until its card says how that ended.",
    );
  if (state.drafts.size >= MAX_DRAFTS)
    return refuse("too-many-drafts", `This incident already has ${MAX_DRAFTS} drafts.`);
  return happened({ type: "StatusUpdateRequested", ...request });
}

/** An update written now could become a second public incident. */
const publicUnread = refuse(
  "public-unread",
  "Customers have been told by hand, and the status page could not be read to find where. Another update can be written once that entry is found: give its link with /incident-response attest, or try again in a moment.",
);

export const busyDraft = (state: Incident, except?: string): Draft | undefined =>
  [...state.drafts.values()].find((draft) => draft.draftId !== except && BUSY.includes(draft.state));

export interface ProposeDraft {
  draftId: string;
  pageId: string;
  title: string;
  body: string;
  author: EventOf<"DraftProposed">["author"];
}

/** Turns a request into version 1 of a draft. An older idle draft gives way. */
export function proposeDraft(state: Incident, proposal: ProposeDraft): Decision {
  if (state.status === "archived") return notOpen(state.status);
  const draft = state.drafts.get(proposal.draftId);
  if (!draft) return refuse("draft-unknown", "There is no such draft.");
  if (draft.state !== "REQUESTED") return nothingNew;
  if (busyDraft(state)) return refuse("publish-under-way", "Another customer update is on its way.");
  if (state.publicUnread) return publicUnread;

  const title = normaliseText(proposal.title);
  const body = normaliseText(proposal.body);
  const refusal = textRefusal(title, body);
  if (refusal) return refuse("text-refused", refusal);

  const content = compose(state, draft, { pageId: proposal.pageId, version: 1, title, body });
  const events: IncidentEvent[] = [];
  for (const older of state.drafts.values()) {
    if (older.draftId === draft.draftId || isFinal(older)) continue;
    events.push({ type: "DraftSuperseded", draftId: older.draftId, version: older.version, byDraftId: draft.draftId });
  }
  events.push({
    type: "DraftProposed",
    draftId: draft.draftId,
    version: 1,
    content,
    contentHash: contentHash(content),
    author: proposal.author,
  });
  return happened(...events);
}

export interface ReviseDraft {
  actor: string;
  draftId: string;
  baseVersion: number;
  title: string;
  body: string;
}

/** A person's edit: a new version, and whatever was approved before no longer counts. */
export function reviseDraft(state: Incident, edit: ReviseDraft): Decision {
  const draft = state.drafts.get(edit.draftId);
  if (!draft?.content) return refuse("draft-unknown", "There is no such draft in this incident.");
  if (state.publicUnread) return publicUnread;
  if (!["DRAFTED", "SHOWN", "PARTIAL", "APPROVED", "FAILED"].includes(draft.state)) {
    return refuse("draft-not-editable", `This draft is ${draft.state.toLowerCase()}, so it cannot be edited any more.`);
  }
  if (draft.version !== edit.baseVersion) {
    return refuse(
      "edited-meanwhile",
      `Somebody else saved version ${draft.version} while you were editing; open the current card and edit that.`,
    );
  }
  const title = normaliseText(edit.title);
  const body = normaliseText(edit.body);
  const refusal = textRefusal(title, body);
  if (refusal) return refuse("text-refused", refusal);
  if (title === draft.content.title && body === draft.content.body)
    return refuse("nothing-changed", "The text is the same as before.");

  const content = compose(state, draft, { pageId: draft.content.pageId, version: draft.version + 1, title, body });
  const voided = draft.approvals.map(
    ({ approvalId }): IncidentEvent => ({
      type: "ApprovalVoided",
      draftId: draft.draftId,
      version: draft.version,
      approvalId,
      reason: "edited",
    }),
  );
  return happened(...voided, {
    type: "DraftRevised",
    draftId: draft.draftId,
    version: draft.version + 1,
    content,
    contentHash: contentHash(content),
    by: edit.actor,
  });
}

/** The exact content of a version: the words, and what the request and the page say. */
export const compose = (
  state: Incident,
  draft: Pick<Draft, "draftId" | "request">,
  text: { pageId: string; version: number; title: string; body: string },
) =>
  composeContent({
    ...text,
    incidentId: state.id,
    draftId: draft.draftId,
    target: state.public ? { id: state.public.targetId, rev: state.public.rev } : undefined,
    status: draft.request.status,
    components: draft.request.components,
    notify: draft.request.notify,
  });

export interface ShownReport {
  draftId: string;
  version: number;
  contentHash: string;
  channel: string;
  ts: string;
  executionId: string;
}

/** A card was painted. Only the card of the current version can be approved; any other report asks for a repaint. */
export function recordDraftShown(state: Incident, shown: ShownReport): Decision {
  const draft = state.drafts.get(shown.draftId);
  if (!draft) return refuse("draft-unknown", "There is no such draft in this incident.");
  if (isFinal(draft) || draft.version !== shown.version || draft.contentHash !== shown.contentHash) {
    return refuse("repaint", "This card shows an old version.");
  }
  if (
    draft.card?.ts === shown.ts &&
    draft.card.version === shown.version &&
    draft.card.executionId === shown.executionId
  )
    return nothingNew;
  if (state.channel !== undefined && shown.channel !== state.channel)
    return refuse("wrong-channel", "A card belongs in the incident's own room.");
  return happened({ type: "DraftShown", ...shown });
}

/** A person says no. Not to a text that may be public: nobody can take that back. */
export function rejectDraft(
  state: Incident,
  click: { actor: string; draftId: string; version: number; reason: string },
): Decision {
  const draft = state.drafts.get(click.draftId);
  if (!draft) return refuse("draft-unknown", "There is no such draft in this incident.");
  if (isFinal(draft)) return refuse("draft-final", `This draft is already ${draft.state.toLowerCase()}.`);
  if (draft.version !== click.version)
    return refuse("stale-version", `This card shows version ${click.version}; version ${draft.version} is current.`);
  if (draft.state === "PUBLISHING" || draft.state === "UNKNOWN") {
    return refuse("publish-under-way", "This text is on its way to the page, so it cannot be rejected any more.");
  }
  const { draftId, version } = draft;
  if (draft.state === "NEEDS_HUMAN") {
    return refuse(
      "publish-unsettled",
      "Nobody knows yet whether this is public; give it up, attest it or approve it again instead.",
    );
  }
  return happened({ type: "DraftRejected", draftId, version, by: click.actor, reason: click.reason });
}

export function recordCardRepainted(state: Incident, painted: Omit<EventOf<"CardRepainted">, "type">): Decision {
  const draft = state.drafts.get(painted.draftId);
  if (!draft) return refuse("draft-unknown", "There is no such draft in this incident.");
  return happened({ type: "CardRepainted", ...painted });
}

/** How long a draft may wait for anybody. */
export const DRAFT_TTL_MS = 4 * 3_600_000;

export function expireDraft(state: Incident, { draftId }: { draftId: string }, now: number): Decision {
  const draft = state.drafts.get(draftId);
  if (!draft || isFinal(draft) || BUSY.includes(draft.state)) return nothingNew;
  if (now < (draft.proposedAt ?? draft.requestedAt) + DRAFT_TTL_MS) return nothingNew;
  return happened({ type: "DraftExpired", draftId, version: draft.version });
}
