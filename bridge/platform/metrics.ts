export type Labels = Readonly<Record<string, string>>;

export interface Counter {
  /** Adds `by` (default 1, never negative). */
  add(labels?: Labels, by?: number): void;
}

export interface Gauge {
  set(value: number, labels?: Labels): void;
}

export interface Histogram {
  /** Adds one measurement, in the unit of the name. */
  observe(value: number, labels?: Labels): void;
}

/** Numbers of this process in the Prometheus text format. Label values must be few: never ids. */
export interface Metrics {
  /** The counter of that name, made on first use; `name` ends in `_total`. */
  counter(name: string, help: string): Counter;
  gauge(name: string, help: string): Gauge;
  /** For durations: `name` ends in `_seconds`. */
  histogram(name: string, help: string): Histogram;
  /** Exposition format 0.0.4, in order of name. */
  render(): string;
}

interface Series {
  type: "counter" | "gauge" | "histogram";
  help: string;
  /** By what follows the name on its line: suffix and labels. */
  values: Map<string, number>;
}

/** More label combinations than this in one series is a mistake in the caller; the rest is dropped and counted. */
const MAX_COMBINATIONS = 500;
const DROPPED = "metrics_dropped_total";
/** Upper bounds in seconds, up to the longest that any request may take and one beyond it. */
const BUCKETS = [0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 20];

export function createMetrics(): Metrics {
  const all = new Map<string, Series>();

  const series = (name: string, help: string, type: Series["type"]): Series => {
    const known = all.get(name);
    if (known) return known;
    const made: Series = { type, help, values: new Map() };
    all.set(name, made);
    return made;
  };

  /** False when there is no place for one more combination. */
  const fits = (into: Series, key: string, linesEach = 1): boolean => {
    if (into.values.has(key) || into.values.size < MAX_COMBINATIONS * linesEach) return true;
    const dropped = series(DROPPED, "Label combinations that did not fit.", "counter");
    dropped.values.set("", (dropped.values.get("") ?? 0) + 1);
    return false;
  };
  const put = (into: Series, labels: Labels | undefined, change: (before: number) => number) => {
    const key = labelKey(labels);
    if (fits(into, key)) into.values.set(key, change(into.values.get(key) ?? 0));
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
    histogram(name, help) {
      const mine = series(name, help, "histogram");
      const add = (key: string, by: number) => mine.values.set(key, (mine.values.get(key) ?? 0) + by);
      return {
        observe(value, labels) {
          const count = `_count${labelKey(labels)}`;
          if (!fits(mine, count, BUCKETS.length + 3)) return;
          for (const bound of BUCKETS) {
            add(`_bucket${labelKey({ ...labels, le: String(bound) })}`, value <= bound ? 1 : 0);
          }
          add(`_bucket${labelKey({ ...labels, le: "+Inf" })}`, 1);
          add(`_sum${labelKey(labels)}`, value);
          add(count, 1);
        },
      };
    },
    render() {
      const lines: string[] = [];
      for (const [name, { type, help, values }] of [...all].sort(([a], [b]) => (a < b ? -1 : 1))) {
        lines.push(`# HELP ${name} ${escapeText(help)}`, `# TYPE ${name} ${type}`);
        // The buckets of a histogram stand as they were made: in the order of their bounds.
        const sorted = type === "histogram" ? [...values] : [...values].sort(([a], [b]) => (a < b ? -1 : 1));
        for (const [key, value] of sorted) lines.push(`${name}${key} ${value}`);
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
