import * as z from "zod";
import type { Instant } from "../platform/clock.ts";
import type { Http, HttpReply } from "../platform/http.ts";
import { HttpStatusError } from "../platform/http-errors.ts";
import type { Logger } from "../platform/logger.ts";
import type { Secrets } from "../platform/secrets.ts";
import { readCredential } from "./credential.ts";
import { readOrSayWhy, type Unavailable } from "./unavailable.ts";

const instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

const Deployments = z.array(
  z.object({ id: z.int(), sha: z.string().min(7), ref: z.string(), payload: z.unknown(), created_at: instant }),
);
const Statuses = z.array(z.object({ state: z.string(), created_at: instant }));
const Commit = z
  .object({
    sha: z.string().min(7),
    commit: z.object({ message: z.string() }),
  })
  .transform(({ sha, commit }) => ({ sha, title: commit.message.split("\n", 1)[0]?.trim() ?? "" }));
export type Commit = z.infer<typeof Commit>;
const Comparison = z.object({
  total_commits: z.int(),
  /** Oldest first. */
  commits: z.array(Commit),
  files: z.array(z.object({ filename: z.string(), previous_filename: z.string().nullish() })).nullish(),
});
const Contents = z.object({ type: z.literal("file"), encoding: z.string(), content: z.string() });
/** `2026-12-24 15:02:07 UTC`, or with an offset: the only form GitHub uses there. */
const TokenEnd = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2} (UTC|[+-]\d{4})$/)
  .transform((text) => {
    const [day, time, zone = "UTC"] = text.split(" ");
    return Date.parse(`${day}T${time}${zone === "UTC" ? "Z" : `${zone.slice(0, 3)}:${zone.slice(3)}`}`);
  });
const Credential = z.object({ token: z.string().min(1) });

export interface Deploy {
  repository: string;
  sha: string;
  /** `payload.release` where the deployer sets it, else the ref. */
  release: string;
  /** When the deployment first succeeded: not when the commit was made. */
  at: Instant;
}

/** What lies between two commits. GitHub gives at most 250 commits and 300 files. */
export interface Changes {
  totalCommits: number;
  /** Newest first. */
  commits: Commit[];
  /** Paths, the old ones of files that were moved too. */
  files: string[];
}

export interface Codeowners {
  path: string;
  text: string;
}

export interface GithubDeps {
  http: Http;
  secrets: Pick<Secrets, "current">;
  /** Base URL without a trailing slash. */
  url: string;
  log: Logger;
}

export interface GithubClient {
  /**
   * The newest `count` deployments of a repository to an environment that succeeded, newest first. Looks at the last
   * `count + 2` deployments: some are pending, failed or were withdrawn. May be repeated; answers are kept by ETag, and an
   * unchanged one costs nothing of the hourly limit.
   */
  lastDeploys(
    wanted: { repository: string; environment: string; count: number },
    within: { timeoutMs: number },
  ): Promise<Deploy[] | Unavailable>;
  /** What `head` has and `base` has not. May be repeated. */
  changes(
    wanted: { repository: string; base: string; head: string },
    within: { timeoutMs: number },
  ): Promise<Changes | Unavailable>;
  /** The newest `count` commits up to `until`, newest first; none for an empty repository. May be repeated. */
  commits(
    wanted: { repository: string; until: Instant; count: number },
    within: { timeoutMs: number },
  ): Promise<Commit[] | Unavailable>;
  /** The CODEOWNERS file that counts at a commit: the first found of the three places GitHub looks at. May be repeated. */
  codeowners(
    wanted: { repository: string; ref: string },
    within: { timeoutMs: number },
  ): Promise<Codeowners | "not-found" | Unavailable>;
  /** When the token ends, as GitHub says with each answer; `never` for a token without an end. Costs nothing of any limit. */
  tokenEnds(within: { timeoutMs: number }): Promise<{ at: Instant } | "never" | Unavailable>;
}

const MAX_CACHED = 200;
/** Longer answers are read anew each time. */
const MAX_CACHED_LENGTH = 200_000;
/** A comparison carries the patches of its files. */
const MAX_RESPONSE_BYTES = 8 * 1_048_576;
const CODEOWNERS_PLACES = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];
const SPARE = 2;

export function createGithubClient({ http, secrets, url, log }: GithubDeps): GithubClient {
  /** By URL, oldest use first. Only what passed its schema is kept. */
  const cache = new Map<string, { etag: string; body: unknown }>();

  const ask = async (target: string, timeoutMs: number, etag?: string): Promise<HttpReply> => {
    const { token } = await readCredential(secrets, "github", Credential);
    return http.send({
      method: "GET",
      url: target,
      headers: {
        authorization: `Bearer ${token}`,
        accept: "application/vnd.github+json",
        "x-github-api-version": "2022-11-28",
        "user-agent": "incident-response",
        ...(etag === undefined ? {} : { "if-none-match": etag }),
      },
      timeoutMs,
      priority: "context",
      retry: "safe",
      maxResponseBytes: MAX_RESPONSE_BYTES,
    });
  };

  const get = async <T>(path: string, schema: z.ZodType<T>, timeoutMs: number): Promise<T> => {
    const target = `${url}${path}`;
    const known = cache.get(target);
    try {
      const reply = await ask(target, timeoutMs, known?.etag);
      const body = reply.json();
      const parsed = schema.parse(body);
      remember(target, reply.text.length > MAX_CACHED_LENGTH ? undefined : reply.headers.etag, body);
      return parsed;
    } catch (error) {
      if (known === undefined || !(error instanceof HttpStatusError) || error.status !== 304) throw error;
      remember(target, known.etag, known.body);
      return schema.parse(known.body);
    }
  };

  const remember = (target: string, etag: string | undefined, body: unknown) => {
    cache.delete(target);
    if (etag === undefined) return;
    cache.set(target, { etag, body });
    for (const oldest of cache.keys()) {
      if (cache.size <= MAX_CACHED) break;
      cache.delete(oldest);
    }
  };

  const read = <T>(call: string, work: () => Promise<T>) => readOrSayWhy({ log, vendor: "github", call }, work);

  return {
    tokenEnds: ({ timeoutMs }) =>
      read("token", async (): Promise<{ at: Instant } | "never"> => {
        const { headers } = await ask(`${url}/rate_limit`, timeoutMs);
        const end = headers["github-authentication-token-expiration"];
        return end === undefined ? "never" : { at: TokenEnd.parse(end) };
      }),

    changes: ({ repository, base, head }, { timeoutMs }) =>
      read("compare", async (): Promise<Changes> => {
        const range = `${encodeURIComponent(base)}...${encodeURIComponent(head)}`;
        const answer = await get(`/repos/${repository}/compare/${range}`, Comparison, timeoutMs);
        const files = (answer.files ?? []).flatMap(({ filename, previous_filename }) =>
          previous_filename ? [filename, previous_filename] : [filename],
        );
        return { totalCommits: answer.total_commits, commits: answer.commits.toReversed(), files };
      }),

    commits: ({ repository, until, count }, { timeoutMs }) =>
      read("commits", async (): Promise<Commit[]> => {
        const parameters = new URLSearchParams({ until: new Date(until).toISOString(), per_page: String(count) });
        try {
          return await get(`/repos/${repository}/commits?${parameters}`, z.array(Commit), timeoutMs);
        } catch (error) {
          // How GitHub says that nothing was ever committed.
          if (error instanceof HttpStatusError && error.status === 409) return [];
          throw error;
        }
      }),

    codeowners: ({ repository, ref }, { timeoutMs }) =>
      read("codeowners", async (): Promise<Codeowners | "not-found"> => {
        // At once, because one after the other a missing file would cost three times the wait.
        const found = await Promise.all(
          CODEOWNERS_PLACES.map(async (path) => {
            const where = `/repos/${repository}/contents/${path}?ref=${encodeURIComponent(ref)}`;
            try {
              const { encoding, content } = await get(where, Contents, timeoutMs);
              return encoding === "base64"
                ? { path, text: Buffer.from(content, "base64").toString("utf8") }
                : undefined;
            } catch (error) {
              if (error instanceof HttpStatusError && error.status === 404) return undefined;
              throw error;
            }
          }),
        );
        return found.find((file) => file !== undefined) ?? "not-found";
      }),

    lastDeploys: ({ repository, environment, count }, { timeoutMs }) =>
      read("deployments", async () => {
        const base = `/repos/${repository}/deployments`;
        const parameters = new URLSearchParams({ environment, per_page: String(count + SPARE) });
        const deployments = await get(`${base}?${parameters}`, Deployments, timeoutMs);
        const dated = await Promise.all(
          deployments.slice(0, count + SPARE).map(async ({ id, sha, ref, payload }) => {
            const statuses = await get(`${base}/${id}/statuses?per_page=100`, Statuses, timeoutMs);
            const successes = statuses.filter(({ state }) => state === "success").map(({ created_at }) => created_at);
            return { repository, sha, release: releaseOf(payload) ?? ref, succeeded: successes };
          }),
        );
        return dated
          .flatMap(({ succeeded, ...deploy }) =>
            succeeded.length === 0 ? [] : [{ ...deploy, at: succeeded.reduce((first, at) => Math.min(first, at)) }],
          )
          .sort((a, b) => b.at - a.at)
          .slice(0, count);
      }),
  };
}

/** GitHub gives the payload as the deployer sent it: an object, or a string that may hold JSON. */
function releaseOf(payload: unknown): string | undefined {
  const value = typeof payload === "string" ? parseJson(payload) : payload;
  if (typeof value !== "object" || value === null || !("release" in value)) return undefined;
  return typeof value.release === "string" && value.release !== "" ? value.release : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Free text is allowed there and simply names no release.
    return undefined;
  }
}
