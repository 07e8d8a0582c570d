import * as z from "zod";
import type { Instant } from "../platform/clock.ts";
import type { Logger } from "../platform/logger.ts";
import { type GrafanaReadDeps, grafanaRead } from "./grafana-read.ts";
import { readOrSayWhy, type Unavailable } from "./unavailable.ts";

const SearchReply = z.object({
  traces: z
    .array(
      z.object({
        traceID: z.string().min(1),
        rootServiceName: z.string().nullish(),
        rootTraceName: z.string().nullish(),
        durationMs: z.number().nonnegative().nullish(),
      }),
    )
    // A search without results leaves the list out.
    .nullish(),
});

export interface FoundTrace {
  traceId: string;
  /** Service and operation where the trace began; may hold personal data. */
  service: string;
  operation: string;
  /** Undefined when Tempo does not know it, for example while a part of the trace is missing. */
  durationMs: number | undefined;
}

export interface TempoClient {
  /**
   * Traces that match a TraceQL query, in no particular order: a search ends as soon as it has enough, so two searches differ.
   * May be repeated. Both ends of the window are sent: without them only the last minutes are looked at.
   */
  search(
    wanted: { query: string; from: Instant; to: Instant; limit: number },
    within: { timeoutMs: number },
  ): Promise<FoundTrace[] | Unavailable>;
}

export interface TempoDeps extends GrafanaReadDeps {
  log: Logger;
}

export function createTempoClient({ log, ...deps }: TempoDeps): TempoClient {
  const get = grafanaRead(deps, "tempo");
  return {
    search: ({ query, from, to, limit }, { timeoutMs }) =>
      readOrSayWhy({ log, vendor: "tempo", call: "search" }, async () => {
        const parameters = { q: query, start: seconds(from), end: seconds(to), limit: String(limit) };
        const { traces } = await get("/tempo/api/search", parameters, SearchReply, timeoutMs);
        return (traces ?? []).slice(0, limit).map(({ traceID, rootServiceName, rootTraceName, durationMs }) => ({
          traceId: traceID,
          service: rootServiceName ?? "",
          operation: rootTraceName ?? "",
          durationMs: durationMs ?? undefined,
        }));
      }),
  };
}

const seconds = (instant: Instant): string => String(Math.trunc(instant / 1_000));
