import { expect, test } from "vitest";
import { startSources } from "../../support/sources.ts";

const WANTED = { repository: "kestrel-freight/payments", environment: "production", count: 3 };

test("an unchanged answer is asked for by ETag and used again", async () => {
  await using sources = await startSources();
  const first = await sources.clients.github.lastDeploys(WANTED, { timeoutMs: 1_000 });
  const second = await sources.clients.github.lastDeploys(WANTED, { timeoutMs: 1_000 });
  expect(second).toEqual(first);
  expect(sources.vendors.github.requests.map(({ status }) => status)).toEqual([200, 200, 200, 304, 304, 304]);
});

test("a new deployment is seen although the old answer was kept", async () => {
  await using sources = await startSources();
  await sources.clients.github.lastDeploys(WANTED, { timeoutMs: 1_000 });
  sources.vendors.github.state.repositories["kestrel-freight/payments"]?.deployments.shift();
  const deploys = await sources.clients.github.lastDeploys(WANTED, { timeoutMs: 1_000 });
  expect(deploys).toMatchObject([{ release: "2026.47.2" }]);
});

test.each([
  ["2026-12-24T15:02:07.000Z", { at: Date.parse("2026-12-24T15:02:07Z") }],
  [undefined, "never"],
])("the end of the token is what GitHub says with its answers: %s", async (told, expected) => {
  await using sources = await startSources();
  sources.vendors.github.state.tokenEndsAt = told;
  expect(await sources.clients.github.tokenEnds({ timeoutMs: 1_000 })).toEqual(expected);
});

test("the end of a token that GitHub refuses is unavailable, not never", async () => {
  await using sources = await startSources();
  sources.vendors.github.state.token = "another";
  expect(await sources.clients.github.tokenEnds({ timeoutMs: 1_000 })).toEqual({
    unavailable: "refused our credential, 401",
  });
});

test("the payload may be text; without a release in it the ref is named", async () => {
  await using sources = await startSources();
  const [newest, older] = sources.vendors.github.state.repositories["kestrel-freight/payments"]?.deployments ?? [];
  Object.assign(newest ?? {}, { payload: '{"release":"R7"}' });
  Object.assign(older ?? {}, { payload: "by hand" });
  expect(await sources.clients.github.lastDeploys(WANTED, { timeoutMs: 1_000 })).toMatchObject([
    { release: "R7" },
    { release: "main" },
  ]);
});
