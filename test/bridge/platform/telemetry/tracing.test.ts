import { afterAll, beforeAll, expect, test } from "vitest";
import { incidentTrace } from "../../../../bridge/platform/telemetry/incident-trace.ts";
import { createMetrics } from "../../../../bridge/platform/telemetry/metrics.ts";
import { createTracing, noTracing, type Tracing } from "../../../../bridge/platform/telemetry/tracing.ts";
import { type LocalServer, startLocalServer } from "../../../support/local-server.ts";

interface SentSpan {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  links?: { traceId: string }[];
  status?: { code?: number; message?: string };
}
interface Sent {
  resourceSpans: { scopeSpans: { spans: SentSpan[] }[] }[];
}

let collector: LocalServer;
let tracing: Tracing;
const INCIDENT = "INC-20261121-0910-K7QF";
const traceIdOf = (traceparent: string) => traceparent.split("-")[1];

beforeAll(async () => {
  collector = await startLocalServer((_request, response) => {
    response.setHeader("content-type", "application/json");
    response.end("{}");
  });
  tracing = createTracing({ collector: collector.url });
});
afterAll(() => collector[Symbol.asyncDispose]());

test("the work of one incident is one trace, whoever calls and whatever fails", async () => {
  const caller = "00-11111111111111111111111111111111-2222222222222222-01";
  await tracing.within(
    { name: "POST /v1/outbox/:effectId/done", kind: "server", caller: incidentTrace(INCIDENT) },
    () =>
      tracing.within({ name: "ledger execute", incident: INCIDENT }, async () => {
        expect(traceIdOf(tracing.traceparent() ?? "")).toBe(traceIdOf(incidentTrace(INCIDENT)));
      }),
  );
  await tracing.within({ name: "intake", incident: INCIDENT, caller }, async () => {});
  const failing = tracing.within({ name: "effect publish", incident: INCIDENT }, async () => {
    throw new TypeError("a secret sk-live-0123456789 in a message");
  });
  await expect(failing).rejects.toThrow(TypeError);
  await tracing.stop();

  const sent = collector.seen.filter(({ path }) => path === "/v1/traces").map(({ body }) => JSON.parse(body) as Sent);
  const spans = sent.flatMap(({ resourceSpans }) =>
    resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)),
  );
  const named = (name: string) => spans.find((span) => span.name === name);
  expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([traceIdOf(incidentTrace(INCIDENT))]));
  expect(named("ledger execute")?.parentSpanId).toBe(named("POST /v1/outbox/:effectId/done")?.spanId);
  expect(named("intake")?.links?.map(({ traceId }) => traceId)).toEqual(["1".repeat(32)]);
  expect(named("effect publish")?.status).toMatchObject({ message: "TypeError" });
  expect(JSON.stringify(sent)).not.toContain("sk-live");
});

test("metrics are pushed to the collector too, at the latest at the end", async () => {
  const metrics = createMetrics({ collector: collector.url });
  metrics.counter("ic_pushed_total", "Pushed.").add();
  await metrics.stop();
  expect(collector.seen.filter(({ path }) => path === "/v1/metrics").map(({ body }) => body)).toEqual([
    expect.stringContaining("ic_pushed_total"),
  ]);
});

test("a collector that is not there fails nothing", async () => {
  const away = createTracing({ collector: "http://127.0.0.1:9" });
  expect(await away.within({ name: "work", incident: INCIDENT }, async () => "done")).toBe("done");
  await away.stop();
  const metrics = createMetrics({ collector: "http://127.0.0.1:9" });
  metrics.counter("ic_lost_total", "Lost.").add();
  await metrics.stop();
});

test("without a collector work is only work", async () => {
  expect(await noTracing.within({ name: "work" }, async () => "done")).toBe("done");
  expect(noTracing.traceparent()).toBeUndefined();
  await noTracing.stop();
});
