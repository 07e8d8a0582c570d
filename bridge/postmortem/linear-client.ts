import {
  AuthenticationLinearError,
  ForbiddenLinearError,
  LinearClient,
  LinearError,
  RatelimitedLinearError,
} from "@linear/sdk";
import type { Clock, Instant } from "../platform/clock.ts";
import { BreakerOpenError } from "../platform/manners/breaker.ts";
import { noManners, type VendorManners } from "../platform/manners/manners.ts";
import { TokensSpentError } from "../platform/manners/token-queue.ts";
import type { Judge } from "../platform/manners/verdict.ts";
import { LinearFailedError } from "./linear-error.ts";

export interface LinearDeps {
  apiUrl: string;
  /** A personal API key, read for each call because it may be rotated. */
  apiKey: () => Promise<string>;
  /** Bounds each request, in milliseconds: the SDK itself waits for ever. */
  timeoutMs: number;
  clock: Clock;
  /** Towards Linear. Default: none. */
  manners?: VendorManners | undefined;
}

/** What a failed call says about Linear. */
export const judgeLinear: Judge = (error) => {
  if (!(error instanceof LinearFailedError)) return { outcome: "failed", outage: false };
  const { refusal, retryAfterMs, cause } = error;
  if (refusal === "rate-limited") return { outcome: "limited", outage: false, pauseMs: retryAfterMs };
  if (cause instanceof LinearError && (cause.status ?? 0) >= 500) return { outcome: "5xx", outage: true };
  return { outcome: refusal, outage: refusal === "timed-out" || refusal === "unreachable" };
};

export interface NewIssue {
  /** UUID version 4, written down before the first call. */
  id: string;
  teamId: string;
  projectId?: string | undefined;
  labelIds?: readonly string[] | undefined;
  /** The issue that this one is a part of. */
  parentId?: string | undefined;
  title: string;
  /** Markdown. */
  description: string;
  /** 1 urgent to 4 low. */
  priority: 1 | 2 | 3 | 4;
  /** `2026-11-21`. */
  dueDate?: string | undefined;
  /** Without one, or with one Linear does not know, nobody is assigned; never the owner of the key. */
  assigneeEmail?: string | undefined;
}

export interface FiledIssue {
  identifier: string;
  url: string;
  assigned: boolean;
}

export interface IssueTracker {
  /**
   * Creates the issue once: repeating with the same id finds the first one, whether or not its answer ever arrived.
   * @throws LinearFailedError when it does not exist afterwards or nobody could say
   */
  fileIssue(issue: NewIssue): Promise<FiledIssue>;
  /** Adds a link to the issue. The same URL again changes its title. @throws LinearFailedError */
  attach(issueId: string, link: { title: string; url: string }): Promise<void>;
  /** How the issue stands; undefined when there is none any more. @throws LinearFailedError */
  standing(issueId: string): Promise<IssueStanding | undefined>;
}

/** When somebody ended it, by Linear's clock. A move between states that end nothing is not told. */
export interface IssueStanding {
  completedAt: Instant | undefined;
  canceledAt: Instant | undefined;
  assigned: boolean;
}

export function createLinearClient(deps: LinearDeps): IssueTracker {
  const { manners = noManners } = deps;
  /** One request on a client of its own, because only a client can be given a signal. */
  const once = async <T>(ask: (client: LinearClient) => PromiseLike<T>, apiKey: string): Promise<T> => {
    const signal = AbortSignal.timeout(deps.timeoutMs);
    try {
      return await ask(new LinearClient({ apiKey, apiUrl: deps.apiUrl, signal }));
    } catch (error) {
      throw failureOf(error, signal.aborted, deps);
    }
  };

  const call = async <T>(ask: (client: LinearClient) => PromiseLike<T>): Promise<T> => {
    const apiKey = await deps.apiKey();
    try {
      return await manners.call(
        () => manners.attempt(() => once(ask, apiKey), { withinMs: deps.timeoutMs }),
        deps.timeoutMs,
      );
    } catch (error) {
      if (!(error instanceof BreakerOpenError || error instanceof TokensSpentError)) throw error;
      const retryMs = error instanceof TokensSpentError ? error.waitMs : LEFT_ALONE_MS;
      throw new LinearFailedError(
        "unreachable",
        "Linear is not asked for a moment, after failures or many requests.",
        retryMs,
        {
          cause: error,
        },
      );
    }
  };

  const find = async (id: string): Promise<FiledIssue | undefined> => {
    try {
      const issue = await call((client) => client.issue(id));
      return { identifier: issue.identifier, url: issue.url, assigned: issue.assigneeId !== undefined };
    } catch (error) {
      if (error instanceof LinearFailedError && isNotFound(error.cause)) return undefined;
      throw error;
    }
  };

  const userIdOf = async (email: string): Promise<string | undefined> => {
    const users = await call((client) => client.users({ first: 2, filter: { email: { eqIgnoreCase: email } } }));
    const [user, second] = users.nodes;
    return second === undefined && user?.active ? user.id : undefined;
  };

  return {
    async fileIssue({ assigneeEmail, labelIds = [], projectId, parentId, dueDate, ...issue }) {
      const earlier = await find(issue.id);
      if (earlier) return earlier;
      const assigneeId = assigneeEmail === undefined ? undefined : await userIdOf(assigneeEmail);
      const given = Object.entries({ assigneeId, projectId, parentId, dueDate }).filter(
        ([, value]) => value !== undefined,
      );
      const labels = labelIds.length === 0 ? {} : { labelIds: [...labelIds] };
      const input = { ...issue, ...labels, ...Object.fromEntries(given) };
      const failed = await call((client) => client.createIssue(input)).then(
        () => undefined,
        (error: unknown) => error,
      );
      // Created or not, Linear knows: a lost answer and an issue that exists already look the same here.
      const filed = await find(issue.id);
      if (filed) return filed;
      throw (
        failed ??
        new LinearFailedError("refused", "Linear accepted the issue and does not have it.", DEFAULT_RETRY_MS, {
          cause: undefined,
        })
      );
    },

    async standing(issueId) {
      try {
        const { completedAt, canceledAt, assigneeId } = await call((client) => client.issue(issueId));
        return {
          completedAt: completedAt?.getTime(),
          canceledAt: canceledAt?.getTime(),
          assigned: assigneeId !== undefined,
        };
      } catch (error) {
        if (error instanceof LinearFailedError && isNotFound(error.cause)) return undefined;
        throw error;
      }
    },

    async attach(issueId, { title, url }) {
      await call((client) => client.createAttachment({ issueId, title, url }));
    },
  };
}

const DEFAULT_RETRY_MS = 60_000;
const LEFT_ALONE_MS = 10_000;
/** A wrong key needs a person. */
const KEY_RETRY_MS = 300_000;
const MAX_RETRY_MS = 3_600_000;

function failureOf(error: unknown, timedOut: boolean, { timeoutMs, clock }: LinearDeps): LinearFailedError {
  const options = { cause: error };
  if (timedOut) {
    return new LinearFailedError(
      "timed-out",
      `Linear did not answer in ${timeoutMs / 1_000} s.`,
      DEFAULT_RETRY_MS,
      options,
    );
  }
  // A rate limit may come as HTTP 400: only the code tells.
  if (error instanceof RatelimitedLinearError || codesOf(error).includes("RATELIMITED")) {
    return new LinearFailedError("rate-limited", "Linear's rate limit is used up.", waitOf(error, clock), options);
  }
  if (error instanceof AuthenticationLinearError || error instanceof ForbiddenLinearError) {
    return new LinearFailedError(
      "not-authorised",
      "Linear does not accept the API key; store a valid one in the secret linear.",
      KEY_RETRY_MS,
      options,
    );
  }
  if (error instanceof LinearError && error.status !== undefined) {
    return new LinearFailedError(
      "refused",
      `Linear refused the request (HTTP ${error.status}).`,
      DEFAULT_RETRY_MS,
      options,
    );
  }
  return new LinearFailedError("unreachable", "Linear could not be reached.", DEFAULT_RETRY_MS, options);
}

function codesOf(error: unknown): string[] {
  if (!(error instanceof LinearError)) return [];
  return (error.raw?.response?.errors ?? []).map(({ extensions }) =>
    String(Reflect.get(extensions ?? {}, "code") ?? ""),
  );
}

/** What Linear asks for: seconds, or the instant when the quota is full again. */
function waitOf(error: unknown, clock: Clock): number {
  const { retryAfter, requestsResetAt } =
    error instanceof RatelimitedLinearError ? error : { retryAfter: undefined, requestsResetAt: undefined };
  const waitMs =
    retryAfter !== undefined
      ? retryAfter * 1_000
      : requestsResetAt !== undefined
        ? requestsResetAt - clock.now()
        : DEFAULT_RETRY_MS;
  return Math.min(MAX_RETRY_MS, Math.max(1_000, waitMs));
}

const isNotFound = (cause: unknown) =>
  cause instanceof LinearError && (cause.errors ?? []).some(({ message }) => /entity not found/i.test(message));
