import * as z from "zod";
import { COMPONENT_STATUSES, type ComponentStatus } from "../../shared/vocabulary.ts";
import type { Clock, Instant } from "../platform/clock.ts";
import type { Http } from "../platform/http.ts";
import { HttpStatusError } from "../platform/http-errors.ts";
import type { Logger } from "../platform/logger.ts";
import type { Secrets } from "../platform/secrets.ts";
import { readCredential } from "./credential.ts";
import { isUnavailable, readOrSayWhy, type Unavailable } from "./unavailable.ts";

const Component = z.object({
  id: z.string().min(1),
  name: z.string(),
  group: z.boolean().nullish(),
  /** Another word than the known ones must not cost the names. */
  status: z.enum(COMPONENT_STATUSES).optional().catch(undefined),
});

const Update = z
  .object({
    id: z.string().min(1),
    status: z.string(),
    body: z.string().nullish(),
    created_at: z.iso.datetime({ offset: true }),
  })
  .transform(({ id, status, body, created_at }) => ({ id, status, body: body ?? "", createdAt: created_at }));

/** Only what the gate compares is required: an incident that cannot be compared must not count as "not ours". */
const PageIncidentReply = z
  .object({
    id: z.string().min(1),
    name: z.string(),
    status: z.string(),
    shortlink: z.string().nullish(),
    incident_updates: z.array(Update).nullish(),
    metadata: z.record(z.string(), z.unknown()).nullish(),
    components: z.array(z.object({ id: z.string(), name: z.string(), status: z.string() })).nullish(),
  })
  .transform(({ id, name, status, shortlink, incident_updates, metadata, components }) => ({
    id,
    name,
    status,
    shortlink: shortlink ?? null,
    /** Newest first. */
    updates: (incident_updates ?? []).toSorted((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt)),
    metadata: metadata ?? {},
    components: components ?? [],
  }));
export type PageIncident = z.infer<typeof PageIncidentReply>;

const Credential = z.object({ api_key: z.string().min(1) });

export interface PageComponent {
  id: string;
  name: string;
  status: ComponentStatus | undefined;
}

export interface ComponentNames {
  /** In the page's order; groups, which cannot be named in an update, are left out. */
  components: PageComponent[];
  /** True when the page did not answer now and this is what it said earlier. */
  stale: boolean;
  readAt: Instant;
}

export interface PageListing {
  incidents: PageIncident[];
  /** False when the page holds more than we are willing to read: what is not in here may still exist. */
  complete: boolean;
}

/** Reads of the status page. The only write belongs to the publish gate. */
export interface StatuspageReader {
  /** Kept for 5 minutes. When the page fails, what it said last is given again, marked `stale`. */
  components(): Promise<ComponentNames | Unavailable>;
  /** The page's incidents, resolved ones too, up to 5,000. */
  listIncidents(): Promise<PageListing | Unavailable>;
  /** `not-found` when the page does not hold it. */
  getIncident(id: string): Promise<PageIncident | "not-found" | Unavailable>;
}

export interface StatuspageReaderDeps {
  http: Http;
  secrets: Pick<Secrets, "current">;
  clock: Clock;
  log: Logger;
  /** Base URL without a trailing slash. */
  url: string;
  pageId: string;
  timeoutMs: number;
  /** Waits until the page's budget (1 request a second a key) allows one more request. Absent: no waiting. */
  pace?: () => Promise<void>;
}

const COMPONENTS_CACHE_MS = 300_000;
const PER_PAGE = 100;
const MAX_PAGES = 50;

export function createStatuspageReader(deps: StatuspageReaderDeps): StatuspageReader {
  const { http, secrets, clock, log, url, pageId, timeoutMs, pace } = deps;
  let kept: ComponentNames | undefined;
  let reading: Promise<ComponentNames | Unavailable> | undefined;

  const get = async <T>(path: string, schema: z.ZodType<T>): Promise<T> => {
    const { api_key } = await readCredential(secrets, "statuspage", Credential);
    await pace?.();
    const reply = await http.send({
      method: "GET",
      url: `${url}/pages/${encodeURIComponent(pageId)}${path}`,
      headers: { authorization: `OAuth ${api_key}` },
      timeoutMs,
      // A repeat would be harmless to the page, but not to its limit of one request a second.
      retry: "never",
      maxResponseBytes: 8 * 1_048_576,
    });
    return schema.parse(reply.json());
  };
  const read = <T>(call: string, work: () => Promise<T>) => readOrSayWhy({ log, vendor: "statuspage", call }, work);

  const readComponents = () =>
    read("components", async (): Promise<ComponentNames> => {
      const { items } = await allPages((page) =>
        get(`/components?page=${page}&per_page=${PER_PAGE}`, z.array(Component)),
      );
      const components = items
        .filter(({ group }) => group !== true)
        .map(({ id, name, status }) => ({ id, name, status }));
      kept = { components, stale: false, readAt: clock.now() };
      return kept;
    });

  return {
    async components() {
      if (kept !== undefined && clock.now() - kept.readAt < COMPONENTS_CACHE_MS) return kept;
      reading ??= readComponents().finally(() => {
        reading = undefined;
      });
      const answer = await reading;
      return isUnavailable(answer) && kept !== undefined ? { ...kept, stale: true } : answer;
    },

    listIncidents: () =>
      read("incidents", async (): Promise<PageListing> => {
        const { items, complete } = await allPages((page) =>
          get(`/incidents?limit=${PER_PAGE}&page=${page}`, z.array(PageIncidentReply)),
        );
        return { incidents: items, complete };
      }),

    getIncident: (id) =>
      read("incident", async () => {
        try {
          return await get(
            `/incidents/${encodeURIComponent(id)}`,
            PageIncidentReply.refine((incident) => incident.id === id, { error: "another incident was answered" }),
          );
        } catch (error) {
          if (error instanceof HttpStatusError && error.status === 404) return "not-found" as const;
          throw error;
        }
      }),
  };
}

/**
 * Reads on until a page brings nothing new. A short page is not taken for the last one: nobody promises that the page honours
 * our page size, and an incident that was not read must not look absent.
 */
async function allPages<T extends { id: string }>(
  readPage: (page: number) => Promise<T[]>,
): Promise<{ items: T[]; complete: boolean }> {
  const byId = new Map<string, T>();
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const before = byId.size;
    for (const item of await readPage(page)) if (!byId.has(item.id)) byId.set(item.id, item);
    if (byId.size === before) return { items: [...byId.values()], complete: true };
  }
  return { items: [...byId.values()], complete: false };
}
