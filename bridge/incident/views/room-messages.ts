import type {
  AlertLineView,
  ClosingView,
  CommandOfferView,
  NudgeView,
  PostmortemView,
} from "../../../shared/contracts/views.ts";
import { stillFiring } from "../alert-groups.ts";
import { isRestricted } from "../restricted.ts";
import { customersKnow, type Incident } from "../state.ts";
import { linksOf } from "./context-view.ts";
import { handoverPacket } from "./handover-packet.ts";
import { control, type ViewWorld } from "./view-world.ts";

/** The offer of command number `n`: 0 is the first, made to whoever is first on call; later ones are handovers. */
export function offerView(state: Incident, n: number, world: ViewWorld): CommandOfferView | undefined {
  if (n === 0) {
    const to = state.responders?.first;
    if (!to) return undefined;
    return {
      kind: "command_offer",
      incidentId: state.id,
      to,
      ...(state.firstCommander ? { takenBy: state.firstCommander } : {}),
      controls:
        state.commander === undefined && state.status === "open"
          ? [control(world, state.id, "take_command", "Take command", "primary")]
          : [],
    };
  }
  const offer = state.offers[n - 1];
  if (!offer) return undefined;
  const open = n === state.offers.length && offer.closedBy === undefined && state.status === "open";
  return {
    kind: "command_offer",
    incidentId: state.id,
    to: offer.to,
    from: offer.by,
    ...(offer.note === null ? {} : { note: offer.note }),
    ...(offer.closedBy === undefined ? { packet: handoverPacket(state, offer.at, world) } : {}),
    ...(offer.lapsedAt === undefined ? {} : { lapsed: true }),
    ...(offer.closedBy ? { takenBy: offer.closedBy } : {}),
    controls: open ? [control(world, state.id, "take_command", "Accept command", "primary")] : [],
  };
}

export const nudgeView = (state: Incident, world: ViewWorld): NudgeView => ({
  kind: "nudge",
  incidentId: state.id,
  text: state.nudges.reason ?? "",
  ...(state.nudges.points
    ? {
        points: state.nudges.points.map(({ about, text, role, minutesLate }) => ({
          text: about === "ask-again" ? `${text}${whatWasSaid(state)}` : text,
          ...(role === null ? {} : { role }),
          ...(minutesLate === null ? {} : { minutesLate }),
        })),
      }
    : {}),
  ...(state.commander ? { mention: state.commander } : {}),
  controls: [
    control(world, state.id, "draft_status_update", "Customer update", "primary"),
    control(world, state.id, "silence_nudges", "Silence"),
  ],
});

/** A reminder quotes nobody in the record: why customers need not be told is looked up when people read it. */
const whatWasSaid = ({ response: { waiverLapsed } }: Incident): string =>
  waiverLapsed === undefined ? "" : ` It was said: "${waiverLapsed.reason.slice(0, 120)}"`;

/** What resolving did. Edited until every step is done or failed. */
export function closingView(state: Incident, world: ViewWorld): ClosingView | undefined {
  const { resolved, postmortem } = state;
  if (!resolved) return undefined;
  const publicOpen = customersKnow(state) && state.public?.status !== "resolved";
  const wantsPostmortem = resolved.outcome === "resolved";
  const left = stillFiring(state);
  const steps: ClosingView["steps"] = [
    { text: "Incident resolved and recorded", state: "done" },
    !customersKnow(state)
      ? { text: "Customers told that it is over", state: "not-needed", note: "nothing was public" }
      : {
          text: "Customers told that it is over",
          state: publicOpen ? "waiting" : "done",
          ...(publicOpen ? { note: "the public incident is still open: publish a resolved update" } : {}),
        },
    !wantsPostmortem
      ? { text: "Postmortem filed", state: "not-needed" }
      : postmortem.filed
        ? { text: "Postmortem filed", state: "done", note: postmortem.filed.identifier }
        : postmortem.delayed !== undefined
          ? {
              text: "Postmortem filed",
              state: "failed",
              note: `${postmortem.delayed} It is tried again until it works.`,
            }
          : { text: "Postmortem filed", state: "waiting" },
    ...(left.length === 0 || resolved.outcome === "duplicate"
      ? []
      : [
          {
            text: `Alerts ended: ${left.length === 1 ? "one group still fires" : `${left.length} groups still fire`}`,
            state: "waiting" as const,
            note: `${left
              .slice(0, 3)
              .map(({ title }) => title)
              .join("; ")}; one that fires again reopens this incident while its room stands`,
          },
        ]),
    {
      text: "Room archived",
      state: state.archivedAt ? "done" : state.life.notArchived ? "failed" : "waiting",
      note: state.life.notArchived
        ? `Slack answered ${state.life.notArchived.reason}; archive it by hand`
        : publicOpen
          ? "waits for the public incident"
          : wantsPostmortem
            ? `in about ${Math.max(1, Math.round(world.archiveAfterMs / 3_600_000))} h`
            : "soon",
    },
  ];
  return {
    kind: "closing",
    incidentId: state.id,
    by: resolved.by,
    outcome: resolved.outcome,
    summary: resolved.summary,
    durationMinutes: Math.max(0, Math.round((resolved.at - state.openedAt) / 60_000)),
    steps,
    ...rated(state),
    controls: [
      ...(publicOpen ? [control(world, state.id, "draft_status_update", "Customer update", "primary")] : []),
      ...(state.status === "resolved" ? [control(world, state.id, "rate_response", "Rate this response")] : []),
    ],
  };
}

/** What people thought of the response, in one line; nothing before the first of them. */
function rated({ life }: Incident): Pick<ClosingView, "rating"> {
  const scores = [...life.ratings.values()].map(({ score }) => score);
  if (scores.length === 0) return {};
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const people = scores.length === 1 ? "one person" : `${scores.length} people`;
  return { rating: `Rated ${mean.toFixed(1)} of 5 by ${people}` };
}

/** An end that was none, as its message stands afterwards. */
export function reopenedClosingView(
  state: Incident,
  { by, reason, closed }: Incident["life"]["reopenings"][number],
): ClosingView {
  return {
    kind: "closing",
    incidentId: state.id,
    by: closed.by,
    outcome: `${closed.outcome}, then reopened`,
    summary: closed.summary,
    durationMinutes: Math.max(0, Math.round((closed.at - state.openedAt) / 60_000)),
    steps: [
      { text: `Reopened ${by === null ? "because an alert fired again" : `by <@${by}>`}`, state: "done", note: reason },
    ],
    controls: [],
  };
}

export function postmortemView(state: Incident): PostmortemView | undefined {
  const { filed } = state.postmortem;
  if (!filed) return undefined;
  return {
    kind: "postmortem",
    incidentId: state.id,
    title: state.opened?.title ?? state.id,
    url: filed.url,
    identifier: filed.identifier,
    note:
      filed.note ??
      (filed.author === "template"
        ? "Every sentence names its ledger entries."
        : "Drafted by the model; every sentence names its ledger entries."),
  };
}

/** One line for an alert below the opening rule. */
export const alertLineView = (state: Incident, world: ViewWorld): AlertLineView =>
  alertLine(
    state,
    state.status === "open" && !state.roomWanted ? [control(world, state.id, "declare_incident", "Open a room")] : [],
  );

/** As it stands once nothing can be done with it any more: the same in every world. */
export const closedAlertLineView = (state: Incident): AlertLineView => alertLine(state, []);

function alertLine(state: Incident, controls: AlertLineView["controls"]): AlertLineView {
  const base = { kind: "alert_line" as const, incidentId: state.id, controls };
  // What is not to be read does not travel either: Slack's side gets nothing it could show by mistake.
  if (isRestricted(state)) {
    const { id: title, severity } = state;
    return { ...base, title, service: "restricted", severity, alertState: "none", links: [], restricted: true };
  }
  return {
    ...base,
    title: state.opened?.title ?? state.id,
    service: state.opened?.service ?? "unknown",
    severity: state.severity,
    alertState: state.alerts.state,
    links: linksOf(state),
  };
}
