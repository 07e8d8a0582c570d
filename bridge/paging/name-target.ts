import { askWithin } from "../clients/ask-within.ts";
import type { Budget } from "../clients/budget.ts";
import type { OnCallClient } from "../clients/oncall-client.ts";
import type { OnCallPaging } from "../clients/oncall-paging.ts";
import { isUnavailable, type Unavailable } from "../clients/unavailable.ts";
import { nearestWord } from "../commands/nearest-word.ts";
import type { PageTarget } from "../incident/decide/paging.ts";
import type { Incident } from "../incident/state.ts";
import { namesOfResponders } from "../incident/views/names-of-responders.ts";
import type { Services } from "../services/services.ts";

export type NamedTarget =
  /** `rest`: what stood behind the name. */
  | { kind: "named"; target: PageTarget; rest: string }
  /** A sentence that says why not and what to type instead. */
  | { kind: "unclear"; message: string };

export interface NameTargetDeps {
  oncall: Pick<OnCallClient, "users">;
  paging: Pick<OnCallPaging, "schedules">;
  services: Pick<Services, "names" | "entry" | "approvers">;
  /** Our workspace. */
  teamId: string;
}

const MENTION = /^<@([UW][A-Z0-9]{1,20})(?:\|[^<>]*)?>/;
const SLACK_ID = /^U0[A-Z0-9]{7,18}(?=\s|$)/;
const MAX_LISTED = 8;

/**
 * Whom a person means: a mention; else the longest known name that the text begins with, whatever its capitals: a service,
 * somebody of this incident, an on-call schedule, somebody OnCall knows. OnCall is only asked for names nothing else explains.
 */
export async function nameTarget(
  typed: string,
  incident: Incident,
  budget: Budget,
  deps: NameTargetDeps,
): Promise<NamedTarget> {
  const text = typed.trim();
  const slackId = MENTION.exec(text) ?? SLACK_ID.exec(text);
  if (slackId) {
    const id = slackId[1] ?? slackId[0];
    return { kind: "named", target: personOf(id, incident), rest: text.slice(slackId[0].length).trim() };
  }
  const wanted = text.replace(/^@/, "");
  if (wanted === "") return { kind: "unclear", message: `Say whom to page: ${examples(deps)}.` };

  const ours = ourNames(incident, deps);
  const here = match(wanted, ours);
  if (here) return here;
  const theirs = await oncallNames(budget, deps);
  if (isUnavailable(theirs)) {
    const message = `OnCall could not be asked who that is (${theirs.unavailable}), so nobody was paged. Mention the person, or name ${examples(deps)}.`;
    return { kind: "unclear", message };
  }
  return match(wanted, theirs) ?? unclear(wanted, [...ours, ...theirs], deps);
}

interface Name {
  word: string;
  target: PageTarget | { kind: "none"; why: string };
}

function match(text: string, names: readonly Name[]): NamedTarget | undefined {
  const lower = text.toLowerCase();
  const found = names
    .filter(({ word }) => lower === word.toLowerCase() || lower.startsWith(`${word.toLowerCase()} `))
    .sort((a, b) => b.word.length - a.word.length)[0];
  if (!found) return undefined;
  if (found.target.kind === "none") return { kind: "unclear", message: found.target.why };
  return { kind: "named", target: found.target, rest: text.slice(found.word.length).trim() };
}

/** What services.yaml and the record of the incident name. */
function ourNames(incident: Incident, { services }: NameTargetDeps): Name[] {
  const scheduled = services.names.map((name): Name => {
    const id = services.entry(name)?.oncall_schedule;
    return {
      word: name,
      target:
        id === undefined
          ? { kind: "none", why: `${name} has no on-call schedule in services.yaml, so nobody was paged.` }
          : { kind: "schedule", id, name: `the on-call of ${name}` },
    };
  });
  const { page } = services.approvers;
  const ids = [...new Set([...services.names.flatMap((name) => services.entry(name)?.oncall_schedule ?? []), page])];
  return [
    ...scheduled,
    ...ids.flatMap((id): Name[] =>
      id === undefined ? [] : [{ word: id, target: { kind: "schedule", id, name: `schedule ${id}` } }],
    ),
    ...(page === undefined
      ? []
      : [{ word: "approvers", target: { kind: "schedule", id: page, name: "the approvers on call" } } satisfies Name]),
    ...namesOfResponders(incident).map(
      ({ slackId, name }): Name => ({ word: name, target: { kind: "person", id: slackId, name } }),
    ),
  ];
}

/** Everybody and every schedule that OnCall knows, by name and by id. */
async function oncallNames(budget: Budget, { oncall, paging, teamId }: NameTargetDeps): Promise<Name[] | Unavailable> {
  const [users, schedules] = await Promise.all([
    askWithin(budget, (timeoutMs) => oncall.users({ timeoutMs })),
    askWithin(budget, (timeoutMs) => paging.schedules({ timeoutMs })),
  ]);
  if (isUnavailable(users)) return users;
  if (isUnavailable(schedules)) return schedules;
  return [
    ...schedules.flatMap(({ id, name }) =>
      [name, id].map((word): Name => ({ word, target: { kind: "schedule", id, name: name.slice(0, 100) } })),
    ),
    ...users.flatMap(({ id, username, email, slack }) => {
      const slackId = slack.find((identity) => identity.teamId === teamId)?.userId;
      const target = { kind: "person" as const, id: slackId ?? id, name: username.slice(0, 100) };
      return [username, id, ...(email === null ? [] : [email])].map((word): Name => ({ word, target }));
    }),
  ].filter(({ word }) => word.trim() !== "");
}

function unclear(wanted: string, names: readonly Name[], deps: NameTargetDeps): NamedTarget {
  const words = names.map(({ word }) => word.toLowerCase());
  const [first = ""] = wanted.split(/\s/, 1);
  const near = nearestWord(wanted, words) ?? nearestWord(first, words);
  const shown = wanted.slice(0, 40).replace(/[`<>&]/g, "'");
  const meant =
    near === undefined ? "" : ` Did you mean ${names.find(({ word }) => word.toLowerCase() === near)?.word}?`;
  return {
    kind: "unclear",
    message: `Nobody was paged: neither OnCall nor services.yaml knows "${shown}".${meant} Mention a person, or name ${examples(deps)}.`,
  };
}

const examples = ({ services }: NameTargetDeps): string => {
  const listed = services.names.slice(0, MAX_LISTED).join(", ");
  return listed === "" ? "an on-call schedule" : `a service (${listed}) or an on-call schedule`;
};

const personOf = (id: string, incident: Incident): PageTarget => ({
  kind: "person",
  id,
  name: namesOfResponders(incident).find(({ slackId }) => slackId === id)?.name ?? id,
});
