import type { Brief } from "../../../shared/contracts/queries.ts";
import { type Instant, iso } from "../../platform/clock.ts";
import { stillFiring } from "../alert-groups.ts";
import { openOffer } from "../decide/command-role.ts";
import { isFinal } from "../evolve-draft.ts";
import type { Incident } from "../state.ts";
import { currentDraft, standing } from "./draft-view.ts";
import { customersNotice, nextUpdateDue } from "./headline-view.ts";
import type { ViewWorld } from "./view-world.ts";

/** One thing that happened, as a sentence. */
export interface Happening {
  at: string;
  text: string;
}

/** What somebody reads in a minute; the room and the ledger hold the rest. */
const SHOWN_HAPPENINGS = 15;
const SHOWN_CHANGES = 15;
const SHOWN_PEOPLE = 15;
const SHOWN_GROUPS = 3;

/**
 * What somebody who comes in late needs, from the ledger alone: the same incident, time and last look give the same words.
 * With `since`, what happened after that comes first.
 */
export function briefView(
  state: Incident,
  happenings: readonly Happening[],
  { now, since, world }: { now: Instant; since: Instant | undefined; world: Pick<ViewWorld, "nudgeEveryMs"> },
): Brief {
  const news = since === undefined ? [] : happenings.filter(({ at }) => Date.parse(at) > since);
  return {
    incidentId: state.id,
    headline: `${state.status === "open" ? state.severity : "Over"} · ${state.opened?.service ?? "unknown"} · ${state.opened?.title ?? state.id}`,
    ...(since === undefined
      ? {}
      : {
          changes: {
            since: iso(since),
            lines: news.slice(-SHOWN_CHANGES).map(({ text }) => text),
            more: Math.max(0, news.length - SHOWN_CHANGES),
          },
        }),
    now: [
      { label: "Stands", text: stands(state, now) },
      { label: "Commander", text: commander(state) },
      { label: "Customers notice", text: customersNotice(state) ?? "nobody has said yet" },
      { label: "Customers were told", text: told(state, now) },
      ...nextDue(state, now, world),
      ...waiting(state),
      { label: "Alerts", text: alerts(state) },
      { label: "Called in", text: people(state) },
    ],
    happened: happenings.slice(-SHOWN_HAPPENINGS).map(({ at, text }) => ({ at, text })),
    earlier: Math.max(0, happenings.length - SHOWN_HAPPENINGS),
  };
}

const minutes = (ms: number): string => `${Math.max(0, Math.round(ms / 60_000))} min`;

function stands(state: Incident, now: Instant): string {
  const { resolved } = state;
  if (!resolved) return `${state.severity}, open for ${minutes(now - state.openedAt)}`;
  const how = resolved.outcome.replaceAll("_", " ");
  const of = resolved.duplicateOf === null ? "" : ` of ${resolved.duplicateOf}`;
  return `closed as ${how}${of} by <@${resolved.by}> after ${minutes(resolved.at - state.openedAt)}: ${resolved.summary}`;
}

function commander(state: Incident): string {
  const offer = openOffer(state);
  const offered = offer && offer.to !== state.commander ? `; offered to <@${offer.to}>, not yet accepted` : "";
  return `${state.commander === undefined ? "nobody yet" : `<@${state.commander}>`}${offered}`;
}

function told({ public: shown, lastPublicAt }: Incident, now: Instant): string {
  if (!shown) return "nothing";
  return `${shown.status}, ${minutes(now - (lastPublicAt ?? shown.publishedAt))} ago: ${shown.body}`;
}

function nextDue(state: Incident, now: Instant, world: Pick<ViewWorld, "nudgeEveryMs">): Brief["now"] {
  const due = nextUpdateDue(state, world);
  if (due === undefined) return [];
  const text = due >= now ? `in ${minutes(due - now)}` : `${minutes(now - due)} overdue`;
  return [{ label: "Next customer update", text }];
}

/** What stands still until somebody decides. */
function waiting(state: Incident): Brief["now"] {
  const draft = currentDraft(state);
  const asking = state.joins.filter(({ acceptedBy }) => acceptedBy === undefined).map(({ userId }) => `<@${userId}>`);
  const items = [
    ...(draft?.content && !isFinal(draft) ? [`a customer update: ${standing(draft)}`] : []),
    ...(asking.length > 0 && state.status === "open"
      ? [`${asking.slice(0, SHOWN_PEOPLE).join(", ")} to be let in`]
      : []),
  ];
  return items.length === 0 ? [] : [{ label: "Waits", text: items.join("; ") }];
}

function alerts(state: Incident): string {
  const firing = stillFiring(state);
  const total = state.alerts.byKey.size;
  if (total === 0) return "none, declared by hand";
  const groups = `${total} ${total === 1 ? "group" : "groups"}, ${state.alerts.count} ${state.alerts.count === 1 ? "alert" : "alerts"}`;
  if (firing.length === 0) return `${groups}; none fires any more`;
  const named = firing.slice(0, SHOWN_GROUPS).map(({ title }) => title);
  const more = firing.length - named.length;
  return `${groups}; not over: ${named.join("; ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function people({ responders, joins }: Incident): string {
  const joined = joins.flatMap(({ userId, acceptedBy }) => (acceptedBy === undefined ? [] : userId));
  const all = [...new Set([...(responders?.people ?? []).map(({ userId }) => userId), ...joined])];
  if (all.length === 0) return "nobody is known";
  const more = all.length - SHOWN_PEOPLE;
  return `${all
    .slice(0, SHOWN_PEOPLE)
    .map((userId) => `<@${userId}>`)
    .join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
