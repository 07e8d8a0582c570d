import { LIMITS } from "../../shared/limits.ts";
import { askWithin } from "../clients/ask-within.ts";
import type { Budget } from "../clients/budget.ts";
import { isUnavailable } from "../clients/unavailable.ts";
import type { Clock } from "../platform/clock.ts";
import type { Services } from "../services/services.ts";
import type { Directory, DirectoryMember, Roster } from "./directory.ts";
import type { Candidate, NotPlaced } from "./place-in-slack.ts";
import { nobodyFrom, type SourceReading, unreadFrom } from "./source-reading.ts";

/** A group's name as long as a sentence can carry it. */
const MAX_SHOWN = 60;

/** The members of the service's directory group. That an organisation has no directory is not worth a sentence in every room. */
export async function fromDirectory(
  service: string,
  deps: { budget: Budget; directory: Directory | undefined; services: Pick<Services, "entry">; clock: Clock },
): Promise<SourceReading> {
  const { budget, directory, clock } = deps;
  const entry = deps.services.entry(service);
  const group = entry?.directory_group;
  if (group === undefined)
    return nobodyFrom("directory", entry === undefined ? undefined : `${service} has no directory group`);
  const called = `the directory group ${group.slice(0, MAX_SHOWN)}`;
  const notConfigured = nobodyFrom("directory", "the directory is not configured");
  if (directory === undefined) return notConfigured;
  const roster = await askWithin(budget, (timeoutMs) => directory.members(group, { timeoutMs }));
  if (isUnavailable(roster)) return unreadFrom("directory", called, roster.unavailable);
  if ("notConfigured" in roster) return notConfigured;
  const left = roster.members.length - LIMITS.invites;
  return {
    source: "directory",
    called,
    people: roster.members.slice(0, LIMITS.invites).map(candidateOf),
    ...(roster.members.length === 0 ? { why: `${called} has no active members` } : {}),
    ...(roster.stale === undefined
      ? left > 0
        ? { trouble: `${left} more members of ${called} are too many to invite at once` }
        : {}
      : { trouble: oldSentence(called, roster, roster.stale, clock) }),
  };
}

function oldSentence(called: string, { asOf }: Roster, why: string, clock: Clock): string {
  const minutes = Math.max(1, Math.round((clock.now() - asOf) / 60_000));
  return `${called} is as it was ${minutes} min ago, because it could not be read now (${why})`;
}

const candidateOf = ({ name, email }: DirectoryMember): Candidate | NotPlaced =>
  email === undefined ? { kind: "missing", name, why: "the directory holds no e-mail address" } : { name, email };
