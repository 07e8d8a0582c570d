import { LIMITS } from "../../shared/limits.ts";
import { isUnavailable, type Unavailable } from "../clients/unavailable.ts";
import type { Services } from "../services/services.ts";
import type { OnCallPeople } from "./on-call-people.ts";
import type { Candidate, NotPlaced } from "./place-in-slack.ts";
import { nobodyFrom, type SourceReading, unreadFrom } from "./source-reading.ts";

/** Who is on call now by the schedule that services.yaml gives the service. */
export async function fromSchedule(
  service: string,
  { services, known }: { services: Pick<Services, "entry">; known: OnCallPeople },
): Promise<SourceReading> {
  const entry = services.entry(service);
  if (entry === undefined) return nobodyFrom("schedule", `the service ${service} is not in the catalogue`);
  if (entry.oncall_schedule === undefined) return nobodyFrom("schedule", `${service} has no on-call schedule`);
  const people = await onCallNow(entry.oncall_schedule, known);
  if (isUnavailable(people)) return unreadFrom("schedule", "the on-call schedule", people.unavailable);
  if (people.length === 0) return nobodyFrom("schedule", "nobody is on call now");
  return { source: "schedule", called: "who is on call now", people };
}

/** The people of a schedule whose shift it is. */
export async function onCallNow(
  scheduleId: string,
  known: OnCallPeople,
): Promise<(Candidate | NotPlaced)[] | Unavailable> {
  const schedule = await known.schedule(scheduleId);
  if (isUnavailable(schedule)) return schedule;
  const people = await known.people(schedule.onCallNow.slice(0, LIMITS.invites).map((id) => ({ id })));
  return people.map((person) => ("kind" in person ? person : { ...person, onCallNow: true }));
}
