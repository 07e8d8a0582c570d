import type { Clock } from "./platform/clock.ts";
import type { ApproverFacts } from "./publish-gate/approver.ts";
import type { Companion } from "./slack-api/companion.ts";

/** How old the membership list may be when somebody approves. */
const GROUP_MAX_AGE_MS = 30_000;

/** Reads live who a person is and whether they are in the approver group. Anything unclear is `unavailable`: fail closed. */
export const createApproverLookup =
  (deps: { companion: Pick<Companion, "userFacts" | "groupMembers">; group: string; clock: Clock }) =>
  async (userId: string): Promise<ApproverFacts> => {
    const [person, members] = await Promise.all([
      deps.companion.userFacts(userId, { priority: "approval" }),
      deps.companion.groupMembers(deps.group, { maxAgeMs: GROUP_MAX_AGE_MS, priority: "approval" }),
    ]);
    if ("error" in person) return { kind: "unavailable", why: person.unavailable };
    if ("error" in members) return { kind: "unavailable", why: members.unavailable };
    const { teamId, isBot, deleted, restricted, stranger } = person;
    return {
      kind: "known",
      userId: person.userId,
      teamId,
      isBot,
      deleted,
      restricted,
      stranger,
      inApproverGroup: members.userIds.includes(userId),
      lookedUpAt: Math.min(person.lookedUpAt, members.lookedUpAt),
    };
  };
