import * as z from "zod";
import type { Instant } from "../platform/clock.ts";
import type { Logger } from "../platform/logger.ts";
import { type GrafanaReadDeps, grafanaRead } from "./grafana-read.ts";
import { readOrSayWhy, type Unavailable } from "./unavailable.ts";

/** `["unix nanoseconds", "line"]`, sometimes with structured metadata, which we do not read. */
const Value = z.tuple([z.string().regex(/^\d{1,20}$/), z.string()]).rest(z.unknown());

const QueryReply = z.object({
  status: z.literal("success"),
  data: z.object({ resultType: z.literal("streams"), result: z.array(z.object({ values: z.array(Value) })) }),
});

export interface RecentLines {
  /** Newest first, as they were logged: they may hold personal data. */
  lines: string[];
  /** True when there are more than were asked for. */
  more: boolean;
}

export interface LokiClient {
  /** The newest `limit` lines of a log query from `from` until just before `to`. May be repeated. */
  recentLines(
    wanted: { query: string; from: Instant; to: Instant; limit: number },
    within: { timeoutMs: number },
  ): Promise<RecentLines | Unavailable>;
}

export interface LokiDeps extends GrafanaReadDeps {
  log: Logger;
}

export function createLokiClient({ log, ...deps }: LokiDeps): LokiClient {
  const get = grafanaRead(deps, "loki");
  return {
    recentLines: ({ query, from, to, limit }, { timeoutMs }) =>
      readOrSayWhy({ log, vendor: "loki", call: "query_range" }, async (): Promise<RecentLines> => {
        const parameters = {
          query,
          start: nanoseconds(from),
          end: nanoseconds(to),
          limit: String(limit),
          direction: "backward",
        };
        const { data } = await get("/loki/api/v1/query_range", parameters, QueryReply, timeoutMs);
        const newestFirst = data.result
          .flatMap(({ values }) => values.map(([at, line]) => ({ at: BigInt(at), line })))
          .sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
        return { lines: newestFirst.slice(0, limit).map(({ line }) => line), more: newestFirst.length >= limit };
      }),
  };
}

const nanoseconds = (instant: Instant): string => `${Math.trunc(instant)}000000`;
