import * as z from "zod";
import type { Http } from "../platform/http.ts";
import type { Logger } from "../platform/logger.ts";
import type { Secrets } from "../platform/secrets.ts";
import { readCredential } from "./credential.ts";
import { readOrSayWhy, type Unavailable } from "./unavailable.ts";

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

const Credential = z.object({ token: z.string().min(1), grafana_url: z.url().optional() });

/** The documented largest page. */
const PER_PAGE = 100;
const MAX_PAGES = 10;

export interface OnCallDeps {
  http: Http;
  secrets: Pick<Secrets, "current">;
  /** Base URL with a trailing slash, up to and including `api/v1/`. */
  url: string;
  log: Logger;
}

export interface Within {
  timeoutMs: number;
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
}

export function createOnCallClient({ http, secrets, url, log }: OnCallDeps): OnCallClient {
  const get = async <T>(path: string, schema: z.ZodType<T>, { timeoutMs }: Within): Promise<T> => {
    const { token, grafana_url } = await readCredential(secrets, "oncall-api", Credential);
    const reply = await http.send({
      method: "GET",
      url: `${url}${path}`,
      // Service account tokens are only understood together with the address of their Grafana.
      headers: { authorization: token, ...(grafana_url === undefined ? {} : { "x-grafana-url": grafana_url }) },
      timeoutMs,
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
  };
}
