import { askWithin } from "../clients/ask-within.ts";
import type { Budget } from "../clients/budget.ts";
import { isUnavailable } from "../clients/unavailable.ts";
import type { Companion, UserFacts } from "../slack-api/companion.ts";

/** Somebody who should be here, as their source knows them. */
export interface Candidate {
  name: string;
  slackId?: string | undefined;
  /** Tried when there is no Slack id, or none that Slack knows. */
  email?: string | undefined;
  /** Their shift it is, by some schedule. */
  onCallNow?: boolean | undefined;
}

export interface Placed {
  kind: "placed";
  userId: string;
  name: string;
  /** Set when Slack did not say who that is: the id comes from the source alone. */
  unchecked?: string;
}
export interface NotPlaced {
  kind: "missing";
  name: string;
  why: string;
}

export interface PlaceDeps {
  slack: Pick<Companion, "lookupByEmail" | "userFacts">;
  teamId: string;
}

/**
 * Finds a person in our Slack. Deactivated accounts, bots, guests and people of other workspaces are not invited. When Slack
 * does not answer, an id that the source itself gave is taken as it is: an unanswered question must not keep the person on
 * call out, and Slack refuses a dead account by itself. An address alone is not enough to guess somebody.
 */
export async function placeInSlack(
  { name, slackId, email }: Candidate,
  budget: Budget,
  { slack, teamId }: PlaceDeps,
): Promise<Placed | NotPlaced> {
  const missing = (why: string): NotPlaced => ({ kind: "missing", name, why });
  const judged = (facts: UserFacts): Placed | NotPlaced => {
    const objection = objectionTo(facts, teamId);
    return objection === undefined
      ? { kind: "placed", userId: facts.userId, name: facts.name }
      : { kind: "missing", name: facts.name, why: objection };
  };

  if (slackId !== undefined) {
    const facts = await askWithin(budget, () => slack.userFacts(slackId));
    if (!isUnavailable(facts)) return judged(facts);
    const unknown = "error" in facts && facts.error === "user_not_found";
    if (!unknown) return { kind: "placed", userId: slackId, name, unchecked: facts.unavailable };
    if (email === undefined) return missing(facts.unavailable);
  }
  if (email === undefined) return missing("no Slack identity of our workspace and no e-mail address");
  const facts = await askWithin(budget, () => slack.lookupByEmail(email.trim().toLowerCase()));
  return isUnavailable(facts) ? missing(facts.unavailable) : judged(facts);
}

function objectionTo(facts: UserFacts, teamId: string): string | undefined {
  if (facts.deleted) return "the Slack account is deactivated";
  if (facts.isBot) return "is a bot";
  if (facts.stranger || facts.teamId !== teamId) return "belongs to another Slack workspace";
  if (facts.restricted) return "is a guest in Slack";
  return undefined;
}
