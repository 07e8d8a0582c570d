import * as z from "zod";
import type { Instant } from "../platform/clock.ts";
import type { Logger } from "../platform/logger.ts";
import { type GrafanaReadDeps, grafanaRead } from "./grafana-read.ts";
import { readOrSayWhy, type Unavailable } from "./unavailable.ts";

/** `[unix seconds, "number as text"]`. */
const Sample = z.tuple([z.number(), z.string()]);

const QueryReply = z.object({
  status: z.literal("success"),
  data: z.discriminatedUnion("resultType", [
    z.object({ resultType: z.literal("vector"), result: z.array(z.object({ value: Sample })) }),
    z.object({ resultType: z.literal("scalar"), result: Sample }),
  ]),
});

export interface MimirDeps extends GrafanaReadDeps {
  log: Logger;
}

export interface MimirClient {
  /**
   * The value of a query at an instant. May be repeated. NaN and infinities are dropped; of several series the **largest** is
   * given: ratios of several instances must not be added up, and the worst one is what people need to see. Who wants a total
   * writes `sum()` into the query. Nothing left is `no-data`, never 0.
   */
  valueAt(query: string, at: Instant, within: { timeoutMs: number }): Promise<number | "no-data" | Unavailable>;
}

export function createMimirClient({ log, ...deps }: MimirDeps): MimirClient {
  const get = grafanaRead(deps, "mimir");
  return {
    valueAt: (query, at, { timeoutMs }) =>
      readOrSayWhy({ log, vendor: "mimir", call: "query" }, async () => {
        const parameters = { query, time: (at / 1_000).toFixed(3) };
        const { data } = await get("/api/prom/api/v1/query", parameters, QueryReply, timeoutMs);
        const samples = data.resultType === "scalar" ? [data.result] : data.result.map(({ value }) => value);
        const numbers = samples
          .map(([, text]) => (text.trim() === "" ? Number.NaN : Number(text)))
          .filter(Number.isFinite);
        return numbers.length === 0 ? "no-data" : numbers.reduce((most, one) => Math.max(most, one));
      }),
  };
}
