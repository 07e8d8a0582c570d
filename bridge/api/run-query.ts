import type { FormFacts, Query, QueryReply } from "../../shared/contracts/queries.ts";
import { COMPONENT_STATUSES, SEVERITIES } from "../../shared/vocabulary.ts";
import { stillFiring } from "../incident/alert-groups.ts";
import { openOffer } from "../incident/decide/command-role.ts";
import { isCalledIn } from "../incident/decide/join.ts";
import { isRestricted } from "../incident/restricted.ts";
import type { Incident } from "../incident/state.ts";
import { currentDraft, draftView } from "../incident/views/draft-view.ts";
import { handoverPacket } from "../incident/views/handover-packet.ts";
import { responseFacts } from "../incident/views/response-facts.ts";
import type { ApiDeps } from "./api-deps.ts";

/** Answers what a form needs before it can be shown. Reads only. */
export async function runQuery(query: Query, deps: ApiDeps): Promise<QueryReply> {
  if (query.type === "Catalog") {
    return { ok: true, catalog: { services: [...deps.services.names], severities: [...SEVERITIES] } };
  }
  const incidentId =
    query.incidentId ?? (query.channel === undefined ? undefined : await deps.rows.incidentOf(query.channel));
  if (incidentId === undefined) {
    return {
      ok: false,
      refusal: "not-a-war-room",
      message: "This is not a war room. Open the form from the room of the incident you mean.",
    };
  }
  const state = await deps.ledger.load(incidentId);
  if (state.status === "none") {
    return {
      ok: false,
      refusal: "incident-unknown",
      message: `There is no incident ${incidentId}. Open the form from its war room.`,
    };
  }
  if (query.type === "Form") return { ok: true, form: formFacts(state, deps) };
  if (query.type === "Incident") return incidentFacts(state, state.status);
  if (isRestricted(state) && !isCalledIn(state, query.asker)) {
    return {
      ok: false,
      refusal: "restricted",
      message: "This incident is kept to its room. Ask its commander, or type /incident-response catchup in the room.",
    };
  }
  return { ok: true, brief: await deps.brief(incidentId, query.asker) };
}

/** A workflow has no reader we know of, so it is told nothing of a restricted incident. */
function incidentFacts(state: Incident, status: Exclude<Incident["status"], "none">): QueryReply {
  if (isRestricted(state)) {
    return {
      ok: false,
      refusal: "restricted",
      message: "This incident is kept to its room, so a workflow cannot read it.",
    };
  }
  return {
    ok: true,
    incident: {
      incidentId: state.id,
      title: state.opened?.title ?? state.id,
      service: state.opened?.service ?? "unknown",
      severity: state.severity,
      status,
      ...(state.channel === undefined ? {} : { channel: state.channel }),
      ...(state.commander === undefined ? {} : { commander: state.commander }),
      ...(state.public === undefined ? {} : { publicUrl: state.public.url }),
    },
  };
}

function formFacts(state: Incident, deps: ApiDeps): FormFacts {
  const own = new Set(deps.services.entry(state.opened?.service ?? "")?.components ?? []);
  const draft = currentDraft(state);
  const view = draft && draftView(state, draft, deps.world);
  const offered = openOffer(state);
  return {
    incidentId: state.id,
    title: state.opened?.title ?? state.id,
    service: state.opened?.service ?? "unknown",
    severity: state.severity,
    resolved: state.status !== "open",
    ...(state.channel === undefined ? {} : { channel: state.channel }),
    ...(state.commander === undefined ? {} : { commander: state.commander }),
    ...(offered ? { offeredTo: offered.to, packet: handoverPacket(state, deps.clock.now(), deps.world) } : {}),
    components: deps
      .components()
      .map(({ id, name }) => ({ id, name, own: own.has(id) }))
      .sort((a, b) => Number(b.own) - Number(a.own)),
    componentStatuses: [...COMPONENT_STATUSES],
    ...(state.public ? { publicStatus: state.public.status } : {}),
    joinRequests: state.joins
      .filter(({ acceptedBy }) => acceptedBy === undefined)
      .map(({ userId, reason }) => ({ userId, ...(reason === null ? {} : { reason }) })),
    stillFiring: firingFacts(state),
    ...(view ? { draft: view } : {}),
    response: responseFacts(state, deps.library),
  };
}

/** A form names a few of them; the room lists all. */
const NAMED_GROUPS = 10;

function firingFacts(state: Incident): FormFacts["stillFiring"] {
  const firing = stillFiring(state);
  return { titles: firing.slice(0, NAMED_GROUPS).map(({ title }) => title), count: firing.length };
}
