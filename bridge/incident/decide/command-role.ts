import type { Role } from "../../../shared/vocabulary.ts";
import type { ApproverFacts } from "../../publish-gate/approver.ts";
import { type Decision, happened, notOpen, refuse } from "../decision.ts";
import type { Incident, Offer } from "../state.ts";

/** The handover that waits for an answer. A newer offer replaces an older one; one that has lapsed can still be taken. */
export function openOffer(state: Incident): Offer | undefined {
  const newest = state.offers.at(-1);
  return newest?.closedBy === undefined ? newest : undefined;
}

/**
 * Makes the actor commander: when nobody is, when it was offered to them, or when the commander was asked and did not
 * answer. Authority moves in this one event. The commander's own claim only says that they are there.
 */
export function takeCommand(state: Incident, { actor }: { actor: string }): Decision {
  if (state.status !== "open") return notOpen(state.status);
  if (state.commander === actor) {
    return state.commandQuestionedAt === undefined
      ? refuse("already-commander", "You already have command.")
      : happened({ type: "CommandKept", by: actor });
  }
  const offered = openOffer(state)?.to === actor;
  if (state.commander !== undefined && !offered && state.commandAbandonedAt === undefined) {
    return refuse(
      "command-is-taken",
      `<@${state.commander}> has command. Ask them to hand it over (/incident-response handover @you).`,
    );
  }
  return happened({ type: "CommandTaken", by: actor, from: state.commander ?? null });
}

/** Offers command to somebody else. Nothing changes until they accept. */
export function offerHandover(
  state: Incident,
  offer: { actor: string; to: string; note: string | undefined; facts: ApproverFacts; ourTeam: string },
): Decision {
  if (state.status !== "open") return notOpen(state.status);
  if (state.commander === undefined)
    return refuse("no-commander", "Nobody has command yet; take it instead of handing it over.");
  if (state.commander !== offer.actor) {
    return refuse("not-commander", `Only the commander can hand over; that is <@${state.commander}>.`);
  }
  if (offer.to === offer.actor) return refuse("offered-to-self", "You already have command; choose somebody else.");
  if (isStranger(offer.facts, offer.ourTeam)) return refuse("not-a-member", `<@${offer.to}> ${STRANGER}`);
  return happened({ type: "HandoverOffered", to: offer.to, by: offer.actor, note: offer.note ?? null });
}

const STRANGER = "is a bot, a guest, deactivated or from another workspace; choose a member of this one.";

/** Only what Slack says for sure counts: whom it is silent about may be asked, and has to accept anyway. */
const isStranger = (facts: ApproverFacts, ourTeam: string): boolean =>
  facts.kind === "known" &&
  (facts.isBot || facts.deleted || facts.restricted || facts.stranger || facts.teamId !== ourTeam);

/**
 * Gives a role to somebody, or ends it (`to` null). The commander may do both; anybody may take a role that nobody has, and
 * give up their own. Roles carry no authority, so nothing is to be accepted.
 */
export function assignRole(
  state: Incident,
  {
    actor,
    role,
    to,
    facts,
    ourTeam,
  }: { actor: string; role: Role; to: string | null; facts: ApproverFacts | undefined; ourTeam: string },
): Decision {
  if (state.status !== "open") return notOpen(state.status);
  const holder = state.roles[role] ?? null;
  if (holder === to) {
    return to === null
      ? refuse("role-is-free", `Nobody is ${role}, so there is nothing to end.`)
      : refuse("has-role", `<@${to}> is ${role} already.`);
  }
  const ownBusiness = holder === null ? to === actor : holder === actor && to === null;
  if (state.commander !== actor && !ownBusiness) {
    return refuse(
      "not-commander",
      state.commander === undefined
        ? "Only the commander gives roles to others, and nobody has command yet."
        : `Only the commander gives roles to others; that is <@${state.commander}>.`,
    );
  }
  if (to !== null && facts && isStranger(facts, ourTeam)) return refuse("not-a-member", `<@${to}> ${STRANGER}`);
  return happened({ type: "RoleAssigned", role, to, from: holder, by: actor });
}
