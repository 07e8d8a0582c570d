import * as z from "zod";
import type { Http } from "../platform/http.ts";
import type { Logger } from "../platform/logger.ts";
import type { Priority } from "../platform/manners/token-queue.ts";
import type { Secrets } from "../platform/secrets.ts";
import { readCredential } from "./credential.ts";
import { readOrSayWhy, type Unavailable } from "./unavailable.ts";

/** The documented largest page. */
const PER_PAGE = 100;
const MAX_PAGES = 10;

/** Some answers give one Slack identity, the documentation a list of them; what is neither means none. */
const SlackIdentity = z.object({ user_id: z.string().min(1), team_id: z.string().min(1) });
const OnCallUserReply = z
  .object({
    id: z.string().min(1),
    username: z.string(),
    email: z.string().nullish(),
    slack: z.union([z.array(SlackIdentity), SlackIdentity.transform((one) => [one])]).catch([]),
  })
  .transform(({ id, username, email, slack }) => ({
    id,
    username,
    email: email === undefined || email === "" ? null : email,
    slack: slack.map(({ user_id, team_id }) => ({ userId: user_id, teamId: team_id })),
  }));
export type OnCallUser = z.infer<typeof OnCallUserReply>;

const OnCallUserPage = z.object({ next: z.string().nullable(), results: z.array(OnCallUserReply) });

const ScheduleReply = z
  .object({ id: z.string().min(1), name: z.string(), on_call_now: z.array(z.string()).max(1_000) })
  .transform(({ id, name, on_call_now }) => ({ id, name, onCallNow: on_call_now }));
export type OnCallSchedule = z.infer<typeof ScheduleReply>;

const RouteReply = z
  .object({ id: z.string().min(1), escalation_chain_id: z.string().min(1).nullish() })
  .transform(({ id, escalation_chain_id }) => ({ id, chainId: escalation_chain_id ?? undefined }));
export type OnCallRoute = z.infer<typeof RouteReply>;

/** A step shows only its own fields; of those it has none that we read when it notifies nobody. */
const ids = z.array(z.string().min(1)).nullish().catch(undefined);
const StepReply = z
  .object({
    escalation_chain_id: z.string(),
    position: z.number(),
    notify_on_call_from_schedule: z.string().min(1).nullish().catch(undefined),
    persons_to_notify: ids,
    persons_to_notify_next_each_time: ids,
  })
  .transform((step) => ({
    chainId: step.escalation_chain_id,
    position: step.position,
    scheduleId: step.notify_on_call_from_schedule ?? undefined,
    persons: [...(step.persons_to_notify ?? []), ...(step.persons_to_notify_next_each_time ?? [])],
  }));
export type OnCallStep = z.infer<typeof StepReply>;
const OnCallStepPage = z.object({ results: z.array(StepReply).max(PER_PAGE) });

/** What the webhook calls `firing` the filter calls `new`. */
const OPEN_STATES = { new: "firing", acknowledged: "acknowledged" } as const;
export type OpenState = keyof typeof OPEN_STATES;

/** As the webhook carries it: only what a list is sorted out by is required here. */
const AlertGroupReply = z.looseObject({
  id: z.string().min(1),
  state: z.string(),
  created_at: z.iso.datetime({ offset: true }),
  acknowledged_at: z.iso.datetime({ offset: true }).nullish(),
  acknowledged_by: z.string().nullish(),
  last_alert: z.looseObject({ payload: z.unknown() }).nullish(),
});
export type OnCallAlertGroup = z.infer<typeof AlertGroupReply>;
const AlertGroupPage = z.object({ next: z.string().nullable(), results: z.array(AlertGroupReply).max(PER_PAGE) });

const Credential = z.object({ token: z.string().min(1), grafana_url: z.url().optional() });

export interface OnCallDeps {
  http: Http;
  secrets: Pick<Secrets, "current">;
  /** Base URL with a trailing slash, up to and including `api/v1/`. */
  url: string;
  log: Logger;
}

export interface Within {
  timeoutMs: number;
  /** Who goes first when OnCall's budget is short. Default `command`; what nobody waits for is `context`. */
  priority?: Priority;
}

/**
 * Reads of the OnCall HTTP API. All of them may be repeated. The token goes into `Authorization` as it is, without `Bearer`.
 * OnCall ignores parameters it does not know, so an answer about something else than was asked counts as none.
 */
export interface OnCallClient {
  user(id: string, within: Within): Promise<OnCallUser | Unavailable>;
  /** Everybody OnCall knows, up to 1,000. One request per hundred: for many people at once. */
  users(within: Within): Promise<OnCallUser[] | Unavailable>;
  schedule(id: string, within: Within): Promise<OnCallSchedule | Unavailable>;
  route(id: string, within: Within): Promise<OnCallRoute | Unavailable>;
  /** Open alert groups in this state, newest first, a hundred at a time; `page` counts from 1. */
  openAlertGroups(
    state: OpenState,
    page: number,
    within: Within,
  ): Promise<{ groups: OnCallAlertGroup[]; more: boolean } | Unavailable>;
  /** The first hundred steps of an escalation chain, in their order. */
  escalationSteps(chainId: string, within: Within): Promise<OnCallStep[] | Unavailable>;
}

export function createOnCallClient({ http, secrets, url, log }: OnCallDeps): OnCallClient {
  const get = async <T>(path: string, schema: z.ZodType<T>, { timeoutMs, priority }: Within): Promise<T> => {
    const { token, grafana_url } = await readCredential(secrets, "oncall-api", Credential);
    const reply = await http.send({
      method: "GET",
      url: `${url}${path}`,
      // Service account tokens are only understood together with the address of their Grafana.
      headers: { authorization: token, ...(grafana_url === undefined ? {} : { "x-grafana-url": grafana_url }) },
      timeoutMs,
      priority,
      retry: "safe",
    });
    return schema.parse(reply.json());
  };
  const read = <T>(call: string, work: () => Promise<T>) => readOrSayWhy({ log, vendor: "oncall", call }, work);

  return {
    user: (id, within) =>
      read("user", () =>
        get(
          `users/${encodeURIComponent(id)}`,
          OnCallUserReply.refine((user) => user.id === id, { error: "another user was answered" }),
          within,
        ),
      ),

    users: (within) =>
      read("users", async () => {
        const everybody: OnCallUser[] = [];
        for (let page = 1; page <= MAX_PAGES; page += 1) {
          const { results, next } = await get(`users/?page=${page}&perpage=${PER_PAGE}`, OnCallUserPage, within);
          everybody.push(...results);
          if (next === null) return everybody;
        }
        log.warn("oncall-users-cut", { read: everybody.length });
        return everybody;
      }),

    schedule: (id, within) =>
      read("schedule", () =>
        get(
          `schedules/${encodeURIComponent(id)}`,
          ScheduleReply.refine((schedule) => schedule.id === id, { error: "another schedule was answered" }),
          within,
        ),
      ),

    route: (id, within) =>
      read("route", () =>
        get(
          `routes/${encodeURIComponent(id)}`,
          RouteReply.refine((route) => route.id === id, { error: "another route was answered" }),
          within,
        ),
      ),

    openAlertGroups: (state, page, within) =>
      read("alert groups", async () => {
        const query = `state=${state}&page=${page}&perpage=${PER_PAGE}`;
        const { results, next } = await get(`alert_groups/?${query}`, AlertGroupPage, within);
        return { groups: results.filter((group) => group.state === OPEN_STATES[state]), more: next !== null };
      }),

    escalationSteps: (chainId, within) =>
      read("escalation steps", async () => {
        const query = `escalation_chain_id=${encodeURIComponent(chainId)}&perpage=${PER_PAGE}`;
        const { results } = await get(`escalation_policies/?${query}`, OnCallStepPage, within);
        return results.filter((step) => step.chainId === chainId).sort((a, b) => a.position - b.position);
      }),
  };
}
