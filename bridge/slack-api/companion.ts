import type { KnownBlock, WebAPICallResult } from "@slack/web-api";
import * as z from "zod";
import { startBudget } from "../clients/budget.ts";
import { readCredential } from "../clients/credential.ts";
import type { Clock, Instant } from "../platform/clock.ts";
import type { Logger } from "../platform/logger.ts";
import { type Lane, noManners, type VendorManners } from "../platform/manners/manners.ts";
import type { Priority } from "../platform/manners/token-queue.ts";
import type { Secrets } from "../platform/secrets.ts";
import { methodLane } from "./method-lane.ts";
import { type SlackFailure, slackFailure } from "./slack-failure.ts";
import { createWebClient } from "./web-client.ts";

/** What Slack says of a person, at `lookedUpAt`. */
export interface UserFacts {
  userId: string;
  teamId: string;
  name: string;
  email?: string;
  /** A bot, an app or Slackbot. */
  isBot: boolean;
  deleted: boolean;
  /** A guest of either kind. */
  restricted: boolean;
  /** From another organisation, through Slack Connect. */
  stranger: boolean;
  /** Before the request was sent, so that the facts are never older than this says. */
  lookedUpAt: Instant;
}

export interface GroupMembers {
  groupId: string;
  handle: string;
  userIds: string[];
  lookedUpAt: Instant;
}

export interface LookupOptions {
  /** Who goes first when Slack's limits are near. Default `invite`. */
  priority?: Priority;
}

/** The companion app's calls of Slack's Web API. Failures are answers; nothing throws. */
export interface Companion {
  /** The person with this e-mail address. `users_not_found` when there is none. May be repeated. */
  lookupByEmail(email: string, options?: LookupOptions): Promise<UserFacts | SlackFailure>;
  /** Read from Slack on every call: approvals rest on it. May be repeated. */
  userFacts(userId: string, options?: LookupOptions): Promise<UserFacts | SlackFailure>;
  /**
   * Who is in a user group, by handle. An answer is shared for 60 s at most and never longer, not even while Slack is down;
   * `maxAgeMs` asks for a fresher one. May be repeated.
   */
  groupMembers(handle: string, options?: LookupOptions & { maxAgeMs?: number }): Promise<GroupMembers | SlackFailure>;
  /** Posts one message and never repeats it: after `timeout` or `unreachable` it may or may not stand there. */
  postMessage(channel: string, text: string, blocks?: KnownBlock[]): Promise<{ ts: string } | SlackFailure>;
}

export interface CompanionDeps {
  secrets: Pick<Secrets, "current">;
  clock: Clock;
  log: Logger;
  slackApiUrl: string;
  /** For one call, its repeat and any wait for its turn included. */
  timeoutMs: number;
  /** Towards Slack. Default: none. */
  manners?: VendorManners | undefined;
}

const Credential = z.object({ bot_token: z.string().min(1) });

const flag = z.boolean().nullish();
const SlackUser = z.object({
  id: z.string().min(1),
  team_id: z.string().min(1),
  name: z.string().nullish(),
  deleted: flag,
  is_bot: flag,
  is_restricted: flag,
  is_ultra_restricted: flag,
  is_stranger: flag,
  profile: z
    .object({ real_name: z.string().nullish(), display_name: z.string().nullish(), email: z.string().nullish() })
    .nullish(),
});
const UserReply = z.object({ user: SlackUser });
const GroupsReply = z.object({
  usergroups: z.array(z.object({ id: z.string().min(1), handle: z.string(), date_delete: z.number().nullish() })),
});
const GroupUsersReply = z.object({ users: z.array(z.string().min(1)) });
const PostReply = z.object({ ts: z.string().min(1) });

const GROUP_MAX_AGE_MS = 60_000;
const SLACKBOT = "USLACKBOT";

export function createCompanion(deps: CompanionDeps): Companion {
  const { secrets, clock, log, timeoutMs, manners = noManners } = deps;
  const reader = createWebClient(deps, "once");
  const writer = createWebClient(deps, "never");
  const groups = new Map<string, { startedAt: Instant; answer: Promise<GroupMembers | SlackFailure> }>();

  const call = async <T>(
    lane: Lane,
    priority: Priority,
    schema: z.ZodType<T>,
    send: (token: string) => Promise<WebAPICallResult>,
  ): Promise<T> => {
    const { bot_token } = await readCredential(secrets, "slack-companion", Credential);
    const startedAt = clock.monotonic();
    const budget = startBudget({ clock, budgetMs: timeoutMs });
    const result = await manners.call(
      () => manners.attempt(() => budget.within(() => send(bot_token)), { priority, lane, withinMs: budget.leftMs() }),
      timeoutMs,
    );
    log.debug("slack-answered", { lane: lane.name, durationMs: clock.monotonic() - startedAt });
    return schema.parse(result);
  };

  const attempt = async <T>(method: string, work: () => Promise<T>): Promise<T | SlackFailure> => {
    try {
      return await work();
    } catch (error) {
      const failure = slackFailure(error);
      // Not finding somebody is an answer; everything else is degraded.
      log[failure.error === "users_not_found" ? "debug" : "warn"]("slack-failed", {
        method,
        slackError: failure.error,
      });
      return failure;
    }
  };

  const readGroup = (handle: string, lookedUpAt: Instant, priority: Priority) =>
    attempt<GroupMembers | SlackFailure>("usergroups", async () => {
      const { usergroups } = await call(methodLane("usergroups.list"), priority, GroupsReply, (token) =>
        reader.usergroups.list({ token }),
      );
      const group = usergroups.find((one) => one.handle === handle && (one.date_delete ?? 0) === 0);
      if (group === undefined) {
        return { error: "group-not-found", unavailable: "Slack has no active user group with this handle" };
      }
      const { users } = await call(methodLane("usergroups.users.list"), priority, GroupUsersReply, (token) =>
        reader.usergroups.users.list({ token, usergroup: group.id }),
      );
      return { groupId: group.id, handle, userIds: users, lookedUpAt };
    });

  return {
    lookupByEmail: (email, { priority = "invite" } = {}) =>
      attempt("users.lookupByEmail", async () => {
        const lookedUpAt = clock.now();
        const { user } = await call(methodLane("users.lookupByEmail"), priority, UserReply, (token) =>
          reader.users.lookupByEmail({ token, email }),
        );
        return factsOf(user, lookedUpAt);
      }),

    userFacts: (userId, { priority = "invite" } = {}) =>
      attempt("users.info", async () => {
        const lookedUpAt = clock.now();
        const { user } = await call(methodLane("users.info"), priority, UserReply, (token) =>
          reader.users.info({ token, user: userId }),
        );
        return factsOf(user, lookedUpAt);
      }),

    async groupMembers(handle, { maxAgeMs = GROUP_MAX_AGE_MS, priority = "invite" } = {}) {
      const now = clock.now();
      const shared = groups.get(handle);
      if (shared !== undefined && now - shared.startedAt < Math.min(maxAgeMs, GROUP_MAX_AGE_MS)) {
        const answer = await shared.answer;
        if (!("unavailable" in answer)) return answer;
      }
      const answer = readGroup(handle, now, priority);
      groups.set(handle, { startedAt: now, answer });
      return answer;
    },

    postMessage: (channel, text, blocks) =>
      attempt("chat.postMessage", async () => {
        const { ts } = await call(methodLane("chat.postMessage", channel), "command", PostReply, (token) =>
          writer.chat.postMessage({ token, channel, text, ...(blocks === undefined ? {} : { blocks }) }),
        );
        return { ts };
      }),
  };
}

function factsOf(user: z.infer<typeof SlackUser>, lookedUpAt: Instant): UserFacts {
  const { profile } = user;
  const email = profile?.email ?? "";
  const names = [profile?.display_name, profile?.real_name, user.name];
  return {
    userId: user.id,
    teamId: user.team_id,
    name: (names.find((name) => typeof name === "string" && name.trim() !== "") ?? user.id).slice(0, 100),
    ...(email === "" ? {} : { email }),
    isBot: user.is_bot === true || user.id === SLACKBOT,
    deleted: user.deleted === true,
    restricted: user.is_restricted === true || user.is_ultra_restricted === true,
    stranger: user.is_stranger === true,
    lookedUpAt,
  };
}
