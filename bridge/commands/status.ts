import { ROLES } from "../../shared/vocabulary.ts";
import type { Incident } from "../incident/state.ts";
import type { Instant } from "../platform/clock.ts";
import { elapsed } from "./elapsed.ts";
import { inRoom } from "./in-room.ts";
import { escapeMrkdwn, link } from "./mrkdwn.ts";
import type { SlashCommand } from "./slash-command.ts";
import { updateLines } from "./update-lines.ts";

/** Bound of one answer; the room itself shows everything. */
const SHOWN_PEOPLE = 20;

/** `status`: where the incident of this room stands, for the asker alone. */
export const status: SlashCommand = {
  name: "status",
  summary: "where the incident of this room stands",
  group: "now",
  fits: ["under-way", "over"],
  run: inRoom("status", (incident, { now }) => statusText(incident, now), { orDeclare: true }),
};

export function statusText(incident: Incident, now: Instant): string {
  const service = escapeMrkdwn(incident.opened?.service ?? "unknown");
  const title = escapeMrkdwn(incident.opened?.title ?? "untitled");
  return [
    `*${incident.severity} · ${service} · ${title}*`,
    `${incident.id} · ${ageLine(incident, now)}`,
    ...(incident.opened?.severityAssumed ? [`Severity: ${escapeMrkdwn(incident.opened.severityBasis)}`] : []),
    `Commander: ${commanderLine(incident)}`,
    ...rolesLine(incident),
    `Alert: ${alertLine(incident)}`,
    ...respondersLines(incident),
    ...updateLines(incident, now),
    `Postmortem: ${postmortemLine(incident)}`,
  ].join("\n");
}

function ageLine(incident: Incident, now: Instant): string {
  const { openedAt, resolved, outcome } = incident;
  const since = `since ${new Date(openedAt).toISOString().slice(0, 16).replace("T", " ")} UTC`;
  if (resolved === undefined) return `open for ${elapsed(now - openedAt)} (${since})`;
  const how = (outcome ?? "resolved").replaceAll("_", " ");
  const archived = incident.status === "archived" ? ", archived" : "";
  return `closed as ${how} by <@${resolved.by}> after ${elapsed(resolved.at - openedAt)} (${since})${archived}`;
}

function commanderLine({ commander, commandSince, offers }: Incident): string {
  const offer = offers.at(-1);
  const open = offer !== undefined && offer.closedBy === undefined && offer.to !== commander;
  const offered = open ? `; offered to <@${offer.to}>, not yet accepted` : "";
  if (commander === undefined) return `nobody yet${offered}`;
  const since = commandSince === undefined ? "" : ` since ${new Date(commandSince).toISOString().slice(11, 16)} UTC`;
  return `<@${commander}>${since}${offered}`;
}

function rolesLine({ roles }: Incident): string[] {
  const held = ROLES.flatMap((name) => (roles[name] === undefined ? [] : [`${name} <@${roles[name]}>`]));
  return held.length === 0 ? [] : [`Roles: ${held.join(", ")}`];
}

function alertLine({ alerts, opened }: Incident): string {
  if (alerts.count === 0)
    return opened?.origin === "alert" ? "none, found by the bridge itself" : "none, declared by hand";
  return `${alerts.state}, ${alerts.count} ${alerts.count === 1 ? "alert" : "alerts"}`;
}

function respondersLines({ responders }: Incident): string[] {
  if (responders === undefined) return ["Responders: still being looked up"];
  const { people, missing, note } = responders;
  const listed = some(people.map(({ userId }) => `<@${userId}>`));
  const absent = some(missing.map(({ name, why }) => `${escapeMrkdwn(name)} (${escapeMrkdwn(why)})`));
  return [
    `Responders: ${listed === "" ? "nobody" : listed}. ${escapeMrkdwn(note)}`,
    ...(absent === "" ? [] : [`Not reached: ${absent}`]),
  ];
}

const some = (items: readonly string[]) => {
  const rest = items.length - SHOWN_PEOPLE;
  return [...items.slice(0, SHOWN_PEOPLE), ...(rest > 0 ? [`and ${rest} more`] : [])].join(", ");
};

function postmortemLine({ postmortem, outcome, resolved }: Incident): string {
  const { filed, delayed } = postmortem;
  if (filed !== undefined) return link(filed.url, filed.identifier);
  if (resolved === undefined) return "follows when the incident is resolved";
  if (outcome !== "resolved") return "none for this outcome";
  return delayed === undefined ? "being written" : `not filed yet: ${escapeMrkdwn(delayed)}`;
}
