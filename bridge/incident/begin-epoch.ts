import type { Instant } from "../platform/clock.ts";
import type { EventOf } from "./events.ts";
import { type Draft, type Incident, initialIncident } from "./state.ts";

type EpochOpened = EventOf<"EpochOpened">;

/**
 * The state with which an epoch begins: nothing but what is restated. Drafts of before are void; a publication under way then needs a
 * person, because nobody knows whether it reached the page.
 */
export function beginEpoch(
  id: string,
  { epoch, openedAt, public: shown, attempt }: EpochOpened,
  at: Instant,
): Incident {
  const publishedAt = shown === null ? undefined : Date.parse(shown.publishedAt);
  return {
    ...initialIncident(id),
    epoch,
    ...(openedAt === null ? {} : { beganAt: Date.parse(openedAt) }),
    ...(shown === null || publishedAt === undefined
      ? {}
      : { public: { ...shown, publishedAt, components: {} }, lastPublicAt: publishedAt }),
    drafts: new Map(attempt === null ? [] : [[attempt.draftId, inDoubt(attempt, at)]]),
  };
}

function inDoubt(attempt: NonNullable<EpochOpened["attempt"]>, at: Instant): Draft {
  const { draftId, version, attemptId, n, content, contentHash, startedAt } = attempt;
  return {
    draftId,
    state: "NEEDS_HUMAN",
    request: { draftId, status: content.status, impact: "", components: [], notify: content.notify, by: null },
    requestedAt: Date.parse(startedAt),
    version,
    content,
    contentHash,
    proposedAt: at,
    showings: 0,
    oldCards: [],
    approvals: [],
    acknowledged: {},
    attempt: {
      attemptId,
      n,
      version,
      contentHash,
      owner: "unknown",
      startedAt: Date.parse(startedAt),
      leaseUntil: at,
      absences: 0,
    },
    attempts: n,
    denials: {},
    expired: [],
    reason: "it was on its way when the record of this incident broke; look at the page",
  };
}
