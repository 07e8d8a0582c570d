import type { Instant } from "../../platform/clock.ts";
import { type ApproverFacts, authorityOf } from "../../publish-gate/approver.ts";
import { type Decision, happened, nothingNew, refuse } from "../decision.ts";
import { isFinal } from "../evolve-draft.ts";
import type { Draft, Incident } from "../state.ts";
import { AUTHORITY_TEXT } from "./approve.ts";

/** A click on a card, with what is known of whoever clicked. */
export interface CardClick {
  actor: string;
  ourTeam: string;
  facts: ApproverFacts;
  draftId: string;
  version: number;
  hash16: string;
}

type Checked = { ok: true; draft: Draft } | { ok: false; decision: Decision };

/** The draft, when the click was made on its current version; else why nothing was done. */
function current(state: Incident, click: Pick<CardClick, "draftId" | "version" | "hash16">): Checked {
  const draft = state.drafts.get(click.draftId);
  if (!draft?.content)
    return { ok: false, decision: refuse("draft-unknown", "There is no such draft in this incident.") };
  if (draft.version !== click.version || draft.contentHash?.slice(0, 16) !== click.hash16) {
    return {
      ok: false,
      decision: refuse(
        "stale-version",
        "This card shows an old version of the text. Nothing was changed; use the current card.",
      ),
    };
  }
  return { ok: true, draft };
}

/** As `current`, for what only somebody who may approve can do. */
function authorised(state: Incident, click: CardClick, now: Instant): Checked {
  const checked = current(state, click);
  if (!checked.ok) return checked;
  const authority = authorityOf(state, click.actor, click.facts, click.ourTeam, now);
  return authority.kind === "granted"
    ? checked
    : { ok: false, decision: refuse(authority.reason, AUTHORITY_TEXT[authority.reason]) };
}

/** Takes grants back while nothing was sent. Any authorised person may: stopping is never the dangerous side. */
export function revokeApproval(state: Incident, click: CardClick, now: Instant): Decision {
  const checked = authorised(state, click, now);
  if (!checked.ok) return checked.decision;
  const { draft } = checked;
  if (draft.state !== "PARTIAL" && draft.state !== "APPROVED") {
    return refuse("nothing-to-revoke", "This text is not waiting with an approval, so there is nothing to take back.");
  }
  const { draftId, version } = draft;
  return happened(
    ...draft.approvals.map(({ approvalId }) => ({
      type: "ApprovalRevoked" as const,
      draftId,
      version,
      approvalId,
      by: click.actor,
    })),
  );
}

/** Ticks one finding of the current version: seen by a person, and meant to be public. */
export function acknowledgeFinding(
  state: Incident,
  click: CardClick & { findingId: string; findings: readonly { id: string }[] },
  now: Instant,
): Decision {
  const checked = authorised(state, click, now);
  if (!checked.ok) return checked.decision;
  const { draft } = checked;
  if (isFinal(draft)) return refuse("draft-final", `This draft is already ${draft.state.toLowerCase()}.`);
  if (!click.findings.some(({ id }) => id === click.findingId))
    return refuse("finding-unknown", "The text holds no such finding any more.");
  if (Object.hasOwn(draft.acknowledged, click.findingId)) return nothingNew;
  const { draftId, version } = draft;
  return happened({ type: "FindingAcknowledged", draftId, version, findingId: click.findingId, by: click.actor });
}

/** Calls again only after this long, so that a nervous finger is not a storm of mentions. */
const ASK_AGAIN_MS = 60_000;

/** Anybody may call for an approver; it grants nothing. */
export function askApprover(state: Incident, click: Omit<CardClick, "facts" | "ourTeam">, now: Instant): Decision {
  const checked = current(state, click);
  if (!checked.ok) return checked.decision;
  const { draft } = checked;
  if (!["SHOWN", "PARTIAL", "FAILED", "NEEDS_HUMAN"].includes(draft.state)) {
    return refuse("nothing-to-approve", "This text does not wait for anybody's approval.");
  }
  if (draft.askedAt !== undefined && now < draft.askedAt + ASK_AGAIN_MS) {
    return refuse("asked-just-now", "The approvers were asked less than a minute ago.");
  }
  const { draftId, version } = draft;
  return happened({ type: "ApproverAsked", draftId, version, by: click.actor });
}

/** One authorised person takes it on themselves, for this version only. A review that only somebody else can close follows. */
export function useBreakGlass(
  state: Incident,
  click: CardClick & { reason: string; reviewId: string },
  now: Instant,
): Decision {
  const checked = authorised(state, click, now);
  if (!checked.ok) return checked.decision;
  const { draft } = checked;
  if (draft.state !== "SHOWN" && draft.state !== "PARTIAL") {
    return refuse("nothing-to-approve", "This text does not wait for anybody's approval.");
  }
  if (draft.breakGlass) return refuse("already-broken", "Break-glass was used for this version already.");
  const { draftId, version } = draft;
  return happened(
    { type: "BreakGlassUsed", draftId, version, by: click.actor, reason: click.reason },
    { type: "ReviewOpened", reviewId: click.reviewId, draftId, by: click.actor },
  );
}

/** Closes a review with what was found. Never by the person under review. */
export function closeReview(
  state: Incident,
  input: { actor: string; ourTeam: string; facts: ApproverFacts; reviewId: string; finding: string },
  now: Instant,
): Decision {
  const review = state.reviews.get(input.reviewId);
  if (!review) return refuse("review-unknown", "There is no such review in this incident.");
  if (review.closed) return refuse("review-closed", "This review is closed already.");
  if (review.by === input.actor)
    return refuse("own-review", "You used break-glass yourself, so somebody else must review it.");
  const authority = authorityOf(state, input.actor, input.facts, input.ourTeam, now);
  if (authority.kind === "denied") return refuse(authority.reason, AUTHORITY_TEXT[authority.reason]);
  return happened({ type: "ReviewClosed", reviewId: input.reviewId, by: input.actor, finding: input.finding });
}

/** A person says that the text is on the page, by its link and its words. */
export function attestPublished(
  state: Incident,
  click: CardClick & {
    link: string;
    textHash: string;
    page: { targetId: string; rev: string } | "unreadable" | "not-there";
  },
  now: Instant,
): Decision {
  const checked = authorised(state, click, now);
  if (!checked.ok) return checked.decision;
  const { draft } = checked;
  if (draft.state !== "NEEDS_HUMAN" && draft.state !== "FAILED") {
    return refuse("nothing-to-attest", "Only a text whose publishing failed or is unsettled can be attested.");
  }
  if (click.page === "not-there")
    return refuse("not-on-the-page", "No entry of the page has this link. Copy the link of the entry from the page.");
  const { draftId, version } = draft;
  const seen = click.page === "unreadable" ? { targetId: null, rev: null } : click.page;
  return happened({
    type: "PublishAttested",
    draftId,
    version,
    by: click.actor,
    link: click.link,
    textHash: click.textHash,
    ...seen,
  });
}

/** Ends an unsettled attempt: nothing more is sent. */
export function giveUpPublish(state: Incident, click: CardClick, now: Instant): Decision {
  const checked = authorised(state, click, now);
  if (!checked.ok) return checked.decision;
  const { draft } = checked;
  if (draft.state !== "NEEDS_HUMAN" && draft.state !== "FAILED") {
    return refuse("nothing-to-give-up", "Only a text whose publishing failed or is unsettled can be given up.");
  }
  const { draftId, version } = draft;
  return happened({ type: "PublishGivenUp", draftId, version, by: click.actor });
}
