import type { Instant } from "../../platform/clock.ts";
import { type ApproverFacts, authorityOf } from "../../publish-gate/approver.ts";
import { type Decision, happened, nothingNew, notOpen, refuse } from "../decision.ts";
import type { EventOf } from "../events.ts";
import { customersKnow, type Incident, type UnreadPublic } from "../state.ts";
import { AUTHORITY_TEXT } from "./approve.ts";

/** The page holds one text twice. Recorded once for each attempt. */
export function recordTwin(state: Incident, twin: Omit<EventOf<"TwinDetected">, "type">): Decision {
  const draft = state.drafts.get(twin.draftId);
  if (!draft || draft.attempt?.attemptId !== twin.attemptId || draft.twin) return nothingNew;
  return happened({ type: "TwinDetected", ...twin });
}

/** Entries of the page that nobody approved here. Each is recorded once. */
export function recordUnmatched(
  state: Incident,
  { entries }: { entries: readonly Omit<EventOf<"PagePostUnmatched">, "type">[] },
): Decision {
  // A listing is newest first; they are recorded in the order in which they were posted.
  const news = entries
    .filter(({ updateId }) => !state.unmatched.has(updateId))
    .slice(0, 20)
    .reverse();
  return happened(...news.map((entry) => ({ type: "PagePostUnmatched" as const, ...entry })));
}

interface ByPerson {
  actor: string;
  ourTeam: string;
  facts: ApproverFacts;
}

/** An authorised person accounts for what was posted on the page by hand, or says where an attested update stands. */
export function attestPageEntry(
  state: Incident,
  input: ByPerson & { link: string; page: { targetId: string; rev: string } | "not-there" },
  now: Instant,
): Decision {
  if (state.status === "none") return notOpen(state.status);
  const authority = authorityOf(state, input.actor, input.facts, input.ourTeam, now);
  if (authority.kind === "denied") return refuse(authority.reason, AUTHORITY_TEXT[authority.reason]);
  const { link, page } = input;
  if (page === "not-there")
    return refuse("not-on-the-page", "No entry of the page has this link. Copy the link of the entry from the page.");
  const open = [...state.unmatched].filter(
    ([, entry]) => entry.attestedBy === undefined && entry.targetId === page.targetId,
  );
  const { publicUnread } = state;
  if (open.length === 0 && !publicUnread)
    return refuse("nothing-unmatched", "No entry of the page behind this link waits for an account.");
  return happened(
    ...open.map(([updateId]) => ({ type: "PageEntryAttested" as const, updateId, by: input.actor, link })),
    ...(publicUnread ? [entryFound(publicUnread, { ...page, url: link })] : []),
  );
}

const entryFound = (
  { draftId }: UnreadPublic,
  { targetId, url, rev }: { targetId: string; url: string; rev: string },
): EventOf<"AttestedEntryFound"> => ({ type: "AttestedEntryFound", draftId, targetId, url, rev });

/** The page could be read again, and holds the entry that a person has attested. */
export function recordAttestedEntry(
  state: Incident,
  found: { draftId: string; targetId: string; url: string; rev: string },
): Decision {
  const { publicUnread } = state;
  return publicUnread?.draftId === found.draftId ? happened(entryFound(publicUnread, found)) : nothingNew;
}

/** Somebody says why the public incident stays open although the incident is over: the commander, else who answers for it. */
export function leavePublicOpen(state: Incident, input: ByPerson & { reason: string }, now: Instant): Decision {
  if (state.status !== "resolved")
    return refuse("not-resolved", "The incident is not resolved, so its public incident may stay open anyway.");
  if (!customersKnow(state) || state.public?.status === "resolved")
    return refuse("nothing-open", "Nothing public is open.");
  if (state.commander !== undefined && state.commander !== input.actor) {
    return refuse("not-commander", `Only the commander can decide that; that is <@${state.commander}>.`);
  }
  const authority = authorityOf(state, input.actor, input.facts, input.ourTeam, now);
  const responder = state.responders?.people.some(({ userId }) => userId === input.actor) ?? false;
  if (authority.kind === "denied" && !(authority.reason === "not-an-approver" && responder)) {
    return authority.reason === "not-an-approver"
      ? refuse(
          "not-a-responder",
          "Nobody commands this incident, so only one of its responders or a member of the approver group can decide that. Nothing was recorded; ask one of them.",
        )
      : refuse(authority.reason, AUTHORITY_TEXT[authority.reason]);
  }
  return happened({ type: "PublicLeftOpen", by: input.actor, reason: input.reason });
}

/** The record could not be covered by a checkpoint; said in the stream before anything is sent. */
export function recordCheckpointSkipped(
  state: Incident,
  skipped: Omit<EventOf<"CheckpointSkipped">, "type">,
): Decision {
  const draft = state.drafts.get(skipped.draftId);
  if (draft?.state !== "PUBLISHING" || draft.attempt?.attemptId !== skipped.attemptId) {
    return refuse("other-attempt", "Another attempt is under way.");
  }
  return happened({ type: "CheckpointSkipped", ...skipped });
}
