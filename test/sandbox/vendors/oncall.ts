import { randomBytes, randomUUID } from "node:crypto";
import * as z from "zod";
import { CAST } from "../cast.ts";
import { readFixture } from "../story.ts";
import {
  type Call,
  NotSimulated,
  onlyFields,
  type Reply,
  startVendor,
  type Vendor,
  type VendorOptions,
} from "./vendor-server.ts";

export type GroupState = "firing" | "acknowledged" | "resolved" | "silenced";
export interface AlertGroup {
  id: string;
  integration_id: string;
  team_id: string | null;
  route_id: string | null;
  state: GroupState;
  created_at: string;
  resolved_at: string | null;
  resolved_by: string | null;
  acknowledged_at: string | null;
  acknowledged_by: string | null;
  silenced_at: string | null;
  [other: string]: unknown;
}
export interface OnCallUser {
  id: string;
  email: string;
  username: string;
  [other: string]: unknown;
}
interface Identified {
  id: string;
  [other: string]: unknown;
}
export interface OnCallState {
  token: string;
  /** Whose API token it is: the actor of what is done through the API. */
  tokenOwner: string;
  users: OnCallUser[];
  schedules: Identified[];
  routes: Identified[];
  escalationChains: Identified[];
  escalationPolicies: Identified[];
  /** Newest first. */
  alertGroups: AlertGroup[];
  /** People paged through the API, oldest first. */
  pages: OnCallPage[];
}

/** One person called into one alert group. */
export interface OnCallPage {
  group: string;
  user: string;
  username: string;
  important: boolean;
  paged_at: string;
  /** Set once the phone rang and OnCall's webhook said so. */
  delivered_at: string | null;
  acknowledged_at: string | null;
}

export type GroupAction = "acknowledge" | "resolve" | "unacknowledge" | "unresolve" | "silence" | "unsilence";

const MAX_ALERT_GROUPS = 2_000;
const MAX_PAGES = 500;

export function openingOnCall(token: string): OnCallState {
  const results = (name: string) => (readFixture(name) as { results: unknown }).results;
  const users = results("oncall-users") as OnCallUser[];
  const policies = results("oncall-escalation-policies") as Identified[];
  const schedule = readFixture("oncall-schedule") as Identified;
  return {
    token,
    tokenOwner: users.find(({ role }) => role === "admin")?.id ?? "",
    users,
    schedules: [{ ...schedule, id: CAST.schedule }],
    routes: [
      {
        id: "RJ8C2YTKW6NF4",
        integration_id: "CP5R7LBM3HV9Q",
        escalation_chain_id: "FT3M7QD9XK5LB",
        routing_type: "jinja2",
        routing_regex: '{{ payload.commonLabels.severity == "critical" }}',
        position: 0,
        is_the_last_route: false,
        slack: { channel_id: null, enabled: false },
      },
    ],
    escalationChains: [readFixture("oncall-escalation-chain") as Identified],
    escalationPolicies: policies,
    alertGroups: [],
    pages: [],
  };
}

/** Remembers an alert group that a webhook told the world about. */
export function rememberAlertGroup(state: OnCallState, group: AlertGroup): void {
  if (group.state === "acknowledged") answerPages(state, group);
  state.alertGroups = [group, ...state.alertGroups.filter(({ id }) => id !== group.id)].slice(0, MAX_ALERT_GROUPS);
}

export interface OnCallOptions extends VendorOptions<OnCallState> {
  token: string;
  /** Called after the API changed a group: the real product then sends its webhooks. */
  onTransition?: ((group: AlertGroup, action: GroupAction, actor: OnCallUser | null) => void) | undefined;
  /** Called after the API paged somebody. `alert`: what stands in the payload of a group that was made for it. */
  onPaged?: ((group: AlertGroup, user: OnCallUser, alert: DirectAlert | undefined) => void) | undefined;
}

/** The payload of an alert group that direct paging made. */
export interface DirectAlert {
  oncall: { title: string; message: string; uid: string; author_username: string; permalink: string | null };
}

/** Grafana OnCall's HTTP API. Groups enter it by `rememberAlertGroup`. */
export function startOnCall(options: OnCallOptions): Promise<Vendor<OnCallState>> {
  const state = options.state ?? openingOnCall(options.token);
  state.pages ??= [];
  const detail = (status: number, text: string): Reply => ({ status, body: { detail: text } });
  const notFound = detail(404, "Not found.");
  const one = (items: Identified[]) => (call: Call) => {
    const found = items.find(({ id }) => id === call.params.id);
    return found ? { status: 200, body: found } : notFound;
  };
  const paged = (call: Call, items: readonly unknown[], usual: number): Reply => {
    const size = Math.min(Math.max(Number(call.query.perpage ?? usual) || usual, 1), 100);
    const page = Math.max(Number(call.query.page ?? 1) || 1, 1);
    const pages = Math.max(Math.ceil(items.length / size), 1);
    if (page > pages) return detail(404, "Invalid page.");
    const link = (to: number) =>
      to < 1 || to > pages ? null : `http://${call.headers.host}/api/v1${call.path}?page=${to}&perpage=${size}`;
    return {
      status: 200,
      body: {
        count: items.length,
        next: link(page + 1),
        previous: link(page - 1),
        results: items.slice((page - 1) * size, page * size),
        current_page_number: page,
        page_size: size,
        total_pages: pages,
      },
    };
  };

  const transition = (action: GroupAction) => ({
    method: "POST",
    path: `/alert_groups/:id/${action}`,
    handle: (call: Call): Reply => {
      const group = state.alertGroups.find(({ id }) => id === call.params.id);
      if (!group) return notFound;
      const refusal = refusalOf(action, group.state);
      if (refusal) return detail(400, refusal);
      const at = new Date(call.now).toISOString();
      applyTransition(group, action, state.tokenOwner, at);
      if (action === "acknowledge") answerPages(state, group);
      options.onTransition?.(group, action, state.users.find(({ id }) => id === state.tokenOwner) ?? null);
      return { status: 200 };
    },
  });

  const escalate = (call: Call): Reply => {
    const body = onlyFields(
      call.body,
      ["alert_group_id", "title", "message", "source_url", "users", "team", "important_team_escalation"],
      "body",
    );
    if (body.team !== undefined) throw new NotSimulated("paging a team");
    const asked = z.array(z.object({ id: z.string(), important: z.boolean().default(false) })).safeParse(body.users);
    if (!asked.success || asked.data.length === 0) return detail(400, "No team or user(s) specified");
    const users = asked.data.map(({ id, important }) => ({
      user: state.users.find((one) => one.id === id),
      important,
    }));
    if (users.some(({ user }) => user === undefined)) return { status: 400, body: { users: ["User does not exist"] } };
    const own = ["title", "message", "source_url"].some((name) => body[name] !== undefined);
    if (body.alert_group_id !== undefined && own) {
      return { status: 400, body: { non_field_errors: ["alert_group_id excludes title, message and source_url"] } };
    }
    const at = new Date(call.now).toISOString();
    let group = state.alertGroups.find(({ id }) => id === body.alert_group_id);
    let alert: DirectAlert | undefined;
    if (body.alert_group_id === undefined) {
      const author = state.users.find(({ id }) => id === state.tokenOwner)?.username ?? "";
      const text = (value: unknown, usual: string) => (typeof value === "string" ? value : usual);
      alert = {
        oncall: {
          title: text(body.title, `${author} is paging`),
          message: text(body.message, ""),
          uid: randomUUID(),
          author_username: author,
          permalink: typeof body.source_url === "string" ? body.source_url : null,
        },
      };
      group = directGroup(alert, at);
      rememberAlertGroup(state, group);
    }
    if (!group) return { status: 400, body: { alert_group_id: ["Object does not exist"] } };
    if (group.state === "resolved") return detail(400, "Cannot add responders for a resolved alert group");
    const paged = group;
    for (const { user, important } of users) {
      if (!user) continue;
      const page: OnCallPage = {
        group: paged.id,
        user: user.id,
        username: user.username,
        important,
        paged_at: at,
        delivered_at: null,
        acknowledged_at: null,
      };
      state.pages = [...state.pages, page].slice(-MAX_PAGES);
      // Phones ring after the answer, and only for what was not undone by a fault.
      setImmediate(() => {
        if (!state.pages.includes(page)) return;
        page.delivered_at = new Date().toISOString();
        options.onPaged?.(paged, user, alert);
        alert = undefined;
      });
    }
    return { status: 200, body: withoutAlert(paged) };
  };

  return startVendor(
    {
      name: "oncall",
      target: "oncall",
      basePath: "/api/v1",
      state,
      before: ({ headers }) => (headers.authorization === state.token ? undefined : detail(403, "Invalid token.")),
      rateLimited: (fault) => ({
        ...detail(429, "Request was throttled."),
        headers: { "ratelimit-reset": String(Math.ceil((fault?.ms ?? 1_000) / 1_000)) },
      }),
      failed: (status) => detail(status, "A server error occurred."),
      routes: [
        {
          method: "GET",
          path: "/users/",
          query: ["page", "perpage", "email", "username", "short"],
          handle: (call) =>
            paged(
              call,
              state.users.filter(
                ({ email, username }) =>
                  (call.query.email === undefined || email === call.query.email) &&
                  (call.query.username === undefined || username === call.query.username),
              ),
              100,
            ),
        },
        ...both("/users/:id", one(state.users)),
        {
          method: "GET",
          path: "/schedules/",
          query: ["page", "perpage"],
          handle: (call) => paged(call, state.schedules, 50),
        },
        ...both("/schedules/:id", one(state.schedules)),
        ...both("/routes/:id", one(state.routes)),
        ...both("/escalation_chains/:id", one(state.escalationChains)),
        {
          method: "GET",
          path: "/escalation_policies/",
          query: ["page", "perpage", "escalation_chain_id"],
          handle: (call) =>
            paged(
              call,
              state.escalationPolicies.filter(
                ({ escalation_chain_id }) =>
                  call.query.escalation_chain_id === undefined ||
                  escalation_chain_id === call.query.escalation_chain_id,
              ),
              50,
            ),
        },
        {
          method: "GET",
          path: "/alert_groups/",
          query: ["page", "perpage", "id", "route_id", "integration_id", "team_id", "state"],
          handle: (call) => {
            const { page: _page, perpage: _perpage, state: wanted, ...exact } = call.query;
            // The filter says `new` where the object says `firing`.
            const wantedState = wanted === "new" ? "firing" : wanted;
            return paged(
              call,
              state.alertGroups.filter(
                (group) =>
                  (wantedState === undefined || group.state === wantedState) &&
                  Object.entries(exact).every(([name, value]) => group[name] === value),
              ),
              50,
            );
          },
        },
        { method: "POST", path: "/escalation/", handle: escalate },
        transition("acknowledge"),
        transition("unacknowledge"),
        transition("resolve"),
        transition("unresolve"),
        transition("unsilence"),
        {
          ...transition("silence"),
          handle: (call: Call): Reply =>
            typeof (call.body as { delay?: unknown } | undefined)?.delay === "number"
              ? transition("silence").handle(call)
              : { status: 400, body: { delay: ["This field is required."] } },
        },
      ],
    },
    options,
  );
}

/** The state after an action, and who did it when. */
export function applyTransition(group: AlertGroup, action: GroupAction, actorId: string | null, at: string): void {
  if (action === "acknowledge") {
    Object.assign(group, { state: "acknowledged", acknowledged_at: at, acknowledged_by: actorId });
  } else if (action === "resolve") {
    Object.assign(group, { state: "resolved", resolved_at: at, resolved_by: actorId });
  } else if (action === "silence") {
    Object.assign(group, { state: "silenced", silenced_at: at });
  } else {
    // `unresolve` also clears the acknowledgement.
    Object.assign(group, {
      state: "firing",
      resolved_at: null,
      resolved_by: null,
      acknowledged_at: null,
      acknowledged_by: null,
      silenced_at: null,
    });
  }
}

/** Who acknowledges a group has answered every page of theirs in it. */
function answerPages(state: OnCallState, { id, acknowledged_by, acknowledged_at }: AlertGroup): void {
  for (const page of state.pages) {
    if (page.group !== id || page.user !== acknowledged_by || page.acknowledged_at !== null) continue;
    page.acknowledged_at = acknowledged_at;
  }
}

function directGroup(alert: DirectAlert, at: string): AlertGroup {
  const id = `I${randomBytes(6).toString("hex").toUpperCase()}`;
  return {
    id,
    integration_id: "CDIRECTPAGING1",
    team_id: null,
    route_id: null,
    alerts_count: 1,
    state: "firing",
    created_at: at,
    resolved_at: null,
    resolved_by: null,
    acknowledged_at: null,
    acknowledged_by: null,
    labels: {},
    title: alert.oncall.title,
    permalinks: {
      slack: null,
      slack_app: null,
      telegram: null,
      web: `https://grafana.kestrel.example.com/a/grafana-oncall-app/alert-groups/${id}`,
    },
    silenced_at: null,
    last_alert: { id: `A${id}`, alert_group_id: id, created_at: at, payload: alert },
  };
}

/** What the paging call answers: the group as it stands, without its alerts. */
const withoutAlert = ({ last_alert: _, ...group }: AlertGroup) => group;

function refusalOf(action: GroupAction, state: GroupState): string | undefined {
  if (action === "acknowledge") {
    if (state === "acknowledged") return "Can't acknowledge an acknowledged alert group";
    if (state === "resolved") return "Can't acknowledge a resolved alert group";
  }
  if (action === "resolve" && state === "resolved") return "Can't resolve a resolved alert group";
  if (action === "silence" && state !== "firing") return `Can't silence an alert group that is ${state}`;
  if (action === "unacknowledge" && state !== "acknowledged") {
    return "Can't unacknowledge an unacknowledged alert group";
  }
  if (action === "unresolve" && state !== "resolved") return "Can't unresolve a not resolved alert group";
  if (action === "unsilence" && state !== "silenced") return "Can't unsilence a not silenced alert group";
  return undefined;
}

/** The product answers with and without the trailing slash. */
const both = (path: string, handle: (call: Call) => Reply) => [
  { method: "GET", path, handle },
  { method: "GET", path: `${path}/`, handle },
];
