import { afterAll, beforeAll, expect, test } from "vitest";
import { incidentTrace } from "../../bridge/platform/telemetry/incident-trace.ts";
import { type LocalServer, startLocalServer } from "../support/local-server.ts";
import { type Scene, startScene } from "../support/scene.ts";

interface SentSpans {
  resourceSpans: { scopeSpans: { spans: { name: string; traceId: string }[] }[] }[];
}

let collector: LocalServer;
let scene: Scene;

beforeAll(async () => {
  collector = await startLocalServer((_request, response) => {
    response.setHeader("content-type", "application/json");
    response.end("{}");
  });
  scene = await startScene({
    bridgeEnv: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
    functionEnv: { DRAIN_BUDGET_MS: "6000" },
  });
});
afterAll(async () => {
  await scene.stop();
  await collector[Symbol.asyncDispose]();
});

test("one incident is one trace: through the ledger, the effects, the functions' signed calls and back", async () => {
  const incident = await scene.alert({ fixture: "oncall-alert-group-created" });
  await scene.room(incident);
  // A bridge that ends sends what it has not sent yet.
  await scene.world.bridge("stop");

  const mine = incidentTrace(incident).split("-")[1];
  const names = collector.seen
    .filter(({ path }) => path === "/v1/traces")
    .flatMap(({ body }) => (JSON.parse(body) as SentSpans).resourceSpans)
    .flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
    .filter(({ traceId }) => traceId === mine)
    .map(({ name }) => name);
  expect(new Set(names)).toEqual(
    new Set([...names, "ledger execute", "effect find-responders", "POST /v1/outbox/:effectId/done"]),
  );
  const pushed = collector.seen.filter(({ path }) => path === "/v1/metrics").map(({ body }) => body);
  expect(pushed.join()).toContain("ic_http_answers_total");
}, 60_000);
