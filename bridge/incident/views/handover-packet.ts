import type { Instant } from "../../platform/clock.ts";
import { isRinging, targetName } from "../decide/paging.ts";
import { isFinal } from "../evolve-draft.ts";
import type { Incident } from "../state.ts";
import { publicStillOpen } from "./gate-notices.ts";
import type { ViewWorld } from "./view-world.ts";

const SHOWN = 5;
const clock = (at: Instant) => `${new Date(at).toISOString().slice(11, 16)} UTC`;

/**
 * What somebody needs who takes over, from the record alone: how it stands, what was tried, what is open, what is due next.
 * Times are compared with `asOf`, when command was offered; all else follows the record until somebody takes over.
 */
export function handoverPacket(state: Incident, asOf: Instant, world: ViewWorld): string[] {
  return [standing(state), ...tried(state), ...open(state), due(state, asOf, world)];
}

function standing({ severity, opened, openedAt, alerts, commander, commandSince, roles }: Incident): string {
  const since = commandSince === undefined ? "" : ` since ${clock(commandSince)}`;
  const others = Object.entries(roles).map(([role, userId]) => `${role} <@${userId}>`);
  return [
    `State: ${severity}, ${opened?.service ?? "unknown"}, open since ${clock(openedAt)}`,
    `alerts ${alerts.state}`,
    ...(commander === undefined ? [] : [`<@${commander}> in command${since}`]),
    ...others,
  ].join("; ");
}

function tried({ pages, drafts, public: shown, lastPublicAt }: Incident): string[] {
  const paged = [...pages.values()].slice(-SHOWN).map((page) => {
    const outcome = page.acknowledged
      ? "acknowledged"
      : (page.trouble?.kind ?? (page.sent ? "no answer yet" : "being sent"));
    return `${targetName(page.request.target)} (${outcome})`;
  });
  const published = [...drafts.values()].filter(({ state }) => state === "PUBLISHED").length;
  const told =
    shown === undefined || lastPublicAt === undefined
      ? "customers have been told nothing"
      : `${published} customer ${published === 1 ? "update" : "updates"}, the last ${shown.status} at ${clock(lastPublicAt)}`;
  return [`Done so far: ${told}${paged.length === 0 ? "; nobody paged by hand" : `; paged ${paged.join(", ")}`}`];
}

function open(state: Incident): string[] {
  const items = [
    ...[...state.drafts.values()]
      .filter((draft) => !isFinal(draft))
      .map((draft) => `customer update (${draft.request.status}) is ${draft.state.toLowerCase().replaceAll("_", " ")}`),
    ...[...state.pages.values()]
      .filter(isRinging)
      .map(({ request }) => `page of ${targetName(request.target)} not answered`),
    ...[...state.reviews.values()]
      .filter(({ closed }) => !closed)
      .map(({ reviewId }) => `review ${reviewId} not closed`),
    ...[...state.unmatched.values()]
      .filter(({ attestedBy }) => attestedBy === undefined)
      .map(() => "an entry of the status page nobody accounts for"),
    ...(publicStillOpen(state) ? ["the public incident is open"] : []),
  ];
  const shown = items.slice(0, SHOWN);
  const rest = items.length - shown.length;
  return [`Open: ${shown.length === 0 ? "nothing recorded" : shown.join("; ")}${rest > 0 ? `; and ${rest} more` : ""}`];
}

function due(state: Incident, asOf: Instant, world: ViewWorld): string {
  const every = world.nudgeEveryMs(state.severity);
  if (every === undefined) return "Next customer update: no interval is set for this severity";
  const at = (state.lastPublicAt ?? state.roomOpenedAt ?? state.openedAt) + every;
  return `Next customer update due: ${clock(at)}${at <= asOf ? " (overdue)" : ""}`;
}
