import type { Incident } from "../incident/state.ts";
import type { Instant } from "../platform/clock.ts";

/** Facts older than this do not prove anything about who may approve now. */
export const MAX_FACTS_AGE_MS = 60_000;

/** What Slack said about a person, and when. Looked up live at the click and again at the claim. */
export type ApproverFacts =
  | {
      kind: "known";
      userId: string;
      teamId: string;
      isBot: boolean;
      deleted: boolean;
      /** Guests, single- and multi-channel. */
      restricted: boolean;
      /** From another workspace, here through a shared channel. */
      stranger: boolean;
      inApproverGroup: boolean;
      lookedUpAt: Instant;
    }
  | { kind: "unavailable"; why: string };

export type Authority =
  | { kind: "granted"; basis: "commander" | "approver-group" }
  | { kind: "denied"; reason: "lookup-failed" | "not-a-member" | "not-an-approver" };

/** Who may approve: the commander of this incident or a member of the approver group, and only active people of our workspace. */
export function authorityOf(
  state: Incident,
  userId: string,
  facts: ApproverFacts,
  ourTeam: string,
  now: Instant,
): Authority {
  if (facts.kind === "unavailable" || facts.userId !== userId || now - facts.lookedUpAt > MAX_FACTS_AGE_MS) {
    return { kind: "denied", reason: "lookup-failed" };
  }
  if (facts.teamId !== ourTeam || facts.isBot || facts.deleted || facts.restricted || facts.stranger) {
    return { kind: "denied", reason: "not-a-member" };
  }
  if (state.commander === userId) return { kind: "granted", basis: "commander" };
  if (facts.inApproverGroup) return { kind: "granted", basis: "approver-group" };
  return { kind: "denied", reason: "not-an-approver" };
}

/** Who stands in for an executive in one incident: somebody of the approver group who does not command it. */
export function standsInForExecutive(...[state, userId, facts, ourTeam, now]: Parameters<typeof authorityOf>): boolean {
  const authority = authorityOf(state, userId, facts, ourTeam, now);
  return authority.kind === "granted" && authority.basis === "approver-group";
}
