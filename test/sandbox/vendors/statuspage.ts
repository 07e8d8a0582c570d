import { randomInt } from "node:crypto";
import { CAST } from "../cast.ts";
import {
  type Call,
  NotSimulated,
  onlyFields,
  type Reply,
  startVendor,
  type Vendor,
  type VendorOptions,
} from "./vendor-server.ts";

const STATUSES = ["investigating", "identified", "monitoring", "resolved"];
const COMPONENT_STATUSES = [
  "operational",
  "under_maintenance",
  "degraded_performance",
  "partial_outage",
  "major_outage",
] as const;
const IMPACTS = ["none", "maintenance", "minor", "major", "critical"];
/** What the page works out from the worst component when nobody overrides it. */
const IMPACT_OF: Record<string, string> = {
  operational: "none",
  under_maintenance: "maintenance",
  degraded_performance: "minor",
  partial_outage: "major",
  major_outage: "critical",
};
/** 1 request a second per token, counted over 60 s. */
const WINDOW_MS = 60_000;
const REQUESTS_PER_WINDOW = 60;

const INCIDENT_FIELDS = [
  "name",
  "status",
  "impact_override",
  "body",
  "component_ids",
  "components",
  "deliver_notifications",
  "metadata",
];

export interface PageComponent {
  id: string;
  page_id: string;
  group_id: string | null;
  created_at: string;
  updated_at: string;
  group: boolean;
  name: string;
  description: string;
  position: number;
  status: string;
  showcase: boolean;
  only_show_if_degraded: boolean;
  automation_email: string | null;
  start_date: string;
}

export interface IncidentUpdate {
  id: string;
  incident_id: string;
  status: string;
  body: string;
  affected_components: { code: string; name: string; old_status: string; new_status: string }[] | null;
  deliver_notifications: boolean;
  display_at: string;
  created_at: string;
  updated_at: string;
  custom_tweet: null;
  tweet_id: null;
  twitter_updated_at: null;
  wants_twitter_update: boolean;
}

export interface PageIncident {
  id: string;
  name: string;
  status: string;
  impact: string;
  impact_override: string | null;
  page_id: string;
  shortlink: string;
  created_at: string;
  updated_at: string;
  started_at: string;
  monitoring_at: string | null;
  resolved_at: string | null;
  metadata: Record<string, unknown>;
  components: PageComponent[];
  /** Newest first. */
  incident_updates: IncidentUpdate[];
  [unused: string]: unknown;
}

export interface StatuspageState {
  page: { id: string; name: string; url: string };
  apiKey: string;
  /** Whether PATCH keeps metadata it is not given (`merge`) or forgets it (`replace`): the vendor does not say. */
  patchMetadata: "merge" | "replace";
  components: PageComponent[];
  /** Newest first. */
  incidents: PageIncident[];
  /** How many subscriber mails went out. */
  notifications: number;
}

export function openingStatuspage(apiKey: string): StatuspageState {
  return {
    page: { id: CAST.statuspage.pageId, name: "Kestrel Freight", url: "https://status.kestrel.example.com" },
    apiKey,
    patchMetadata: "merge",
    components: CAST.statuspage.components.map((component, index) => ({
      ...component,
      page_id: CAST.statuspage.pageId,
      group_id: null,
      created_at: "2025-03-04T08:12:44.019Z",
      updated_at: "2025-03-04T08:12:44.019Z",
      group: false,
      position: index + 1,
      status: "operational",
      showcase: true,
      only_show_if_degraded: false,
      automation_email: null,
      start_date: "2025-03-04",
    })),
    incidents: [],
    notifications: 0,
  };
}

/** What a customer reads: no metadata, no impact override, no ids of ours. */
export function publicPage(state: StatuspageState) {
  return {
    page: state.page,
    components: state.components.map(({ id, name, description, status }) => ({ id, name, description, status })),
    incidents: state.incidents.map((incident) => ({
      id: incident.id,
      name: incident.name,
      status: incident.status,
      impact: incident.impact,
      shortlink: incident.shortlink,
      created_at: incident.created_at,
      resolved_at: incident.resolved_at,
      updates: incident.incident_updates.map(({ status, body, display_at, affected_components }) => ({
        status,
        body,
        display_at,
        affected_components,
      })),
    })),
  };
}

/** Statuspage with one page. A repeated POST is a second public incident: there is no idempotency key, as in life. */
export function startStatuspage(
  options: VendorOptions<StatuspageState> & { apiKey: string },
): Promise<Vendor<StatuspageState>> {
  const state = options.state ?? openingStatuspage(options.apiKey);
  let window: number[] = [];
  const refused = (status: number, ...errors: string[]): Reply => ({
    status,
    body: { error: errors.length === 1 ? errors[0] : errors },
  });
  const notFound = refused(404, "Not found");

  const find = ({ params }: Call) =>
    params.page === state.page.id ? state.incidents.find(({ id }) => id === params.incident) : undefined;

  const paged = <T>(call: Call, items: readonly T[], sizeName: "limit" | "per_page"): Reply => {
    if (call.params.page !== state.page.id) return notFound;
    const size = Math.min(Math.max(Number(call.query[sizeName] ?? 100) || 100, 1), 100);
    const page = Math.max(Number(call.query.page ?? 1) || 1, 1);
    return { status: 200, body: items.slice((page - 1) * size, page * size) };
  };

  /** Applies a create or an update; answers the reasons when the page refuses it. */
  const write = (call: Call, existing: PageIncident | undefined): Reply => {
    const envelope = onlyFields(call.body, ["incident"], "body");
    const input = onlyFields(envelope.incident, INCIDENT_FIELDS, "incident");
    const errors = problemsOf(input, existing, state);
    if (errors.length > 0) return { status: 422, body: { error: errors } };

    const at = new Date(call.now).toISOString();
    const status = text(input.status) ?? existing?.status ?? "investigating";
    const wanted = (input.components ?? {}) as Record<string, string>;
    const affected = Object.entries(wanted).flatMap(([id, newStatus]) => {
      const component = state.components.find((one) => one.id === id);
      if (!component) return [];
      const change = { code: id, name: component.name, old_status: component.status, new_status: newStatus };
      Object.assign(component, { status: newStatus, updated_at: at });
      return [change];
    });
    const linked = new Set([
      ...(existing?.components.map(({ id }) => id) ?? []),
      ...((input.component_ids as string[] | undefined) ?? []),
      ...Object.keys(wanted),
    ]);
    const id = existing?.id ?? freshId();
    const override =
      "impact_override" in input ? (text(input.impact_override) ?? null) : (existing?.impact_override ?? null);
    const notify = input.deliver_notifications !== false;
    const incident: PageIncident = {
      ...(existing ?? { ...UNUSED }),
      id,
      name: text(input.name) ?? existing?.name ?? "",
      status,
      impact_override: override,
      impact: override ?? existing?.impact ?? impactOf(Object.values(wanted)),
      page_id: state.page.id,
      shortlink: existing?.shortlink ?? `${state.page.url}/i/${id}`,
      created_at: existing?.created_at ?? at,
      updated_at: at,
      started_at: existing?.started_at ?? at,
      monitoring_at: status === "monitoring" ? at : (existing?.monitoring_at ?? null),
      resolved_at: status === "resolved" ? at : null,
      metadata: {
        ...(state.patchMetadata === "merge" ? existing?.metadata : {}),
        ...(input.metadata as Record<string, unknown> | undefined),
      },
      components: state.components.filter((one) => linked.has(one.id)).map((one) => ({ ...one })),
      incident_updates: existing?.incident_updates ?? [],
    };
    if (!existing || input.body !== undefined || input.status !== undefined) {
      incident.incident_updates = [
        {
          id: freshId(),
          incident_id: id,
          status,
          body: text(input.body) ?? "",
          affected_components: affected.length > 0 ? affected : null,
          deliver_notifications: notify,
          display_at: at,
          created_at: at,
          updated_at: at,
          custom_tweet: null,
          tweet_id: null,
          twitter_updated_at: null,
          wants_twitter_update: false,
        },
        ...incident.incident_updates,
      ];
      if (notify) state.notifications += 1;
    }
    state.incidents = [incident, ...state.incidents.filter((one) => one.id !== id)];
    // The list keeps the order of creation, newest first.
    state.incidents.sort((a, b) => b.created_at.localeCompare(a.created_at));
    return { status: existing ? 200 : 201, body: incident };
  };

  return startVendor(
    {
      name: "statuspage",
      target: "statuspage",
      basePath: "/v1",
      state,
      before({ headers, now }) {
        if (headers.authorization !== `OAuth ${state.apiKey}`) return refused(401, "Could not authenticate");
        window = window.filter((at) => at > now - WINDOW_MS);
        window.push(now);
        return window.length > REQUESTS_PER_WINDOW ? refused(420, "Too many requests") : undefined;
      },
      rateLimited: (fault) => refused(fault?.status ?? 420, "Too many requests"),
      failed: (status) => refused(status, "Something went wrong"),
      routes: [
        {
          method: "POST",
          path: "/pages/:page/incidents",
          handle: (call) => (call.params.page === state.page.id ? write(call, undefined) : notFound),
        },
        {
          method: "GET",
          path: "/pages/:page/incidents",
          query: ["limit", "page"],
          handle: (call) => paged(call, state.incidents, "limit"),
        },
        {
          method: "GET",
          path: "/pages/:page/incidents/unresolved",
          query: ["page", "per_page"],
          handle: (call) =>
            paged(
              call,
              state.incidents.filter(({ status }) => status !== "resolved"),
              "per_page",
            ),
        },
        {
          method: "GET",
          path: "/pages/:page/incidents/:incident",
          handle: (call) => {
            const incident = find(call);
            return incident ? { status: 200, body: incident } : notFound;
          },
        },
        {
          method: "PATCH",
          path: "/pages/:page/incidents/:incident",
          handle: (call) => {
            const incident = find(call);
            return incident ? write(call, incident) : notFound;
          },
        },
        {
          method: "GET",
          path: "/pages/:page/components",
          query: ["page", "per_page"],
          handle: (call) => paged(call, state.components, "per_page"),
        },
      ],
    },
    options,
  );
}

function problemsOf(
  input: Record<string, unknown>,
  existing: PageIncident | undefined,
  state: StatuspageState,
): string[] {
  const errors: string[] = [];
  const name = text(input.name);
  if (input.name !== undefined || !existing) {
    if (!name || name.trim() === "") errors.push("Name can't be blank");
    else if (name.length > 255) errors.push("Name is too long (maximum is 255 characters)");
  }
  if (input.status !== undefined && !STATUSES.includes(String(input.status))) {
    errors.push("Status is not included in the list");
  }
  if (text(input.body) && (text(input.body)?.length ?? 0) > 25_000) {
    errors.push("Body is too long (maximum is 25000 characters)");
  }
  if (input.impact_override != null && !IMPACTS.includes(String(input.impact_override))) {
    errors.push("Impact override is not included in the list");
  }
  const known = new Set(state.components.map(({ id }) => id));
  if (input.components !== undefined) {
    const components = asRecord(input.components);
    if (!components) errors.push("Components must be an object");
    for (const [id, status] of Object.entries(components ?? {})) {
      if (!known.has(id)) errors.push(`Component ${id} does not exist`);
      if (!COMPONENT_STATUSES.some((one) => one === status))
        errors.push("Component status is not included in the list");
    }
  }
  if (input.component_ids !== undefined) {
    if (!Array.isArray(input.component_ids)) errors.push("Component ids must be a list");
    else if (input.component_ids.some((id) => !known.has(String(id)))) errors.push("Component does not exist");
  }
  if (input.metadata !== undefined) {
    const metadata = asRecord(input.metadata);
    if (!metadata || Object.values(metadata).some((value) => !asRecord(value))) {
      errors.push("Metadata values must be objects");
    }
  }
  if (input.deliver_notifications !== undefined && typeof input.deliver_notifications !== "boolean") {
    throw new NotSimulated("deliver_notifications is not a boolean");
  }
  return errors;
}

const impactOf = (statuses: string[]): string =>
  COMPONENT_STATUSES.filter((status) => statuses.includes(status))
    .map((status) => IMPACT_OF[status] ?? "none")
    .at(-1) ?? "none";

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

const asRecord = (value: unknown): Record<string, unknown> | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;

const LETTERS = "0123456789bcdfghjklmnpqrstvwxyz";
const freshId = (): string => Array.from({ length: 12 }, () => LETTERS[randomInt(LETTERS.length)]).join("");

/** Fields every answer carries and nobody here uses. */
const UNUSED = {
  scheduled_for: null,
  scheduled_until: null,
  scheduled_remind_prior: false,
  scheduled_auto_in_progress: false,
  scheduled_auto_completed: false,
  reminder_intervals: null,
  auto_transition_deliver_notifications_at_end: null,
  auto_transition_deliver_notifications_at_start: null,
  auto_transition_to_maintenance_state: null,
  auto_transition_to_operational_state: null,
  postmortem_body: null,
  postmortem_body_last_updated_at: null,
  postmortem_ignored: false,
  postmortem_notified_subscribers: false,
  postmortem_notified_twitter: false,
  postmortem_published_at: null,
};
