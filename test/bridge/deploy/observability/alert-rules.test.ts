import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { createIncidentMetrics } from "../../../../bridge/platform/telemetry/incident-metrics.ts";
import { createMetrics } from "../../../../bridge/platform/telemetry/metrics.ts";
import { ROUTES } from "../../../../bridge/routes.ts";
import { temporaryFile } from "../../../support/temporary-file.ts";

interface Rule {
  alert: string;
  expr: string;
  labels: { severity: string };
  annotations: { summary: string; action: string };
}
interface Recording {
  rule: string;
  story: string;
  series: Record<string, string>;
  quiet?: string;
  fires: string;
  labels?: Record<string, string>;
}

const at = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const BRIDGE = at("../../../../bridge/");
const shipped = parse(readFileSync(join(BRIDGE, "deploy/observability/alert-rules.yaml"), "utf8")) as {
  groups: { name: string; rules: Rule[] }[];
};
const rules = shipped.groups.flatMap((group) => group.rules);
const recordings = parse(readFileSync(at("./recorded-series.yaml"), "utf8")) as Recording[];
const promtool = ((): string | undefined => {
  try {
    return execFileSync("promtool", ["--version"], { encoding: "utf8" });
  } catch {
    return undefined;
  }
})();
if (promtool === undefined && process.env.CI) throw new Error("promtool is missing; in CI .ci/run installs it");
if (promtool === undefined)
  console.warn("\n*** SKIPPED: promtool is not installed (Debian: apt-get install prometheus) ***\n");

test("every rule has a recorded series, and every recorded series a rule", () => {
  const names = rules.map(({ alert }) => alert).toSorted();
  expect([...new Set(recordings.map(({ rule }) => rule))].toSorted()).toEqual(names);
});

describe.skipIf(promtool === undefined)("on its recorded series", () => {
  test.each(recordings)(
    "$rule fires when $story, and not before",
    ({ rule: alertname, series, quiet, fires, labels }) => {
      // What a person is told does not decide whether a rule fires; promtool would want every word repeated.
      const plain = shipped.groups.map(({ name, rules: all }) => ({
        name,
        rules: all.map(({ annotations: _, ...rule }) => rule),
      }));
      const severity = rules.find(({ alert }) => alert === alertname)?.labels.severity;
      const file = temporaryFile("alert-rules.yaml", stringify({ groups: plain }));
      const story = stringify({
        rule_files: [file],
        evaluation_interval: "1m",
        tests: [
          {
            interval: "1m",
            input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
            alert_rule_test: [
              ...(quiet === undefined ? [] : [{ eval_time: quiet, alertname, exp_alerts: [] }]),
              { eval_time: fires, alertname, exp_alerts: [{ exp_labels: { severity, ...labels } }] },
            ],
          },
        ],
      });
      const answer = execFileSync("promtool", ["test", "rules", temporaryFile("story.yaml", story)], {
        cwd: dirname(file),
        encoding: "utf8",
        stdio: "pipe",
      });
      expect(answer).toContain("SUCCESS");
    },
  );
});

/** Names of our metrics in some text, without what Prometheus appends to a histogram's. */
const metricsIn = (text: string) => [
  ...new Set([...text.matchAll(/\bic_[a-z_]+/g)].map(([name]) => name.replace(/_(bucket|sum|count)$/, ""))),
];

test("rules and dashboard ask only for metrics that the bridge has", () => {
  const sources = readdirSync(BRIDGE, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => readFileSync(join(BRIDGE, file), "utf8"))
    .join("\n");
  const dashboard = readFileSync(join(BRIDGE, "deploy/observability/dashboard.json"), "utf8");
  const asked = metricsIn(`${rules.map(({ expr }) => expr).join("\n")}\n${dashboard}`);
  expect(asked.length).toBeGreaterThan(5);
  expect(asked.filter((name) => !sources.includes(`"${name}"`))).toEqual([]);
});

test("what is counted rarely is there as zero from the start: an increase from nothing is none", async () => {
  const metrics = createMetrics();
  createIncidentMetrics(metrics);
  const text = await metrics.render();
  const types = rules.flatMap(({ expr }) =>
    [...expr.matchAll(/type=~?"([^"]+)"/g)].flatMap(([, value = ""]) => value.split("|")),
  );
  expect(types.length).toBeGreaterThan(3);
  for (const type of types) expect(text).toContain(`ic_events_total{type="${type}"} 0`);
});

test("routes and event types in the rules exist", () => {
  const patterns = rules.flatMap(({ expr }) =>
    [...expr.matchAll(/route=~"([^"]+)"/g)].flatMap(([, value = ""]) => value.split("|")),
  );
  expect(patterns.length).toBeGreaterThan(2);
  for (const pattern of patterns) {
    expect(
      ROUTES.some(({ path }) => new RegExp(`^(${pattern})$`).test(path)),
      pattern,
    ).toBe(true);
  }
});

test("every rule says what to do, in a section that exists", () => {
  const page = readFileSync(at("../../../../docs/operate.md"), "utf8");
  const sections = [...page.matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replace(/[^a-z0-9 -]/g, "")
      .replaceAll(" ", "-"),
  );
  for (const { annotations } of rules) expect(sections).toContain(annotations.action.split("#")[1]);
});
