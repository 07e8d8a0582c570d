import { expect, test } from "vitest";
import { startTestSlack } from "./start-test-slack.ts";

const handClock = () => {
  let now = Date.parse("2026-11-21T09:14:00Z");
  return { now: () => now, advance: (ms: number) => (now += ms) };
};

test("a tier-2 method takes 20 calls a minute, then 429 with Retry-After until the first is a minute old", async () => {
  const clock = handClock();
  await using world = await startTestSlack({ clock, triggersDir: "test/sandbox-tests/slack/app/no-triggers" });
  for (let call = 0; call < 20; call++) expect((await world.api("usergroups.list")).status).toBe(200);
  clock.advance(15_000);
  const refused = await world.api("usergroups.list");
  expect(refused).toMatchObject({ status: 429, body: { ok: false, error: "ratelimited" } });
  expect(refused.headers.get("retry-after")).toBe("45");
  expect((await world.api("users.list")).status).toBe(200);
  clock.advance(45_001);
  expect((await world.api("usergroups.list")).status).toBe(200);
});

test("a channel takes a burst of five messages, then one a second", async () => {
  const clock = handClock();
  await using world = await startTestSlack({ clock, triggersDir: "test/sandbox-tests/slack/app/no-triggers" });
  const post = (channel: string) => world.api("chat.postMessage", { channel, text: "x" });
  for (let call = 0; call < 5; call++) expect((await post("C07ALERTS01")).status).toBe(200);
  const refused = await post("alerts");
  expect(refused.status).toBe(429);
  expect(refused.headers.get("retry-after")).toBe("1");
  expect((await post("C07OPS00001")).status).toBe(200);
  clock.advance(1_000);
  expect((await post("C07ALERTS01")).status).toBe(200);
  expect((await post("C07ALERTS01")).status).toBe(429);
});

test("a webhook trigger takes ten calls a minute", async () => {
  await using world = await startTestSlack();
  for (let call = 0; call < 10; call++) expect((await world.ring({ reason: "error" })).status).toBe(200);
  const refused = await world.ring({ reason: "error" });
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(50);
});
