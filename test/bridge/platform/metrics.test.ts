import { expect, test } from "vitest";
import { createMetrics } from "../../../bridge/platform/metrics.ts";

test("counters and gauges are written in the Prometheus text format", () => {
  const metrics = createMetrics();
  const answers = metrics.counter("ic_answers_total", "Answers.");
  answers.add({ route: "/health", status: "200" });
  answers.add({ status: "200", route: "/health" }, 2);
  metrics.gauge("ic_pending", "Pending alerts.").set(3);
  expect(metrics.render()).toBe(
    [
      "# HELP ic_answers_total Answers.",
      "# TYPE ic_answers_total counter",
      'ic_answers_total{route="/health",status="200"} 3',
      "# HELP ic_pending Pending alerts.",
      "# TYPE ic_pending gauge",
      "ic_pending 3",
      "",
    ].join("\n"),
  );
});

test("a label value cannot break out of its line", () => {
  const metrics = createMetrics();
  metrics.counter("x_total", "X.").add({ a: 'say "hi"\\\nnow' });
  expect(metrics.render()).toContain('x_total{a="say \\"hi\\"\\\\\\nnow"} 1');
});

test("label combinations are bounded, and what did not fit is counted", () => {
  const metrics = createMetrics();
  const counter = metrics.counter("x_total", "X.");
  for (let i = 0; i < 600; i += 1) counter.add({ id: String(i) });
  const lines = metrics.render().split("\n");
  expect(lines.filter((line) => line.startsWith("x_total{"))).toHaveLength(500);
  expect(lines).toContain("metrics_dropped_total 100");
});

test("a histogram counts what lies below each bound, in the order of the bounds, with sum and count", () => {
  const metrics = createMetrics();
  const seconds = metrics.histogram("x_seconds", "X.");
  seconds.observe(0.2, { to: "a" });
  seconds.observe(3, { to: "a" });
  expect(metrics.render().split("\n")).toEqual([
    "# HELP x_seconds X.",
    "# TYPE x_seconds histogram",
    'x_seconds_bucket{le="0.025",to="a"} 0',
    'x_seconds_bucket{le="0.1",to="a"} 0',
    'x_seconds_bucket{le="0.25",to="a"} 1',
    'x_seconds_bucket{le="0.5",to="a"} 1',
    'x_seconds_bucket{le="1",to="a"} 1',
    'x_seconds_bucket{le="2.5",to="a"} 1',
    'x_seconds_bucket{le="5",to="a"} 2',
    'x_seconds_bucket{le="20",to="a"} 2',
    'x_seconds_bucket{le="+Inf",to="a"} 2',
    'x_seconds_sum{to="a"} 3.2',
    'x_seconds_count{to="a"} 2',
    "",
  ]);
});
