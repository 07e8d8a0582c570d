export type Labels = Readonly<Record<string, string>>;

export interface Counter {
  /** Adds `by` (default 1, never negative). */
  add(labels?: Labels, by?: number): void;
}

export interface Gauge {
  set(value: number, labels?: Labels): void;
}

/** Numbers of this process in the Prometheus text format. Label values must be few: never ids. */
export interface Metrics {
  /** The counter of that name, made on first use; `name` ends in `_total`. */
  counter(name: string, help: string): Counter;
  gauge(name: string, help: string): Gauge;
  /** Exposition format 0.0.4, in order of name. */
  render(): string;
}

interface Series {
  type: "counter" | "gauge";
  help: string;
  values: Map<string, number>;
}

/** More label combinations than this in one series is a mistake in the caller; the rest is dropped and counted. */
const MAX_COMBINATIONS = 500;
const DROPPED = "metrics_dropped_total";

export function createMetrics(): Metrics {
  const all = new Map<string, Series>();

  const series = (name: string, help: string, type: Series["type"]): Series => {
    const known = all.get(name);
    if (known) return known;
    const made: Series = { type, help, values: new Map() };
    all.set(name, made);
    return made;
  };

  const put = (into: Series, labels: Labels | undefined, change: (before: number) => number) => {
    const key = labelKey(labels);
    if (!into.values.has(key) && into.values.size >= MAX_COMBINATIONS) {
      const dropped = series(DROPPED, "Label combinations that did not fit.", "counter");
      dropped.values.set("", (dropped.values.get("") ?? 0) + 1);
      return;
    }
    into.values.set(key, change(into.values.get(key) ?? 0));
  };

  return {
    counter(name, help) {
      const mine = series(name, help, "counter");
      return { add: (labels, by = 1) => put(mine, labels, (before) => before + Math.max(0, by)) };
    },
    gauge(name, help) {
      const mine = series(name, help, "gauge");
      return { set: (value, labels) => put(mine, labels, () => value) };
    },
    render() {
      const lines: string[] = [];
      for (const [name, { type, help, values }] of [...all].sort(([a], [b]) => (a < b ? -1 : 1))) {
        lines.push(`# HELP ${name} ${escapeText(help)}`, `# TYPE ${name} ${type}`);
        for (const [key, value] of [...values].sort(([a], [b]) => (a < b ? -1 : 1)))
          lines.push(`${name}${key} ${value}`);
      }
      return `${lines.join("\n")}\n`;
    },
  };
}

function labelKey(labels: Labels = {}): string {
  const pairs = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  if (pairs.length === 0) return "";
  return `{${pairs.map(([name, value]) => `${name}="${escapeText(value).replaceAll('"', '\\"')}"`).join(",")}}`;
}

const escapeText = (value: string) => value.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
