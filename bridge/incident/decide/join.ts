import { type Decision, happened, nothingNew, notOpen, refuse } from "../decision.ts";
import { isRestricted } from "../restricted.ts";
import type { Incident } from "../state.ts";

/** Asks the commander to be let into the room. */
export function askToJoin(state: Incident, { actor, reason }: { actor: string; reason: string | undefined }): Decision {
  if (state.status !== "open") return notOpen(state.status);
  if (state.roomOpenedAt === undefined) {
    return refuse("no-room-yet", "The room is not open yet. Ask again once it is announced.");
  }
  if (isCalledIn(state, actor)) {
    return refuse("already-invited", "You have been invited to the room already: look among your channels.");
  }
  const before = state.joins.findLast(({ userId }) => userId === actor);
  if (before && before.acceptedBy === undefined) {
    return refuse("already-asked", "You have asked already, and the room shows it. Nobody has accepted yet.");
  }
  return happened({ type: "JoinRequested", userId: actor, reason: reason || null });
}

/**
 * Lets somebody in who asked. It is the commander's to decide; while nobody commands, anybody's who was called in, except in a
 * restricted room.
 */
export function acceptJoin(state: Incident, { actor, userId }: { actor: string; userId: string }): Decision {
  if (state.status !== "open") return notOpen(state.status);
  if (state.commander !== undefined && state.commander !== actor) {
    return refuse("not-commander", `Only the commander can let people in; that is <@${state.commander}>.`);
  }
  if (state.commander === undefined && isRestricted(state)) {
    return refuse("no-commander", "This room is restricted: only its commander lets people in. Take command first.");
  }
  if (state.commander === undefined && !isCalledIn(state, actor)) {
    return refuse("not-called-in", "Nobody commands yet, so only somebody who was called in can let people in.");
  }
  const asked = state.joins.findLast((join) => join.userId === userId);
  if (!asked) return refuse("nobody-asked", `<@${userId}> has not asked to join.`);
  if (asked.acceptedBy !== undefined)
    return refuse("already-accepted", `<@${asked.acceptedBy}> has let them in already.`);
  return happened({ type: "JoinAccepted", userId, by: actor });
}

/** What became of an invitation. */
export function recordInvited(state: Incident, { userId, error }: { userId: string; error: string | null }): Decision {
  if (state.status === "none") return notOpen(state.status);
  return state.invited.has(userId) ? nothingNew : happened({ type: "PersonInvited", userId, error });
}

/** Invited when the room opened, or since. */
export const isCalledIn = (state: Incident, userId: string): boolean =>
  state.requester === userId ||
  state.commander === userId ||
  state.invited.get(userId)?.error === null ||
  ((state.responders?.people.some((person) => person.userId === userId) ?? false) &&
    !(state.steps.invite?.notInvited.some((person) => person.userId === userId) ?? false));
