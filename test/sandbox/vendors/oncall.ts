import { CAST } from "../cast.ts";
import { readFixture } from "../story.ts";
import { type Call, type Reply, startVendor, type Vendor, type VendorOptions } from "./vendor-server.ts";

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
interface OnCallUser {
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
}

export type GroupAction = "acknowledge" | "resolve" | "unacknowledge" | "unresolve" | "silence" | "unsilence";

const MAX_ALERT_GROUPS = 2_000;

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
  };
}

/** Remembers an alert group that a webhook told the world about. */
export function rememberAlertGroup(state: OnCallState, group: AlertGroup): void {
  state.alertGroups = [group, ...state.alertGroups.filter(({ id }) => id !== group.id)].slice(0, MAX_ALERT_GROUPS);
}

export interface OnCallOptions extends VendorOptions<OnCallState> {
  token: string;
  /** Called after the API changed a group: the real product then sends its webhooks. */
  onTransition?: ((group: AlertGroup, action: GroupAction, actor: OnCallUser | null) => void) | undefined;
}

/** Grafana OnCall's HTTP API. Groups enter it by `rememberAlertGroup`. */
export function startOnCall(options: OnCallOptions): Promise<Vendor<OnCallState>> {
  const state = options.state ?? openingOnCall(options.token);
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
      options.onTransition?.(group, action, state.users.find(({ id }) => id === state.tokenOwner) ?? null);
      return { status: 200 };
    },
  });

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
