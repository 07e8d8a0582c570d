import { expect, test } from "vitest";
import { startTestSlack } from "./start-test-slack.ts";

test("functions run in Deno from their sources: a modal, its submission, a refused host, a limit", async () => {
  await using world = await startTestSlack({ deno: true });
  const { slack, until, bridge } = world;
  bridge.answers["/ping"] = () => "pong";

  await world.ring({ reason: "fetch-bridge" });
  const done = await until(() => slack.snapshot().executions.find((one) => one.status === "completed"));
  expect(done.outputs).toEqual({ done: "pong" });

  await world.ring({ reason: "fetch-elsewhere" });
  const failed = await until(() => slack.snapshot().executions.find((one) => one.status === "failed"));
  expect(failed.error).toMatch(/PermissionDenied.*outgoingDomains/s);

  const run = await slack.run({ user: "alex", trigger: "ask", inputs: { incident_id: "INC-7" } });
  expect(run).toMatchObject({ ok: true, view_id: expect.any(String) });
  const view_id = run.ok ? (run.view_id ?? "") : "";
  expect(await slack.submit({ user: "alex", view_id, values: { severity: "SEV2" } })).toMatchObject({ ok: true });
  await until(() => slack.snapshot().executions.find((one) => one.function === "ask" && one.status === "completed"));
});

test("a function that hangs in Deno is killed at the limit", async () => {
  await using world = await startTestSlack({ deno: true, limits: { functionMs: 1_500 } });
  await world.ring({ reason: "hang" });
  const failed = await world.until(() => world.slack.snapshot().executions.find((one) => one.status === "failed"));
  expect(failed.error).toMatch(/did not finish within 1.5 s/);
});
