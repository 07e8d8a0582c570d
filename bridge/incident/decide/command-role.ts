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
  offer: { actor: string; to: string; note: string | undefined },
): Decision {
  if (state.status !== "open") return notOpen(state.status);
  if (state.commander === undefined)
    return refuse("no-commander", "Nobody has command yet; take it instead of handing it over.");
  if (state.commander !== offer.actor) {
    return refuse("not-commander", `Only the commander can hand over; that is <@${state.commander}>.`);
  }
  if (offer.to === offer.actor) return refuse("offered-to-self", "You already have command; choose somebody else.");
  return happened({ type: "HandoverOffered", to: offer.to, by: offer.actor, note: offer.note ?? null });
}
