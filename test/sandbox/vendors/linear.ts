import { randomUUID } from "node:crypto";
import { CAST } from "../cast.ts";
import { NotSimulated, onlyFields, type Reply, startVendor, type Vendor, type VendorOptions } from "./vendor-server.ts";

const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;
const ISSUE_FIELDS = [
  "id",
  "teamId",
  "title",
  "description",
  "assigneeId",
  "projectId",
  "parentId",
  "labelIds",
  "priority",
  "stateId",
  "dueDate",
];
const ATTACHMENT_FIELDS = ["id", "issueId", "url", "title", "subtitle", "iconUrl", "metadata"];
const PAGE_FIELDS = [
  "after",
  "before",
  "first",
  "includeArchived",
  "includeDisabled",
  "last",
  "orderBy",
  "filter",
  "sort",
];

export interface LinearIssue {
  id: string;
  identifier: string;
  number: number;
  title: string;
  description: string | null;
  priority: number;
  url: string;
  teamId: string;
  assigneeId: string | null;
  /** `YYYY-MM-DD`. */
  dueDate: string | null;
  labelIds: string[];
  projectId: string | null;
  parentId: string | null;
  /** When somebody ended it. Set by `PUT /graphql/simulated/issues/:identifier/completed` and `…/canceled`. */
  completedAt?: string;
  canceledAt?: string;
  createdAt: string;
  updatedAt: string;
}
export interface LinearAttachment {
  id: string;
  issueId: string;
  url: string;
  title: string;
  subtitle: string | null;
  metadata: Record<string, unknown>;
  createdAt: string;
  updatedAt: string;
}
export interface LinearState {
  apiKey: string;
  organization: { urlKey: string };
  teams: { id: string; key: string; name: string }[];
  users: { id: string; name: string; displayName: string; email: string; active: boolean; admin: boolean }[];
  projects: { id: string; name: string }[];
  labels: { id: string; name: string }[];
  /** Whose key it is. */
  viewerId: string;
  issues: LinearIssue[];
  attachments: LinearAttachment[];
}

export function openingLinear(apiKey: string): LinearState {
  const person = (name: string, id: string) => ({
    id,
    name,
    displayName: name,
    email: `${name}@example.com`,
    active: true,
    admin: false,
  });
  return {
    apiKey,
    organization: { urlKey: "kestrel-freight" },
    teams: [{ id: CAST.linearTeamId, key: "PAY", name: "Payments" }],
    users: [
      person("robot", "0b8f3c52-7a1d-4e60-9c24-51d7e8a90f11"),
      person("alex", "1c9a4d63-8b2e-4f71-8d35-62e8f9b01a22"),
      person("sam", "2dab5e74-9c3f-4a82-9e46-73f90ac12b33"),
      person("kim", "3ebc6f85-ad40-4b93-af57-840a1bd23c44"),
    ],
    projects: [{ id: "4ad7c6b8-2f1e-4c3d-9b5a-7e8f90a1b2c3", name: "Reliability" }],
    labels: [{ id: "5be8d7c9-3a2f-4d4e-8c6b-8f90a1b2c3d4", name: "postmortem" }],
    viewerId: "0b8f3c52-7a1d-4e60-9c24-51d7e8a90f11",
    issues: [],
    attachments: [],
  };
}

interface GraphqlError {
  type: string;
  code: string;
  message: string;
  status: number;
}

/** Linear's GraphQL endpoint, as far as the SDK's calls for a postmortem go. `url` is the whole endpoint. */
export function startLinear(options: VendorOptions<LinearState> & { apiKey: string }): Promise<Vendor<LinearState>> {
  const state = { ...openingLinear(options.apiKey), ...options.state };

  const failure = ({ type, code, message, status }: GraphqlError): Reply => ({
    status,
    body: {
      errors: [
        {
          message,
          extensions: { type, code, statusCode: status, userError: status < 500, userPresentableMessage: message },
        },
      ],
    },
  });
  const invalid = (message: string): Reply =>
    failure({ type: "invalid input", code: "INPUT_ERROR", message, status: 400 });
  const notFound = (entity: string): Reply =>
    failure({ type: "invalid input", code: "INPUT_ERROR", message: `Entity not found: ${entity}`, status: 400 });
  const data = (field: string, value: unknown): Reply => ({ status: 200, body: { data: { [field]: value } } });
  const connection = (nodes: unknown[]) => ({
    nodes,
    pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
  });
  const issueAnswer = ({ teamId, assigneeId, projectId, parentId, ...issue }: LinearIssue) => ({
    ...issue,
    team: { id: teamId },
    project: projectId === null ? null : { id: projectId },
    parent: parentId === null ? null : { id: parentId },
    assignee: assigneeId === null ? null : { id: assigneeId },
    // The SDK's model cannot be built without these.
    sharedAccess: {
      isShared: false,
      sharedWithCount: 0,
      disallowedIssueFields: [],
      sharedWithUsers: [],
      viewerHasOnlySharedAccess: false,
    },
    reactions: [],
  });
  const attachmentAnswer = ({ issueId, ...attachment }: LinearAttachment) => ({
    ...attachment,
    issue: { id: issueId },
  });

  const fields: Record<string, (variables: Record<string, unknown>, at: string) => Reply> = {
    viewer: (variables) => {
      onlyFields(variables, [], "variables");
      return data(
        "viewer",
        state.users.find(({ id }) => id === state.viewerId),
      );
    },
    users: (variables) => {
      const { filter, ...page } = onlyFields(variables, PAGE_FIELDS, "variables");
      refuseFilters(page);
      const email = filter == null ? undefined : emailFilter(filter);
      const found =
        email === undefined ? state.users : state.users.filter((user) => user.email.toLowerCase() === email);
      return data("users", connection(found));
    },
    teams: (variables) => {
      refuseFilters(onlyFields(variables, PAGE_FIELDS, "variables"));
      return data("teams", connection(state.teams));
    },
    team: (variables) => {
      const { id } = onlyFields(variables, ["id"], "variables");
      const team = state.teams.find((one) => one.id === id || one.key === id);
      return team ? data("team", team) : notFound("Team");
    },
    issue: (variables) => {
      const { id } = onlyFields(variables, ["id"], "variables");
      const issue = state.issues.find((one) => one.id === id || one.identifier === id);
      return issue ? data("issue", issueAnswer(issue)) : notFound("Issue");
    },
    issueCreate: (variables, at) => {
      const input = onlyFields(onlyFields(variables, ["input"], "variables").input, ISSUE_FIELDS, "input");
      const team = state.teams.find(({ id }) => id === input.teamId);
      if (!team) return notFound("Team");
      if (typeof input.title !== "string" || input.title.trim() === "") return invalid("title should not be empty");
      if (input.id !== undefined && !UUID_V4.test(String(input.id))) return invalid("id must be a UUID v4");
      // What the vendor answers here is not documented; a second issue would be the worst answer, so this one refuses.
      if (state.issues.some(({ id }) => id === input.id)) return invalid("Entity with this id already exists");
      const { projectId, parentId, labelIds = [] } = input;
      if (projectId !== undefined && !state.projects.some(({ id }) => id === projectId)) return notFound("Project");
      if (parentId !== undefined && !state.issues.some(({ id }) => id === parentId)) return notFound("Issue");
      if ((labelIds as string[]).some((label) => !state.labels.some(({ id }) => id === label)))
        return notFound("Label");
      const number = state.issues.length + 1;
      const identifier = `${team.key}-${number}`;
      const issue: LinearIssue = {
        id: (input.id as string | undefined) ?? randomUUID(),
        identifier,
        number,
        title: input.title,
        description: (input.description as string | undefined) ?? null,
        priority: (input.priority as number | undefined) ?? 0,
        url: `https://linear.app/${state.organization.urlKey}/issue/${identifier}`,
        teamId: team.id,
        assigneeId: (input.assigneeId as string | undefined) ?? null,
        dueDate: (input.dueDate as string | undefined) ?? null,
        labelIds: (input.labelIds as string[] | undefined) ?? [],
        projectId: (input.projectId as string | undefined) ?? null,
        parentId: (input.parentId as string | undefined) ?? null,
        createdAt: at,
        updatedAt: at,
      };
      state.issues.push(issue);
      return data("issueCreate", { success: true, lastSyncId: state.issues.length, issue: { id: issue.id } });
    },
    attachmentCreate: (variables, at) => {
      const input = onlyFields(onlyFields(variables, ["input"], "variables").input, ATTACHMENT_FIELDS, "input");
      const issue = state.issues.find((one) => one.id === input.issueId || one.identifier === input.issueId);
      if (!issue) return notFound("Issue");
      if (typeof input.url !== "string" || !URL.canParse(input.url)) return invalid("url must be a URL");
      if (typeof input.title !== "string") return invalid("title should not be empty");
      // One attachment an issue and URL: the second create updates the first.
      const existing = state.attachments.find(({ issueId, url }) => issueId === issue.id && url === input.url);
      const attachment: LinearAttachment = {
        id: existing?.id ?? (input.id as string | undefined) ?? randomUUID(),
        issueId: issue.id,
        url: input.url,
        title: input.title,
        subtitle: (input.subtitle as string | undefined) ?? null,
        metadata: (input.metadata as Record<string, unknown> | undefined) ?? {},
        createdAt: existing?.createdAt ?? at,
        updatedAt: at,
      };
      state.attachments = [...state.attachments.filter(({ id }) => id !== attachment.id), attachment];
      return data("attachmentCreate", { success: true, lastSyncId: 1, attachment: { id: attachment.id } });
    },
    attachmentsForURL: (variables) => {
      const { url, ...page } = onlyFields(variables, ["url", ...PAGE_FIELDS], "variables");
      refuseFilters(page);
      return data(
        "attachmentsForURL",
        connection(state.attachments.filter((one) => one.url === url).map(attachmentAnswer)),
      );
    },
  };

  return startVendor(
    {
      name: "linear",
      target: "linear",
      basePath: "/graphql",
      state,
      before: ({ headers }) =>
        headers.authorization === state.apiKey
          ? undefined
          : failure({
              type: "authentication error",
              code: "AUTHENTICATION_ERROR",
              message: "Authentication required, not authenticated",
              status: 401,
            }),
      // Linear answers 400, not 429: only the code tells.
      rateLimited: (fault, { now }) => ({
        ...failure({ type: "ratelimited", code: "RATELIMITED", message: "Rate limit exceeded", status: 400 }),
        headers: {
          "retry-after": String(Math.ceil((fault?.ms ?? 1_000) / 1_000)),
          "x-ratelimit-requests-limit": "5000",
          "x-ratelimit-requests-remaining": "0",
          "x-ratelimit-requests-reset": String(now + (fault?.ms ?? 1_000)),
        },
      }),
      failed: (status) =>
        failure({ type: "internal error", code: "INTERNAL_SERVER_ERROR", message: "Internal server error", status }),
      describe: ({ method, path, body }) => `${method} /graphql${path} ${rootField(body) ?? ""}`.trim(),
      routes: [
        {
          method: "POST",
          path: "",
          handle: ({ body, now }) => {
            const { variables } = onlyFields(body, ["query", "variables", "operationName"], "body");
            const name = rootField(body);
            const field = name !== undefined && Object.hasOwn(fields, name) ? fields[name] : undefined;
            if (!field) throw new NotSimulated(`GraphQL field ${name ?? "(none)"}`);
            return field((variables ?? {}) as Record<string, unknown>, new Date(now).toISOString());
          },
        },
        ...(["completed", "canceled"] as const).map((end) => ({
          method: "PUT",
          path: `/simulated/issues/:identifier/${end}`,
          handle: ({ params, now }: { params: Record<string, string | undefined>; now: number }): Reply => {
            const issue = state.issues.find(({ identifier }) => identifier === params.identifier);
            if (!issue) return notFound("Issue");
            issue[`${end}At`] = new Date(now).toISOString();
            return { status: 200, body: {} };
          },
        })),
      ],
    },
    options,
  );
}

/** The first field of the operation: the SDK's documents have exactly one. Fragments may stand before or after it. */
function rootField(body: unknown): string | undefined {
  const query = (body as { query?: unknown } | undefined)?.query;
  if (typeof query !== "string") return undefined;
  return /\b(?:query|mutation)\b[^{]*\{\s*(\w+)/.exec(query)?.[1];
}

/** The one filter of users that is simulated: `{ email: { eqIgnoreCase } }`. */
function emailFilter(filter: unknown): string {
  const { eqIgnoreCase } = onlyFields(onlyFields(filter, ["email"], "filter").email, ["eqIgnoreCase"], "filter.email");
  if (typeof eqIgnoreCase !== "string") throw new NotSimulated("filter.email without eqIgnoreCase");
  return eqIgnoreCase.toLowerCase();
}

/** A filter that is ignored would return everything: refuse what this simulator does not do. */
function refuseFilters(variables: Record<string, unknown>): void {
  for (const name of ["filter", "sort", "after", "before"]) {
    if (variables[name] != null) throw new NotSimulated(`variable ${name}`);
  }
}
