import type { Instant } from "../../platform/clock.ts";
import { type ApproverFacts, authorityOf } from "../../publish-gate/approver.ts";
import { type Decision, happened, nothingNew, notOpen, refuse } from "../decision.ts";
import type { EventOf } from "../events.ts";
import type { Incident } from "../state.ts";
import { DENIAL_TEXT } from "./approve.ts";

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

/** An authorised person accounts for what was posted on the page by hand. */
export function attestPageEntry(
  state: Incident,
  input: ByPerson & { link: string; targetId: string | undefined },
  now: Instant,
): Decision {
  if (state.status === "none") return notOpen(state.status);
  const authority = authorityOf(state, input.actor, input.facts, input.ourTeam, now);
  if (authority.kind === "denied") return refuse(authority.reason, DENIAL_TEXT[authority.reason]);
  const open = [...state.unmatched].filter(
    ([, entry]) => entry.attestedBy === undefined && entry.targetId === input.targetId,
  );
  if (open.length === 0)
    return refuse("nothing-unmatched", "No entry of the page behind this link waits for an account.");
  return happened(
    ...open.map(([updateId]) => ({ type: "PageEntryAttested" as const, updateId, by: input.actor, link: input.link })),
  );
}

/** The commander says why the public incident stays open although the incident is over. */
export function leavePublicOpen(state: Incident, input: { actor: string; reason: string }): Decision {
  if (state.status !== "resolved")
    return refuse("not-resolved", "The incident is not resolved, so its public incident may stay open anyway.");
  if (!state.public || state.public.status === "resolved") return refuse("nothing-open", "Nothing public is open.");
  if (state.commander !== undefined && state.commander !== input.actor) {
    return refuse("not-commander", `Only the commander can decide that; that is <@${state.commander}>.`);
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
