import * as z from "zod";
import type { Instant } from "../platform/clock.ts";
import type { Http } from "../platform/http.ts";
import type { Logger } from "../platform/logger.ts";
import type { Secrets } from "../platform/secrets.ts";
import type { SendOnceOutcome, SendOnceRequest } from "../platform/send-once.ts";
import { readCredential } from "./credential.ts";
import type { Within } from "./oncall-client.ts";
import { readOrSayWhy, type Unavailable, whyUnavailable } from "./unavailable.ts";

export interface PageCall {
  /** The alert group people are called into; null makes a new one, which carries `link`. */
  groupId: string | null;
  title: string;
  message: string;
  /** Comes back in the new group's webhook as `alert_payload.oncall.permalink`: by it the group is known as ours. */
  link: string;
  people: readonly { id: string }[];
  important: boolean;
}

export type PageOutcome =
  | { kind: "accepted"; groupId: string; link: string | null }
  /** `groupGone`: OnCall takes nobody into this group any more. */
  | { kind: "refused"; why: string; groupGone: boolean }
  | { kind: "not-sent"; why: string; waitMs?: number }
  /** It may have been carried out. */
  | { kind: "unknown"; why: string };

export type AcknowledgeOutcome = { kind: "acknowledged"; already: boolean } | { kind: "not-yet"; why: string };

const instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const GroupReply = z
  .object({
    id: z.string().min(1).max(64),
    state: z.enum(["firing", "acknowledged", "resolved", "silenced"]),
    created_at: instant,
    acknowledged_at: instant.nullish(),
    acknowledged_by: z.string().nullish(),
    permalinks: z.object({ web: z.string().nullish() }).nullish(),
    last_alert: z
      .object({ payload: z.object({ oncall: z.object({ permalink: z.string().nullish() }).nullish() }).nullish() })
      .nullish()
      .catch(undefined),
  })
  .transform((group) => ({
    id: group.id,
    state: group.state,
    createdAt: group.created_at,
    acknowledgedAt: group.acknowledged_at ?? undefined,
    acknowledgedBy: group.acknowledged_by ?? undefined,
    link: webLink(group.permalinks?.web),
    permalink: group.last_alert?.payload?.oncall?.permalink ?? undefined,
  }));
export type OnCallAlertGroup = z.infer<typeof GroupReply>;

const GroupPage = z.object({ next: z.string().nullish(), results: z.array(GroupReply) });
const SchedulePage = z.object({
  next: z.string().nullish(),
  results: z.array(z.object({ id: z.string().min(1).max(64), name: z.string().max(300) })),
});
const PageReply = z.object({
  id: z.string().min(1).max(64),
  permalinks: z.object({ web: z.string().nullish() }).nullish(),
});
const Credential = z.object({ token: z.string().min(1), grafana_url: z.url().optional() });

const MAX_LINK = 2_000;
const MAX_PAGES = 5;

export interface OnCallPagingDeps {
  http: Http;
  sendOnce: (request: SendOnceRequest) => Promise<SendOnceOutcome>;
  secrets: Pick<Secrets, "current">;
  /** Base URL with a trailing slash, up to and including `api/v1/`. */
  url: string;
  timeoutMs: number;
  log: Logger;
}

/**
 * What changes something in OnCall, and the reads that tell what became of it. Paging is not idempotent there, so a call is
 * made once and its outcome named; acknowledging may be repeated. Both need the API key of a user: OnCall answers a service
 * account with 403.
 */
export interface OnCallPaging {
  /** Never repeated here. */
  page(call: PageCall): Promise<PageOutcome>;
  acknowledge(groupId: string): Promise<AcknowledgeOutcome>;
  group(groupId: string, within: Within): Promise<OnCallAlertGroup | "not-there" | Unavailable>;
  /** The newest alert groups; `complete` when none younger than `since` is missing. */
  groupsSince(since: Instant, within: Within): Promise<{ groups: OnCallAlertGroup[]; complete: boolean } | Unavailable>;
  /** Ids and names of all schedules, up to 500. */
  schedules(within: Within): Promise<{ id: string; name: string }[] | Unavailable>;
}

export function createOnCallPaging(deps: OnCallPagingDeps): OnCallPaging {
  const headers = async (): Promise<Record<string, string>> => {
    const { token, grafana_url } = await readCredential(deps.secrets, "oncall-api", Credential);
    return { authorization: token, ...(grafana_url === undefined ? {} : { "x-grafana-url": grafana_url }) };
  };

  const post = async (
    path: string,
    body: object,
  ): Promise<SendOnceOutcome | { kind: "no-credential"; why: string }> => {
    let credential: Record<string, string>;
    try {
      credential = await headers();
    } catch (error) {
      deps.log.warn("oncall-credential-missing", { error });
      return { kind: "no-credential", why: `OnCall: ${whyUnavailable(error)}` };
    }
    return deps.sendOnce({
      method: "POST",
      url: `${deps.url}${path}`,
      headers: { ...credential, "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify(body),
      timeoutMs: deps.timeoutMs,
    });
  };

  const get = async <T>(path: string, schema: z.ZodType<T>, { timeoutMs, priority }: Within): Promise<T> => {
    const reply = await deps.http.send({
      method: "GET",
      url: `${deps.url}${path}`,
      headers: await headers(),
      timeoutMs,
      priority,
      retry: "safe",
    });
    return schema.parse(reply.json());
  };
  const read = <T>(call: string, work: () => Promise<T>) =>
    readOrSayWhy({ log: deps.log, vendor: "oncall", call }, work);

  return {
    async page({ groupId, title, message, link, people, important }) {
      const users = people.map(({ id }) => ({ id, important }));
      const outcome = await post(
        "escalation/",
        groupId === null ? { title, message, source_url: link, users } : { alert_group_id: groupId, users },
      );
      return pageOutcome(outcome);
    },

    async acknowledge(groupId) {
      return acknowledgeOutcome(await post(`alert_groups/${encodeURIComponent(groupId)}/acknowledge`, {}));
    },

    group: (groupId, within) =>
      read("alert group", async () => {
        const { results } = await get(`alert_groups/?id=${encodeURIComponent(groupId)}`, GroupPage, within);
        // Unknown parameters are ignored there, so the answer may be about all of them.
        return results.find(({ id }) => id === groupId) ?? ("not-there" as const);
      }),

    groupsSince: (since, within) =>
      read("alert groups", async () => {
        const { results, next } = await get("alert_groups/?page=1&perpage=100", GroupPage, within);
        return { groups: results, complete: !next || results.some(({ createdAt }) => createdAt < since) };
      }),

    schedules: (within) =>
      read("schedules", async () => {
        const all: { id: string; name: string }[] = [];
        for (let page = 1; page <= MAX_PAGES; page += 1) {
          const { results, next } = await get(`schedules/?page=${page}&perpage=100`, SchedulePage, within);
          all.push(...results);
          if (!next) return all;
        }
        deps.log.warn("oncall-schedules-cut", { read: all.length });
        return all;
      }),
  };
}

type Posted = SendOnceOutcome | { kind: "no-credential"; why: string };

function pageOutcome(outcome: Posted): PageOutcome {
  switch (outcome.kind) {
    case "no-credential":
      return { kind: "refused", why: outcome.why, groupGone: false };
    case "not-sent":
      return { kind: "not-sent", why: "OnCall could not be reached" };
    case "unknown":
      return { kind: "unknown", why: "OnCall gave no answer" };
    case "answered":
  }
  const { status, headers, body } = outcome;
  if (status >= 200 && status < 300) {
    const reply = PageReply.safeParse(parseJson(body));
    return reply.success
      ? { kind: "accepted", groupId: reply.data.id, link: webLink(reply.data.permalinks?.web) }
      : { kind: "unknown", why: "OnCall answered something unreadable" };
  }
  if (status === 429) {
    const seconds = Number(headers["ratelimit-reset"] ?? headers["retry-after"]);
    return {
      kind: "not-sent",
      why: "OnCall limits our requests",
      ...(Number.isFinite(seconds) && seconds > 0 ? { waitMs: Math.min(seconds, 300) * 1_000 } : {}),
    };
  }
  if (status === 401 || status === 403) {
    return {
      kind: "refused",
      why: `OnCall refused our credential (${status}); paging needs the API key of a user`,
      groupGone: false,
    };
  }
  if (status >= 400 && status < 500) {
    const detail = detailOf(body);
    return {
      kind: "refused",
      why: `OnCall answered ${status}${detail === "" ? "" : `: ${detail}`}`,
      groupGone: status === 404 || /resolved alert group|alert_group_id/i.test(body),
    };
  }
  return { kind: "unknown", why: `OnCall answered ${status}` };
}

function acknowledgeOutcome(outcome: Posted): AcknowledgeOutcome {
  if (outcome.kind === "no-credential") return { kind: "not-yet", why: outcome.why };
  if (outcome.kind === "not-sent") return { kind: "not-yet", why: "OnCall could not be reached" };
  if (outcome.kind === "unknown") return { kind: "not-yet", why: "OnCall gave no answer" };
  const { status, body } = outcome;
  if (status >= 200 && status < 300) return { kind: "acknowledged", already: false };
  const detail = detailOf(body);
  // Acknowledged or resolved by somebody else: nobody's phone rings for it.
  if (status === 400 && /acknowledged|resolved/i.test(detail)) return { kind: "acknowledged", already: true };
  if (status === 401 || status === 403) {
    return {
      kind: "not-yet",
      why: `OnCall refused our credential (${status}); acknowledging needs the API key of a user`,
    };
  }
  return { kind: "not-yet", why: `OnCall answered ${status}${detail === "" ? "" : `: ${detail}`}` };
}

/** OnCall's own words, bounded: `detail`, or its lists of problems by field. */
function detailOf(body: string): string {
  const parsed = z.object({ detail: z.string() }).safeParse(parseJson(body));
  return (parsed.success ? parsed.data.detail : "").replace(/\s+/g, " ").slice(0, 150);
}

const webLink = (url: string | null | undefined): string | null =>
  typeof url === "string" && url.length <= MAX_LINK && URL.canParse(url) && /^https?:/.test(url) ? url : null;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The schema then refuses it, and the status alone is what was said.
    return undefined;
  }
}
