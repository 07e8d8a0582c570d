import { createHash } from "node:crypto";
import { instantsOf, type Json, readFixture, STORY_OPENING, shiftTimes } from "../story.ts";
import { type Call, type Reply, startVendor, type Vendor, type VendorOptions } from "./vendor-server.ts";

interface Deployment {
  id: number;
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
}
export interface GitHubState {
  token: string;
  /** By `owner/name`. */
  repositories: Record<string, Repository>;
}

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
  };
  const quiet = (name: string): Repository => {
    const text = JSON.stringify({
      deployments: [older],
      statuses: { [older.id]: [statusOf(older, olderStatus)] },
      commits: payments.commits.slice(1),
    });
    return JSON.parse(text.replaceAll("payments", name)) as Repository;
  };
  return {
    token,
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
  const limits = (now: number) => ({
    "x-ratelimit-limit": "5000",
    "x-ratelimit-remaining": String(Math.max(5_000 - used, 0)),
    "x-ratelimit-reset": String(Math.ceil(now / 1_000) + 3_600),
  });

  /** One page of a list, with an ETag that a later call may offer. */
  const list = (call: Call, read: (repository: Repository) => readonly unknown[] | undefined): Reply => {
    const name = `${call.params.owner}/${call.params.repo}`;
    const repository = Object.hasOwn(state.repositories, name) ? state.repositories[name] : undefined;
    const items = repository ? read(repository) : undefined;
    if (!items) return message(404, "Not Found", limits(call.now));
    const size = Math.min(Math.max(Number(call.query.per_page ?? 30) || 30, 1), 100);
    const page = Math.max(Number(call.query.page ?? 1) || 1, 1);
    const body = JSON.stringify(items.slice((page - 1) * size, page * size));
    const etag = `W/"${createHash("sha256").update(body).digest("hex")}"`;
    const headers = { ...limits(call.now), etag };
    return call.headers["if-none-match"] === etag ? { status: 304, headers } : { status: 200, headers, body };
  };

  return startVendor(
    {
      name: "github",
      target: "github",
      state,
      before: ({ headers, now }) => {
        if (!headers["user-agent"]) {
          return {
            status: 403,
            headers: { "content-type": "text/plain" },
            body: "Request forbidden by administrative rules. Please make sure your request has a User-Agent header.",
          };
        }
        if (headers.authorization !== `Bearer ${state.token}`) return message(401, "Bad credentials");
        used += 1;
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
          path: "/repos/:owner/:repo/commits",
          query: ["since", "until", "per_page", "page"],
          handle: (call) =>
            list(call, ({ commits }) => {
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
