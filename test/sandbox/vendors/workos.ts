import { readFixture } from "../story.ts";
import { type Call, NotSimulated, type Reply, startVendor, type Vendor, type VendorOptions } from "./vendor-server.ts";

interface DirectoryGroup {
  id: string;
  name: string;
  directory_id: string;
  [other: string]: unknown;
}
interface DirectoryUser {
  id: string;
  directory_id: string;
  email: string | null;
  state: "active" | "inactive";
  groups: DirectoryGroup[];
  [other: string]: unknown;
}
export interface WorkosState {
  apiKey: string;
  groups: DirectoryGroup[];
  users: DirectoryUser[];
  /** When the users of each directory were lately asked for, in epoch milliseconds. */
  asked: Record<string, number[]>;
}

/** Of users, a second and directory. */
const USERS_PER_SECOND = 4;

export function openingWorkos(apiKey: string): WorkosState {
  const users = (readFixture("workos-directory-users") as { data: unknown }).data as DirectoryUser[];
  const groups = new Map(users.flatMap((user) => user.groups).map((group) => [group.id, group]));
  return { apiKey, users, groups: [...groups.values()], asked: {} };
}

/** WorkOS Directory Sync: reading users and groups by directory, group or user. */
export function startWorkos(options: VendorOptions<WorkosState> & { apiKey: string }): Promise<Vendor<WorkosState>> {
  const state = options.state ?? openingWorkos(options.apiKey);
  const refuse = (status: number, message: string, code: string): Reply => ({ status, body: { message, code } });
  const invalid = (message: string) => refuse(422, message, "invalid_request_parameters");
  const notFound = (what: string) => refuse(404, `${what} not found`, "entity_not_found");
  const limited = (waitMs = 1_000): Reply => ({
    ...refuse(429, "Too many requests", "rate_limit_exceeded"),
    headers: { "retry-after": String(Math.ceil(waitMs / 1_000)) },
  });

  /** One page behind the cursor. A page that holds anything names a next one, which may turn out to be empty. */
  const page = ({ query }: Call, items: readonly { id: string }[]): Reply => {
    const limit = Number(query.limit ?? 10);
    if (!Number.isInteger(limit) || limit < 1 || limit > 100) return invalid("limit must be between 1 and 100");
    if (query.order !== undefined && query.order !== "asc") throw new NotSimulated(`order=${query.order}`);
    const from = query.after === undefined ? 0 : items.findIndex(({ id }) => id === query.after) + 1;
    if (query.after !== undefined && from === 0) return invalid("after is not a known id");
    const data = items.slice(from, from + limit);
    return {
      status: 200,
      body: { object: "list", data, list_metadata: { before: null, after: data.at(-1)?.id ?? null } },
    };
  };

  /** Counts a request for the users of this directory; false above the limit. */
  const mayAsk = (directory: string, now: number): boolean => {
    const recent = (state.asked[directory] ?? []).filter((at) => now - at < 1_000);
    if (recent.length >= USERS_PER_SECOND) return false;
    state.asked[directory] = [...recent, now];
    return true;
  };

  return startVendor(
    {
      name: "workos",
      target: "workos",
      state,
      before: ({ headers }) =>
        headers.authorization === `Bearer ${state.apiKey}`
          ? undefined
          : { status: 401, body: { message: "Unauthorized" } },
      rateLimited: (fault) => limited(fault?.ms),
      failed: (status) => ({ status, body: { message: "Internal Server Error" } }),
      routes: [
        {
          method: "GET",
          path: "/directory_users",
          query: ["directory", "group", "limit", "after", "order"],
          handle: (call) => {
            const { directory, group } = call.query;
            if (directory === undefined && group === undefined) return invalid("directory or group is required");
            const known = group === undefined ? undefined : state.groups.find(({ id }) => id === group);
            if (group !== undefined && !known) return notFound("Directory group");
            if (!mayAsk(known?.directory_id ?? directory ?? "", call.now)) return limited();
            return page(
              call,
              state.users.filter(
                (user) =>
                  (directory === undefined || user.directory_id === directory) &&
                  (group === undefined || user.groups.some(({ id }) => id === group)),
              ),
            );
          },
        },
        {
          method: "GET",
          path: "/directory_groups",
          query: ["directory", "user", "limit", "after", "order"],
          handle: (call) => {
            const { directory, user } = call.query;
            if (directory === undefined && user === undefined) return invalid("directory or user is required");
            const member = state.users.find(({ id }) => id === user);
            if (user !== undefined && !member) return notFound("Directory user");
            return page(
              call,
              state.groups.filter(
                (group) =>
                  (directory === undefined || group.directory_id === directory) &&
                  (member === undefined || member.groups.some(({ id }) => id === group.id)),
              ),
            );
          },
        },
      ],
    },
    options,
  );
}
