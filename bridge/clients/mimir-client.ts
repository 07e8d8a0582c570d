import * as z from "zod";
import type { Instant } from "../platform/clock.ts";
import type { Http } from "../platform/http.ts";
import type { Logger } from "../platform/logger.ts";
import type { Secrets } from "../platform/secrets.ts";
import { readCredential } from "./credential.ts";
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

const Credential = z.object({ user: z.string().min(1), token: z.string().min(1) });

export interface MimirDeps {
  http: Http;
  secrets: Pick<Secrets, "current">;
  /** Base URL without a trailing slash; `/api/prom/api/v1/query` hangs below it. */
  url: string;
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

export function createMimirClient({ http, secrets, url, log }: MimirDeps): MimirClient {
  return {
    valueAt: (query, at, { timeoutMs }) =>
      readOrSayWhy({ log, vendor: "mimir", call: "query" }, async () => {
        const { user, token } = await readCredential(secrets, "mimir", Credential);
        const parameters = new URLSearchParams({ query, time: (at / 1_000).toFixed(3) });
        const reply = await http.send({
          method: "GET",
          url: `${url}/api/prom/api/v1/query?${parameters}`,
          headers: { authorization: `Basic ${Buffer.from(`${user}:${token}`).toString("base64")}` },
          timeoutMs,
          retry: "safe",
        });
        const { data } = QueryReply.parse(reply.json());
        const samples = data.resultType === "scalar" ? [data.result] : data.result.map(({ value }) => value);
        const numbers = samples
          .map(([, text]) => (text.trim() === "" ? Number.NaN : Number(text)))
          .filter(Number.isFinite);
        return numbers.length === 0 ? "no-data" : numbers.reduce((most, one) => Math.max(most, one));
      }),
  };
}
