import * as z from "zod";
import type { Instant } from "../platform/clock.ts";
import type { Http } from "../platform/http.ts";
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
const Credential = z.object({ token: z.string().min(1) });

export interface Deploy {
  repository: string;
  sha: string;
  /** `payload.release` where the deployer sets it, else the ref. */
  release: string;
  /** When the deployment first succeeded: not when the commit was made. */
  at: Instant;
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
}

const MAX_CACHED = 200;
const SPARE = 2;

export function createGithubClient({ http, secrets, url, log }: GithubDeps): GithubClient {
  /** By URL, oldest use first. Only what passed its schema is kept. */
  const cache = new Map<string, { etag: string; body: unknown }>();

  const get = async <T>(path: string, schema: z.ZodType<T>, timeoutMs: number): Promise<T> => {
    const { token } = await readCredential(secrets, "github", Credential);
    const target = `${url}${path}`;
    const known = cache.get(target);
    try {
      const reply = await http.send({
        method: "GET",
        url: target,
        headers: {
          authorization: `Bearer ${token}`,
          accept: "application/vnd.github+json",
          "x-github-api-version": "2022-11-28",
          "user-agent": "incident-response",
          ...(known === undefined ? {} : { "if-none-match": known.etag }),
        },
        timeoutMs,
        retry: "safe",
      });
      const body = reply.json();
      const parsed = schema.parse(body);
      remember(target, reply.headers.etag, body);
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

  return {
    lastDeploys: ({ repository, environment, count }, { timeoutMs }) =>
      readOrSayWhy({ log, vendor: "github", call: "deployments" }, async () => {
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
