import { readFixture } from "../story.ts";
import { refuseStrangers } from "./grafana-auth.ts";
import { NotSimulated, type Reply, startVendor, type Vendor, type VendorOptions } from "./vendor-server.ts";

interface Line {
  /** How long before `now` it was logged. */
  agoMs: number;
  line: string;
  metadata?: Record<string, string>;
}
interface Stream {
  labels: Record<string, string>;
  lines: Line[];
}
export interface LokiState {
  user: string;
  token: string;
  streams: Stream[];
}

type Value = [string, string] | [string, string, Record<string, string>];
interface Answer {
  status: string;
  data: { resultType: string; result: { stream: Record<string, string>; values: Value[] }[]; stats: unknown };
}

/** The story's lines, the newest of them two seconds old whenever it is asked. */
export function openingLoki(user: string, token: string): LokiState {
  const { result } = (readFixture("loki-query-range") as unknown as Answer).data;
  const stamps = result.flatMap(({ values }) => values.map(([at]) => BigInt(at)));
  const newest = stamps.toSorted((a, b) => (a < b ? 1 : -1))[0] ?? 0n;
  const agoMs = (at: string) => 2_000 + Number((newest - BigInt(at)) / 1_000_000n);
  const streams = result.map(({ stream, values }) => ({
    labels: stream,
    lines: values.map(([at, line, metadata]) => ({ agoMs: agoMs(at), line, ...(metadata ? { metadata } : {}) })),
  }));
  return { user, token, streams };
}

/** Loki's range queries of log lines: one stream selector and line filters. */
export function startLoki(
  options: VendorOptions<LokiState> & { user: string; token: string },
): Promise<Vendor<LokiState>> {
  const state = options.state ?? openingLoki(options.user, options.token);
  const text = (status: number, body: string): Reply => ({ status, headers: { "content-type": "text/plain" }, body });

  return startVendor(
    {
      name: "loki",
      target: "grafana",
      state,
      before: refuseStrangers(state),
      rateLimited: () => text(429, "too many outstanding requests"),
      failed: (status) => text(status, "internal error"),
      routes: [
        {
          method: "GET",
          path: "/loki/api/v1/query_range",
          query: ["query", "start", "end", "limit", "direction"],
          handle: ({ query, now }) => {
            const parsed = parse(query.query ?? "");
            if (!parsed) return text(400, "parse error at line 1, col 1: syntax error");
            if (query.direction !== "backward") throw new NotSimulated("a direction other than backward");
            const [start, end] = [nanoseconds(query.start), nanoseconds(query.end)];
            if (start === undefined || end === undefined) throw new NotSimulated("a query without start and end");
            if (end <= start) return text(400, "end timestamp must not be before or equal to start time");
            return { status: 200, body: answer(state, parsed, { start, end, limit: Number(query.limit ?? 100), now }) };
          },
        },
      ],
    },
    options,
  );
}

interface Query {
  labels: [name: string, value: string][];
  filters: ((line: string) => boolean)[];
}

const STRING = '"((?:[^"\\\\]|\\\\.)*)"';
const SELECTOR = new RegExp(`^\\{\\s*(\\w+\\s*=\\s*${STRING}(?:\\s*,\\s*\\w+\\s*=\\s*${STRING})*)\\s*\\}`);
const FILTER = new RegExp(`^\\s*(\\|=|\\|~)\\s*${STRING}`);

function parse(text: string): Query | undefined {
  if (/^\{[^}]*(=~|!=|!~)/.test(text)) throw new NotSimulated("a label matcher other than =");
  const selector = SELECTOR.exec(text);
  if (!selector?.[1]) return undefined;
  const labels = [...selector[1].matchAll(new RegExp(`(\\w+)\\s*=\\s*${STRING}`, "g"))].map(
    ([, name = "", value = ""]): [string, string] => [name, unquoted(value)],
  );
  const filters: Query["filters"] = [];
  let rest = text.slice(selector[0].length);
  while (rest.trim() !== "") {
    const filter = FILTER.exec(rest);
    if (!filter) throw new NotSimulated(`the query stage ${rest.trim().slice(0, 40)}`);
    const wanted = unquoted(filter[2] ?? "");
    const pattern = new RegExp(wanted.replace(/^\(\?i\)/, ""), wanted.startsWith("(?i)") ? "i" : "");
    filters.push(filter[1] === "|=" ? (line) => line.includes(wanted) : (line) => pattern.test(line));
    rest = rest.slice(filter[0].length);
  }
  return { labels, filters };
}

const unquoted = (inside: string): string => JSON.parse(`"${inside}"`) as string;

const nanoseconds = (text: string | undefined): bigint | undefined =>
  text !== undefined && /^\d{16,20}$/.test(text) ? BigInt(text) : undefined;

function answer(
  { streams }: LokiState,
  { labels, filters }: Query,
  { start, end, limit, now }: { start: bigint; end: bigint; limit: number; now: number },
): Answer {
  const found = streams
    .filter((stream) => labels.every(([name, value]) => stream.labels[name] === value))
    .flatMap(({ labels: stream, lines }) => lines.map((line) => ({ stream, ...line })))
    .filter(({ line }) => filters.every((passes) => passes(line)))
    .map(({ stream, agoMs, line, metadata }) => {
      const at = BigInt(now - agoMs) * 1_000_000n;
      const value: Value = metadata ? [String(at), line, metadata] : [String(at), line];
      return { stream, agoMs, at, value };
    })
    // The end is not part of the window.
    .filter(({ at }) => at >= start && at < end)
    .sort((a, b) => a.agoMs - b.agoMs)
    // The limit is one for all streams together.
    .slice(0, limit);
  const result = [...new Set(found.map(({ stream }) => stream))].map((stream) => ({
    stream,
    values: found.filter((one) => one.stream === stream).map(({ value }) => value),
  }));
  return { status: "success", data: { resultType: "streams", result, stats: { summary: {} } } };
}
