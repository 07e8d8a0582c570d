import type { InvitePerson } from "../../shared/contracts/outbox.ts";
import { invitePeople } from "./invite-people.ts";
import { failedWith } from "./report-failure.ts";
import type { Work } from "./work.ts";

/** Lets one more person into an open room; whom Slack refuses, the room is told about. */
export async function invitePerson({ effectId, channel, userId }: InvitePerson, work: Work): Promise<boolean> {
  const { slack, executionId } = work;
  const end = await invitePeople(slack, channel, [userId]);
  if ("later" in end) return await failedWith(effectId, end.later, work);
  const error = end.notInvited?.[0]?.error ?? (end.ok ? undefined : (end.error ?? "refused"));
  await work.report(effectId, { result: "invited", executionId, ...(error === undefined ? {} : { error }) });
  return true;
}
