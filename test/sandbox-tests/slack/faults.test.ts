import { expect, test } from "vitest";
import { startTestSlack, type TestSlack } from "./start-test-slack.ts";

const alerts = ({ slack }: TestSlack) =>
  slack
    .snapshot()
    .channels.find((one) => one.name === "alerts")
    ?.messages.map((one) => one.text) ?? [];
const post = (world: TestSlack, text: string) => world.api("chat.postMessage", { channel: "alerts", text });

test("a fault on one method leaves the others alone", async () => {
  await using world = await startTestSlack();
  world.faults.add({ target: "slack", kind: "rate_limit", match: "chat.postMessage", times: 1, ms: 7_000 });
  const refused = await post(world, "limited");
  expect(refused).toMatchObject({ status: 429, body: { error: "ratelimited" } });
  expect(refused.headers.get("retry-after")).toBe("7");
  expect((await world.api("auth.test")).status).toBe(200);
  expect((await post(world, "now")).body.ok).toBe(true);
  expect(alerts(world)).toEqual(["now"]);
});

test("each kind of fault does what it says to a message", async () => {
  await using world = await startTestSlack();
  const under = async (kind: "down" | "error" | "commit_then_drop" | "accept_then_lose" | "malformed") => {
    world.faults.add({ target: "slack", kind, times: 1 });
    return post(world, kind);
  };
  await expect(under("down")).rejects.toThrow();
  expect((await under("error")).status).toBe(500);
  await expect(under("commit_then_drop")).rejects.toThrow();
  const lost = await under("accept_then_lose");
  expect(lost.body).toMatchObject({ ok: true, ts: expect.any(String) });
  await expect(under("malformed")).rejects.toThrow();
  expect(alerts(world)).toEqual(["commit_then_drop", "malformed"]);
});

test("workflows can be down while messages work", async () => {
  await using world = await startTestSlack();
  world.faults.add({ target: "slack", kind: "down", match: "workflow:" });
  expect((await world.ring({ reason: "lost" })).body).toEqual({ ok: true });
  expect(await world.slack.run({ user: "alex", trigger: "ask" })).toMatchObject({
    ok: false,
    error: "service_unavailable",
  });
  expect(await world.slack.fire({ trigger: "sweep_00" })).toMatchObject({ ok: false, error: "service_unavailable" });
  expect((await post(world, "still here")).body.ok).toBe(true);
  expect(world.slack.snapshot().executions).toEqual([]);
});

test("a doorbell can be accepted and lost, or be unreachable", async () => {
  await using world = await startTestSlack();
  world.faults.add({ target: "slack", kind: "accept_then_lose", match: "trigger:doorbell", times: 1 });
  expect((await world.ring({ reason: "x" })).body).toEqual({ ok: true });
  world.faults.add({ target: "slack", kind: "down", match: "trigger:doorbell", times: 1 });
  await expect(world.ring({ reason: "x" })).rejects.toThrow();
  expect(world.slack.snapshot().executions).toEqual([]);
  await world.ring({ reason: "works" });
  await world.until(() => world.slack.snapshot().executions.find((one) => one.status === "completed"));
});
