import { LIMITS } from "../../shared/limits.ts";
import { askWithin } from "../clients/ask-within.ts";
import type { Budget } from "../clients/budget.ts";
import type { OnCallClient } from "../clients/oncall-client.ts";
import { isUnavailable } from "../clients/unavailable.ts";
import type { OnCallPeople } from "./on-call-people.ts";
import { onCallNow } from "./service-schedule.ts";
import { nobodyFrom, type SourceReading, unreadFrom } from "./source-reading.ts";

/** Schedules of one chain that are looked at. */
const MAX_SCHEDULES = 10;

/**
 * Whom the alert's escalation chain would call: who is on call now by the schedules of its steps, and the people its steps
 * name. Steps for teams and Slack user groups are not followed; OnCall itself notifies those.
 */
export async function fromEscalationChain(
  routeId: string | undefined,
  { budget, oncall, known }: { budget: Budget; oncall: OnCallClient; known: OnCallPeople },
): Promise<SourceReading> {
  if (routeId === undefined) return nobodyFrom("chain", "the alert names no escalation route");
  const unread = (reason: string) => unreadFrom("chain", "the escalation chain", reason);
  const route = await askWithin(budget, (timeoutMs) => oncall.route(routeId, { timeoutMs }));
  if (isUnavailable(route)) return unread(route.unavailable);
  const { chainId } = route;
  if (chainId === undefined) return nobodyFrom("chain", "its route has no escalation chain");
  const steps = await askWithin(budget, (timeoutMs) => oncall.escalationSteps(chainId, { timeoutMs }));
  if (isUnavailable(steps)) return unread(steps.unavailable);

  const scheduleIds = [...new Set(steps.flatMap(({ scheduleId }) => scheduleId ?? []))].slice(0, MAX_SCHEDULES);
  const persons = [...new Set(steps.flatMap((step) => step.persons))].slice(0, LIMITS.invites);
  const [schedules, called] = await Promise.all([
    Promise.all(scheduleIds.map((id) => onCallNow(id, known))),
    known.people(persons.map((id) => ({ id }))),
  ]);
  const closed = schedules.find(isUnavailable);
  const people = [...schedules.flatMap((read) => (isUnavailable(read) ? [] : read)), ...called];
  return {
    source: "chain",
    called: "the escalation chain",
    people,
    ...(people.length === 0 && closed === undefined ? { why: "the escalation chain names nobody" } : {}),
    ...(closed === undefined
      ? {}
      : { trouble: `a schedule of the escalation chain could not be read (${closed.unavailable})` }),
  };
}
