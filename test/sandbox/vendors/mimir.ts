import { fixtureAt, type Json } from "../story.ts";
import { refuseStrangers } from "./grafana-auth.ts";
import { NotSimulated, type Reply, startVendor, type Vendor, type VendorOptions } from "./vendor-server.ts";

/** Queries about an instant older than this see the calm before the incident. */
const CALM_BEFORE_MS = 60 * 60 * 1_000;

export interface MimirState {
  user: string;
  token: string;
  /** Error ratio of each service, as Mimir writes numbers: now, and before the incident. */
  services: Record<string, Series>;
  /** 99th percentile in seconds, and the used part of the connection pool, for queries about these. */
  latency: Record<string, Series>;
  saturation: Record<string, Series>;
}

interface Series {
  now: string[];
  before: string[];
}

/** What a query is about shows in the name of its metric. */
const ABOUT = [
  [/duration|p99/, "latency"],
  [/pool/, "saturation"],
] as const satisfies [RegExp, keyof MimirState][];

export function openingMimir(user: string, token: string): MimirState {
  return {
    user,
    token,
    services: {
      payments: { now: ["0.0731", "0.0688", "NaN"], before: ["0.0021", "0.0019", "NaN"] },
      checkout: { now: ["0.0412", "0.0388", "NaN"], before: ["0.0014", "0.0012", "NaN"] },
      search: { now: ["0.0009", "0.0011", "NaN"], before: ["0.0010", "0.0008", "NaN"] },
    },
    latency: {
      payments: { now: ["5.012", "4.87"], before: ["0.212", "0.184"] },
      checkout: { now: ["2.31"], before: ["0.31"] },
      search: { now: ["0.09"], before: ["0.088"] },
    },
    saturation: {
      payments: { now: ["1", "0.975"], before: ["0.31", "0.28"] },
      checkout: { now: ["0.44"], before: ["0.39"] },
      search: { now: ["0.2"], before: ["0.21"] },
    },
  };
}

/** Mimir's instant queries. A query names its service by a matcher; one that names none of ours finds nothing. */
export function startMimir(
  options: VendorOptions<MimirState> & { user: string; token: string },
): Promise<Vendor<MimirState>> {
  const state = options.state ?? openingMimir(options.user, options.token);
  const failure = (status: number, errorType: string, error: string): Reply => ({
    status,
    body: { status: "error", errorType, error },
  });

  return startVendor(
    {
      name: "mimir",
      target: "grafana",
      state,
      before: refuseStrangers(state),
      rateLimited: () => failure(429, "too_many_requests", "the request has been rejected: too many requests"),
      failed: (status) => failure(status, "internal", "internal error"),
      routes: [
        {
          method: "GET",
          path: "/api/prom/api/v1/query",
          query: ["query", "time"],
          handle: ({ query, now }) => {
            if (!query.query)
              return failure(400, "bad_data", 'invalid parameter "query": unknown position: parse error');
            const at = query.time === undefined ? now : instantOf(query.time);
            if (at === undefined)
              return failure(400, "bad_data", `invalid parameter "time": cannot parse "${query.time}"`);
            if (/service\s*(=~|!=|!~)/.test(query.query)) throw new NotSimulated("a service matcher other than =");
            const service = /service\s*=\s*"((?:[^"\\]|\\.)*)"/.exec(query.query)?.[1] ?? "";
            const about = ABOUT.find(([metric]) => metric.test(query.query ?? ""))?.[1] ?? "services";
            const values = Object.hasOwn(state[about], service) ? state[about][service] : undefined;
            const numbers = values ? (at < now - CALM_BEFORE_MS ? values.before : values.now) : [];
            return { status: 200, body: vector(service, numbers, at) };
          },
        },
      ],
    },
    options,
  );
}

interface Vector {
  data: { result: { metric: Record<string, string>; value: [number, string] }[] };
}

/** The fixture's answer with this service, these numbers and this instant. */
function vector(service: string, numbers: string[], at: number): Json {
  const answer = fixtureAt("mimir-query", at) as unknown as Vector;
  answer.data.result = numbers.flatMap((number, index) => {
    const sample = answer.data.result[index];
    if (!sample) return [];
    const instance = sample.metric.instance?.replace(/^payments/, service) ?? service;
    return [{ metric: { ...sample.metric, service, instance }, value: [at / 1_000, number] as [number, string] }];
  });
  return answer as unknown as Json;
}

function instantOf(text: string): number | undefined {
  const instant = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1_000 : Date.parse(text);
  return Number.isFinite(instant) ? instant : undefined;
}
