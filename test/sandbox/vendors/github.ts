import { createHash } from "node:crypto";
import { instantsOf, type Json, readFixture, STORY_OPENING, shiftTimes } from "../story.ts";
import { type Call, type Reply, type Route, startVendor, type Vendor, type VendorOptions } from "./vendor-server.ts";

interface Deployment {
  id: number;
  sha: string;
  environment: string;
  created_at: string;
  [other: string]: unknown;
}
interface Commit {
  sha: string;
  commit: { committer: { date: string } };
  [other: string]: unknown;
}
interface Repository {
  /** Newest first. */
  deployments: Deployment[];
  /** By deployment id, newest first. */
  statuses: Record<string, Json[]>;
  /** Newest first. */
  commits: Commit[];
  /** By `<base>...<head>`. */
  comparisons: Record<string, Comparison>;
  /** Text files, by path; the same at every commit. */
  files: Record<string, string>;
}
interface Comparison {
  /** Oldest first. */
  commits: Commit[];
  files: { filename: string; status: string; previous_filename?: string }[];
}
export interface GitHubState {
  token: string;
  /** When the token ends; undefined: never. GitHub says so with every answer. */
  tokenEndsAt?: string | undefined;
  /** By `owner/name`. */
  repositories: Record<string, Repository>;
}

const CODEOWNERS = `# Who is asked about what.
*                @kestrel-freight/payments
/src/gateway/    @twierzba-kf dana.demir@example.com
/deploy/*        @kestrel-freight/platform
`;

/** Three repositories; `payments` was deployed eleven minutes before `now`, the others yesterday. */
export function openingGitHub(token: string, now: number): GitHubState {
  const delta = now - STORY_OPENING;
  const read = (name: string) => shiftTimes(readFixture(name), (instant) => instant + delta);
  const deployments = read("github-deployments") as unknown as Deployment[];
  const statuses = read("github-deployment-statuses") as Json[];
  const [newest, older] = deployments;
  const olderStatus = statuses[0];
  if (!newest || !older || olderStatus === undefined) throw new Error("the GitHub fixtures are empty");
  const payments: Repository = {
    deployments,
    statuses: { [newest.id]: statuses, [older.id]: [statusOf(older, olderStatus)] },
    commits: read("github-commits") as unknown as Commit[],
    comparisons: {},
    files: { ".github/CODEOWNERS": CODEOWNERS },
  };
  payments.comparisons[`${older.sha}...${newest.sha}`] = {
    commits: payments.commits.slice(0, 2).reverse(),
    files: [
      { filename: "src/gateway/card-gateway.ts", status: "modified" },
      { filename: "src/gateway/retry-policy.ts", status: "modified" },
      { filename: "deploy/values.yaml", status: "modified" },
    ],
  };
  const quiet = (name: string): Repository => {
    const text = JSON.stringify({
      deployments: [older],
      statuses: { [older.id]: [statusOf(older, olderStatus)] },
      commits: payments.commits.slice(1),
      comparisons: {},
      files: {},
    });
    return JSON.parse(text.replaceAll("payments", name)) as Repository;
  };
  return {
    token,
    tokenEndsAt: new Date(now + 365 * 86_400_000).toISOString(),
    repositories: {
      "kestrel-freight/payments": payments,
      "kestrel-freight/checkout": quiet("checkout"),
      "kestrel-freight/search": quiet("search"),
    },
  };
}

/** A success four minutes after the deployment began. */
function statusOf(deployment: Deployment, like: Json): Json {
  const text = JSON.stringify(like).replaceAll(/deployments\/\d+/g, `deployments/${deployment.id}`);
  const finished = Date.parse(deployment.created_at) + 4 * 60_000;
  return shiftTimes({ ...JSON.parse(text), id: deployment.id + 1, state: "success" } as Json, () => finished);
}

/** GitHub's REST API as far as deployments and commits go. */
export function startGitHub(options: VendorOptions<GitHubState> & { token: string }): Promise<Vendor<GitHubState>> {
  const state = options.state ?? openingGitHub(options.token, (options.now ?? Date.now)());
  let used = 0;
  const message = (status: number, text: string, headers?: Record<string, string>): Reply => ({
    status,
    ...(headers ? { headers } : {}),
    body: { message: text, documentation_url: "https://docs.github.com/rest", status: String(status) },
  });
  const limits = (now: number): Record<string, string> => ({
    ...(state.tokenEndsAt === undefined
      ? {}
      : {
          "github-authentication-token-expiration": `${state.tokenEndsAt.slice(0, 19).replace("T", " ")} UTC`,
        }),
    "x-ratelimit-limit": "5000",
    "x-ratelimit-remaining": String(Math.max(5_000 - used, 0)),
    "x-ratelimit-reset": String(Math.ceil(now / 1_000) + 3_600),
  });

  /** One page of a list, with an ETag that a later call may offer. */
  const list = (call: Call, read: (repository: Repository) => readonly unknown[] | undefined): Reply => {
    const repository = repositoryOf(call);
    const items = repository ? read(repository) : undefined;
    if (!items) return message(404, "Not Found", limits(call.now));
    const size = Math.min(Math.max(Number(call.query.per_page ?? 30) || 30, 1), 100);
    const page = Math.max(Number(call.query.page ?? 1) || 1, 1);
    return tagged(call, JSON.stringify(items.slice((page - 1) * size, page * size)));
  };

  const one = (call: Call, read: (repository: Repository) => object | undefined): Reply => {
    const repository = repositoryOf(call);
    const found = repository && read(repository);
    return found ? tagged(call, JSON.stringify(found)) : message(404, "Not Found", limits(call.now));
  };

  const repositoryOf = (call: Call): Repository | undefined => {
    const name = `${call.params.owner}/${call.params.repo}`;
    return Object.hasOwn(state.repositories, name) ? state.repositories[name] : undefined;
  };

  const tagged = (call: Call, body: string): Reply => {
    const etag = `W/"${createHash("sha256").update(body).digest("hex")}"`;
    const headers = { ...limits(call.now), etag };
    return call.headers["if-none-match"] === etag ? { status: 304, headers } : { status: 200, headers, body };
  };

  return startVendor(
    {
      name: "github",
      target: "github",
      state,
      before: ({ headers, now, path }) => {
        if (!headers["user-agent"]) {
          return {
            status: 403,
            headers: { "content-type": "text/plain" },
            body: "Request forbidden by administrative rules. Please make sure your request has a User-Agent header.",
          };
        }
        if (headers.authorization !== `Bearer ${state.token}`) return message(401, "Bad credentials");
        if (path !== "/rate_limit") used += 1;
        return used > 5_000 ? message(403, "API rate limit exceeded", limits(now)) : undefined;
      },
      rateLimited: (fault, { now }) =>
        message(fault?.status ?? 403, "You have exceeded a secondary rate limit.", {
          ...limits(now),
          "retry-after": String(Math.ceil((fault?.ms ?? 1_000) / 1_000)),
        }),
      failed: (status) => message(status, "Server Error"),
      routes: [
        {
          method: "GET",
          path: "/rate_limit",
          handle: ({ now }) => ({ status: 200, headers: limits(now), body: { resources: {} } }),
        },
        {
          method: "GET",
          path: "/repos/:owner/:repo/deployments",
          query: ["environment", "per_page", "page"],
          handle: (call) =>
            list(call, ({ deployments }) =>
              deployments.filter(
                ({ environment }) => call.query.environment === undefined || environment === call.query.environment,
              ),
            ),
        },
        {
          method: "GET",
          path: "/repos/:owner/:repo/deployments/:deployment/statuses",
          query: ["per_page", "page"],
          handle: (call) => list(call, ({ statuses }) => statuses[call.params.deployment ?? ""]),
        },
        {
          method: "GET",
          path: "/repos/:owner/:repo/compare/:range",
          handle: (call) =>
            one(call, ({ comparisons }) => {
              const range = call.params.range ?? "";
              const found = Object.hasOwn(comparisons, range) ? comparisons[range] : undefined;
              return found && { status: "ahead", total_commits: found.commits.length, ...found };
            }),
        },
        ...[":path", ":folder/:path"].map(
          (where): Route => ({
            method: "GET",
            path: `/repos/:owner/:repo/contents/${where}`,
            query: ["ref"],
            handle: (call) =>
              one(call, ({ files }) => {
                const path = [call.params.folder, call.params.path].filter((part) => part !== undefined).join("/");
                const text = Object.hasOwn(files, path) ? files[path] : undefined;
                if (text === undefined) return undefined;
                const content = Buffer.from(text).toString("base64").replace(/.{60}/g, "$&\n");
                return { type: "file", path, encoding: "base64", size: text.length, content };
              }),
          }),
        ),
        {
          method: "GET",
          path: "/repos/:owner/:repo/commits",
          query: ["since", "until", "per_page", "page"],
          handle: (call) =>
            repositoryOf(call)?.commits.length === 0
              ? message(409, "Git Repository is empty.", limits(call.now))
              : list(call, ({ commits }) => {
                  const since = Date.parse(call.query.since ?? "") || 0;
                  const until = Date.parse(call.query.until ?? "") || Number.POSITIVE_INFINITY;
                  return commits.filter(({ commit }) =>
                    instantsOf(commit.committer.date).every((instant) => instant >= since && instant <= until),
                  );
                }),
        },
      ],
    },
    options,
  );
}
