import { readFixture } from "../story.ts";
import { refuseStrangers } from "./grafana-auth.ts";
import { NotSimulated, type Reply, startVendor, type Vendor, type VendorOptions } from "./vendor-server.ts";

interface Trace {
  traceID: string;
  startTimeUnixNano: string;
  durationMs?: number;
  [other: string]: unknown;
}
export interface TempoState {
  user: string;
  token: string;
  /** By service that has a span in the trace; `startTimeUnixNano` is rewritten to some seconds ago when asked. */
  traces: Record<string, Trace[]>;
}

export function openingTempo(user: string, token: string): TempoState {
  const { traces } = readFixture("tempo-search") as unknown as { traces: Trace[] };
  return { user, token, traces: { payments: traces } };
}

const AGO_MS = 5_000;

/** Tempo's trace search by TraceQL. A query names its service; one that names none of ours finds nothing. */
export function startTempo(
  options: VendorOptions<TempoState> & { user: string; token: string },
): Promise<Vendor<TempoState>> {
  const state = options.state ?? openingTempo(options.user, options.token);
  const text = (status: number, body: string): Reply => ({ status, headers: { "content-type": "text/plain" }, body });

  return startVendor(
    {
      name: "tempo",
      target: "grafana",
      state,
      before: refuseStrangers(state),
      rateLimited: () => text(429, "rate limited"),
      failed: (status) => text(status, "internal error"),
      routes: [
        {
          method: "GET",
          path: "/tempo/api/search",
          query: ["q", "start", "end", "limit", "spss"],
          handle: ({ query, now }) => {
            if (!/^\{.*\}$/.test(query.q ?? ""))
              return text(400, "invalid TraceQL query: parse error at line 1, col 1");
            if (!/^\d{10}$/.test(query.start ?? "") || !/^\d{10}$/.test(query.end ?? "")) {
              throw new NotSimulated("a search without start and end in seconds, which looks at recent data only");
            }
            const service = /resource\.service\.name\s*=\s*"((?:[^"\\]|\\.)*)"/.exec(query.q ?? "")?.[1] ?? "";
            const known = Object.hasOwn(state.traces, service) ? (state.traces[service] ?? []) : [];
            const at = now - AGO_MS;
            const inWindow = at >= Number(query.start) * 1_000 && at < (Number(query.end) + 1) * 1_000;
            const traces = (inWindow ? known : [])
              .slice(0, Number(query.limit ?? 20))
              .map((trace) => ({ ...trace, startTimeUnixNano: `${at}000000` }));
            // Nothing found: the list is left out.
            return {
              status: 200,
              body: { ...(traces.length > 0 ? { traces } : {}), metrics: { inspectedTraces: 1_842 } },
            };
          },
        },
      ],
    },
    options,
  );
}
