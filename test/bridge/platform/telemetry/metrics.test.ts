import { expect, test } from "vitest";
import { createMetrics } from "../../../../bridge/platform/telemetry/metrics.ts";

test("counters and gauges are written in the Prometheus text format", async () => {
  const metrics = createMetrics();
  const answers = metrics.counter("ic_answers_total", "Answers.");
  answers.add({ route: "/health", status: "200" });
  answers.add({ status: "200", route: "/health" }, 2);
  metrics.gauge("ic_pending", "Pending alerts.").set(3);
  expect((await metrics.render()).split("\n").filter(Boolean)).toEqual([
    "# HELP ic_answers_total Answers.",
    "# TYPE ic_answers_total counter",
    'ic_answers_total{route="/health",status="200"} 3',
    "# HELP ic_pending Pending alerts.",
    "# TYPE ic_pending gauge",
    "ic_pending 3",
  ]);
});

test("a label value cannot break out of its line", async () => {
  const metrics = createMetrics();
  metrics.counter("x_total", "X.").add({ a: 'say "hi"\\\nnow' });
  expect(await metrics.render()).toContain('x_total{a="say \\"hi\\"\\\\\\nnow"} 1');
});

test("label combinations are bounded, and what did not fit is counted as one", async () => {
  const metrics = createMetrics();
  const counter = metrics.counter("x_total", "X.");
  for (let i = 0; i < 600; i += 1) counter.add({ id: String(i) });
  const lines = (await metrics.render()).split("\n").filter((line) => line.startsWith("x_total{"));
  expect(lines).toHaveLength(500);
  expect(lines).toContain('x_total{otel_metric_overflow="true"} 101');
});

test("a histogram counts what lies below each bound, with sum and count", async () => {
  const metrics = createMetrics();
  const seconds = metrics.histogram("x_seconds", "X.");
  seconds.observe(0.2, { to: "a" });
  seconds.observe(3, { to: "a" });
  const lines = (await metrics.render()).split("\n");
  for (const line of [
    'x_seconds_bucket{to="a",le="0.1"} 0',
    'x_seconds_bucket{to="a",le="0.25"} 1',
    'x_seconds_bucket{to="a",le="5"} 2',
    'x_seconds_bucket{to="a",le="+Inf"} 2',
    'x_seconds_sum{to="a"} 3.2',
    'x_seconds_count{to="a"} 2',
  ]) {
    expect(lines).toContain(line);
  }
});
