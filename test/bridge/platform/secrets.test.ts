import { expect, test } from "vitest";
import { SecretUnavailableError } from "../../../bridge/platform/secrets.ts";
import { startLocalSecrets } from "../../support/local-secrets.ts";
import { woundClock } from "../../support/wound-clock.ts";

const start = (values: Record<string, string> = { hook: "first" }) => {
  const clock = woundClock();
  return startLocalSecrets({ clock, values, cacheMs: 300_000 }).then((local) => Object.assign(local, { clock }));
};

test("a value is asked for once and kept until its time is over", async () => {
  await using local = await start();
  expect(await local.secrets.current("hook")).toBe("first");
  expect(await local.secrets.current("hook")).toBe("first");
  expect(local.reads()).toBe(1);
  local.rotate("hook", "second");
  local.clock.advance(300_000);
  expect(await local.secrets.current("hook")).toBe("second");
  expect(local.reads()).toBe(2);
});

test("before the first rotation there is one verifier, afterwards two, current first", async () => {
  await using local = await start();
  expect((await local.secrets.verifiers("hook")).map(({ value }) => value)).toEqual(["first"]);
  local.rotate("hook", "second");
  expect(await local.secrets.refresh("hook")).toBe("refreshed");
  expect((await local.secrets.verifiers("hook")).map(({ value }) => value)).toEqual(["second", "first"]);
});

test("many who wait for a refresh share one", async () => {
  await using local = await start();
  await local.secrets.verifiers("hook");
  const before = local.reads();
  await Promise.all(Array.from({ length: 50 }, () => local.secrets.refresh("hook")));
  expect(local.reads() - before).toBe(2);
});

test("forced refreshes come from a bucket of three, and one comes back every ten seconds", async () => {
  await using local = await start();
  const outcomes = [];
  for (let i = 0; i < 4; i += 1) outcomes.push(await local.secrets.refresh("hook"));
  expect(outcomes).toEqual(["refreshed", "refreshed", "refreshed", "too-many-refreshes"]);
  local.clock.advance(9_999);
  expect(await local.secrets.refresh("hook")).toBe("too-many-refreshes");
  local.clock.advance(1);
  expect(await local.secrets.refresh("hook")).toBe("refreshed");
  expect(await local.secrets.refresh("hook")).toBe("too-many-refreshes");
});

test("one secret's bad signatures do not use up another's refreshes", async () => {
  await using local = await start({ hook: "a", other: "b" });
  for (let i = 0; i < 4; i += 1) await local.secrets.refresh("hook");
  expect(await local.secrets.refresh("other")).toBe("refreshed");
});

test("an outage keeps the cached value, and health says so", async () => {
  await using local = await start();
  await local.secrets.verifiers("hook");
  local.setDown(true);
  local.clock.advance(400_000);
  expect(await local.secrets.current("hook")).toBe("first");
  expect(local.secrets.health()).toEqual([{ name: "hook", ageMs: 400_000, stale: true }]);
  expect(await local.secrets.refresh("hook")).toBe("unavailable");
  local.setDown(false);
  local.clock.advance(5_000);
  expect(await local.secrets.current("hook")).toBe("first");
  expect(local.secrets.health()).toEqual([{ name: "hook", ageMs: 0, stale: false }]);
});

test("during an outage Secrets Manager is not asked again for each request", async () => {
  await using local = await start();
  await local.secrets.current("hook");
  local.setDown(true);
  local.clock.advance(400_000);
  await local.secrets.current("hook");
  const before = local.reads();
  for (let i = 0; i < 20; i += 1) await local.secrets.current("hook");
  expect(local.reads()).toBe(before);
});

test("without any value there is nothing to start with, and the error names the secret and what to do", async () => {
  await using local = await start();
  const error = await local.secrets.current("nothing").catch((e: unknown) => e);
  expect(error).toBeInstanceOf(SecretUnavailableError);
  expect(String(error)).toMatch(/incident-response\/test\/nothing does not exist; create it/);
  local.setDown(true);
  await expect(local.secrets.current("elsewhere")).rejects.toBeInstanceOf(SecretUnavailableError);
});

test("an optional secret that does not exist is undefined", async () => {
  await using local = await start();
  expect(await local.secrets.optional("fallback-webhook")).toBeUndefined();
  expect(await local.secrets.optional("hook")).toBe("first");
});
