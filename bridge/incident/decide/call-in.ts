import type { ApproverFacts } from "../../publish-gate/approver.ts";
import { type Decision, happened, notOpen, refuse } from "../decision.ts";
import { isRestricted } from "../restricted.ts";
import type { Incident } from "../state.ts";

/**
 * Wants people in the room who are not there. Anybody in it may, as in any private channel of Slack; into a restricted room only
 * its commander brings people. Who was invited before may have left since and is invited anew.
 */
export function callIn(state: Incident, { actor, userIds }: { actor: string; userIds: readonly string[] }): Decision {
  if (state.status === "none" || state.status === "archived") return notOpen(state.status);
  if (isRestricted(state) && state.commander !== actor) {
    return refuse(
      "not-commander",
      state.commander === undefined
        ? "This room is restricted: only its commander brings people in. Take command first."
        : `This room is restricted: only its commander brings people in; that is <@${state.commander}>.`,
    );
  }
  return happened(...userIds.map((userId) => ({ type: "PersonCalledIn" as const, userId, by: actor })));
}

/** Why this person cannot be invited at all; undefined where only Slack can tell. */
export function cannotComeIn(facts: ApproverFacts, ourTeam: string): string | undefined {
  if (facts.kind === "unavailable") return undefined;
  if (facts.deleted) return "is deactivated";
  if (facts.isBot) return "is a bot; add apps with Slack's own /invite";
  return facts.stranger || facts.teamId !== ourTeam ? "is from another workspace" : undefined;
}
