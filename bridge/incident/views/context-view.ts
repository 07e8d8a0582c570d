import type { ContextView, Control } from "../../../shared/contracts/views.ts";
import { CONTEXT_PARTS } from "../events.ts";
import { openHolds } from "../response/checks.ts";
import { customersKnow, type Incident, type IncidentContext } from "../state.ts";
import { control, type ViewWorld } from "./view-world.ts";

/** The first message of the room: what is known now, who comes, and the controls that work. */
export function contextView(state: Incident, world: ViewWorld): ContextView {
  const { opened, responders } = state;
  const people = responders?.people.map(({ userId }) => userId) ?? [];
  const missing = [
    ...(responders?.missing ?? []),
    ...(state.steps.invite?.notInvited ?? []).map(({ userId, error }) => ({
      name: `<@${userId}>`,
      why: `could not be invited: ${error}`,
    })),
    ...Object.values(state.steps)
      .filter((step) => !step.ok)
      .map((step) => ({ name: `room ${step.step}`, why: `not done: ${step.error ?? "no reason given"}` })),
  ];
  return {
    kind: "incident_context",
    incidentId: state.id,
    title: opened?.title ?? state.id,
    service: opened?.service ?? "unknown",
    severity: state.severity,
    ...(opened?.severityAssumed ? { severityNote: opened.severityBasis } : {}),
    resolved: state.status !== "open",
    ...(opened?.firingSince ? { firingSince: opened.firingSince } : {}),
    alertCount: state.alerts.count,
    alertState: state.alerts.state,
    ...(state.commander ? { commander: state.commander } : {}),
    ...(responders?.first ? { firstResponder: responders.first } : {}),
    peopleNote: responders?.note ?? "",
    people: state.requester && !people.includes(state.requester) ? [...people, state.requester] : people,
    missing,
    readings: (state.context?.readings ?? []).toSorted(inReadingOrder).map(({ label, value, why, details }) => ({
      label,
      ...(value === null ? {} : { value }),
      ...(why === null ? {} : { why }),
      ...(details.length === 0 ? {} : { details }),
    })),
    ...(state.context?.complete || state.status !== "open" ? {} : { awaiting: true }),
    links: [...linksOf(state).map((link) => windowed(link, state)), ...(state.context?.links ?? [])],
    controls: controls(state, world),
  };
}

type Reading = IncidentContext["readings"][number];

const place = ({ part }: Reading) => (part === undefined ? 0 : CONTEXT_PARTS.indexOf(part));
/** As people read them, whatever the order in which the answers came. */
const inReadingOrder = (a: Reading, b: Reading) => place(a) - place(b);

/** What led up to the alert is part of the picture. */
const WINDOW_BEFORE_MS = 30 * 60_000;

/** A Grafana dashboard opens on the time of the incident, unless its link names a window already. */
function windowed(
  link: { title: string; url: string },
  { opened, openedAt }: Incident,
): { title: string; url: string } {
  const url = URL.canParse(link.url) ? new URL(link.url) : undefined;
  if (!url?.pathname.includes("/d/") || url.searchParams.has("from")) return link;
  const since = opened?.firingSince ? Date.parse(opened.firingSince) : openedAt;
  url.searchParams.set("from", String(since - WINDOW_BEFORE_MS));
  url.searchParams.set("to", "now");
  return { ...link, url: url.href };
}

/** Bookmarks of the room and links of the first message, in the order a responder needs them. */
export function linksOf(state: Incident): { title: string; url: string }[] {
  const links = state.opened?.links;
  const all: [string, string | null | undefined][] = [
    ["Alert group", links?.alertGroup],
    ["Dashboard", links?.dashboard],
    ["Runbook of the alert", links?.runbook],
    ["Silence this alert", links?.silence],
    ["Call", links?.call],
  ];
  return all.flatMap(([title, url]) => (url ? [{ title, url }] : []));
}

function controls(state: Incident, world: ViewWorld): ContextView["controls"] {
  const update = control(world, state.id, "draft_status_update", "Customer update");
  if (state.status !== "open") return customersKnow(state) && state.public?.status !== "resolved" ? [update] : [];
  return [
    state.commander && state.commandAbandonedAt === undefined
      ? control(world, state.id, "hand_over_command", "Hand over command")
      : control(world, state.id, "take_command", "Take command", "primary"),
    control(world, state.id, "page_someone", "Page someone"),
    update,
    control(world, state.id, "update_checklist", "Checklist"),
    // What cannot be discarded any more can only be resolved; until then that button is below the checklist.
    mayDiscard(state) ? notAnIncident(state, world) : control(world, state.id, "resolve_incident", "Resolve"),
  ];
}

/** While nothing is public and nothing holds it: the same form, with that end picked already. */
function notAnIncident(state: Incident, world: ViewWorld): Control {
  const button = control(world, state.id, "resolve_incident", "Not an incident");
  return { ...button, inputs: { ...button.inputs, outcome: "not_an_incident" } };
}

const mayDiscard = (state: Incident): boolean => !customersKnow(state) && openHolds(state).length === 0;
