import { describe, expect, test } from "vitest";
import { systemClock } from "../../../bridge/platform/clock.ts";
import { createHttp } from "../../../bridge/platform/http.ts";
import { silentLogger } from "../../../bridge/platform/logger.ts";
import { createManners } from "../../../bridge/platform/manners/manners.ts";
import { createOutbound } from "../../../bridge/platform/outbound.ts";
import { createMetrics } from "../../../bridge/platform/telemetry/metrics.ts";
import { createWorkosDirectory } from "../../../bridge/responders/workos-directory.ts";
import { CAST } from "../../sandbox/cast.ts";
import { FaultBoard } from "../../sandbox/faults.ts";
import { startWorkos } from "../../sandbox/vendors/workos.ts";
import { fixedSecrets } from "../../support/sources.ts";

const WITHIN = { timeoutMs: 5_000 };

/** `polite`: with the manners that the product has towards WorkOS. */
async function start({
  values = { workos: JSON.stringify({ api_key: "sk_test" }) } as Record<string, string>,
  polite = false,
} = {}) {
  const faults = new FaultBoard();
  const workos = await startWorkos({ faults, apiKey: "sk_test" });
  const clock = systemClock;
  const common = { clock, timeoutMs: 2_000, log: silentLogger };
  const manners = createManners({ clock, metrics: createMetrics(), log: silentLogger, breakerOpenMs: 1_000 });
  const directory = createWorkosDirectory({
    http: polite ? createOutbound({ ...common, manners }).to("workos") : createHttp(common),
    secrets: fixedSecrets(values),
    url: workos.url,
    directoryId: CAST.workosDirectoryId,
    clock,
    log: silentLogger,
  });
  return { directory, workos, faults, [Symbol.asyncDispose]: () => workos.close() };
}

test("a group's active members are given with their addresses in lower case", async () => {
  await using world = await start();
  expect(await world.directory.members("payments-sre", WITHIN)).toMatchObject({
    members: [
      { name: "Alex Lindqvist", email: "alex@example.com" },
      { name: "Sam Wierzba", email: "sam@example.com" },
      { name: "Kim Raman", email: "kim@example.com" },
    ],
  });
});

test("a group of 250 is read page by page until the cursor ends, slowly enough for four requests a second", async () => {
  await using world = await start({ polite: true });
  const { users } = world.workos.state;
  const alex = users[0];
  if (!alex) throw new Error("the fixture has no users");
  for (let n = users.length; n < 253; n += 1)
    users.push({ ...alex, id: `directory_user_${n}`, email: `person-${n}@example.com` });
  const roster = await world.directory.members("payments-sre", WITHIN);
  expect("members" in roster && roster.members).toHaveLength(249);
  const pages = world.workos.requests.filter(({ path }) => path === "/directory_users");
  expect(pages.map(({ query }) => [query.limit, query.after !== undefined])).toEqual([
    ["100", false],
    ["100", true],
    ["100", true],
    ["100", true],
  ]);
  expect(pages.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
});

test("a cursor that never ends stops after fifty pages", async () => {
  await using world = await start();
  const groups = world.workos.state.groups;
  const first = groups[0];
  if (!first) throw new Error("the fixture has no groups");
  for (let n = 0; n < 5_200; n += 1) groups.push({ ...first, id: `directory_group_${n}`, name: `group-${n}` });
  expect(await world.directory.members("group-5199", { timeoutMs: 30_000 })).toEqual({
    unavailable: "the directory has no group of this name",
  });
  expect(world.workos.requests.filter(({ path }) => path === "/directory_groups")).toHaveLength(50);
}, 30_000);

describe("a group that was looked up before", () => {
  test("is read in one go: its people are there before the groups have been read again", async () => {
    await using world = await start();
    await world.directory.members("payments-sre", WITHIN);
    const before = world.workos.requests.length;
    world.faults.add({ target: "workos", kind: "slow", ms: 100, match: "directory_groups" });
    const roster = await world.directory.members("payments-sre", WITHIN);
    expect("members" in roster && roster.members).toHaveLength(3);
    const [first, ...others] = world.workos.requests.slice(before).map(({ path }) => path);
    expect(first).toBe("/directory_users");
    expect(others).toContain("/directory_groups");
  });

  test("and whose name is another group's by now is read anew", async () => {
    await using world = await start();
    await world.directory.members("payments-sre", WITHIN);
    const { groups, users } = world.workos.state;
    const old = groups.find(({ name }) => name === "payments-sre");
    const [alex] = users;
    if (!old || !alex) throw new Error("the fixture has no such group");
    const other = { ...old, id: "directory_group_new" };
    old.name = "payments-former";
    groups.push(other);
    users.push({ ...alex, id: "directory_user_new", email: "new@example.com", groups: [other] });
    expect(await world.directory.members("payments-sre", WITHIN)).toMatchObject({
      members: [{ email: "new@example.com" }],
    });
  });

  test("and that is gone is said to be, whatever its people answered", async () => {
    await using world = await start();
    await world.directory.members("payments-sre", WITHIN);
    world.workos.state.groups = world.workos.state.groups.filter(({ name }) => name !== "payments-sre");
    expect(await world.directory.members("payments-sre", WITHIN)).toEqual({
      unavailable: "the directory has no group of this name",
    });
  });
});

test("an unknown group, and a name that two groups bear, are said", async () => {
  await using world = await start();
  expect(await world.directory.members("nobody-sre", WITHIN)).toEqual({
    unavailable: "the directory has no group of this name",
  });
  const [first] = world.workos.state.groups;
  if (first) world.workos.state.groups.push({ ...first, id: "directory_group_twin" });
  expect(await world.directory.members("payments-sre", WITHIN)).toEqual({
    unavailable: "the directory has several groups of this name",
  });
});

test("an answer about another directory counts as none", async () => {
  await using world = await start();
  Object.assign(world.workos.state.users[0] ?? {}, { directory_id: "directory_elsewhere" });
  expect(await world.directory.members("payments-sre", WITHIN)).toEqual({
    unavailable: "answered something unexpected",
  });
});

test("without the secret there is no directory; with a wrong key it refuses us", async () => {
  await using without = await start({ values: {} });
  expect(await without.directory.members("payments-sre", WITHIN)).toEqual({ notConfigured: true });
  await using wrong = await start({ values: { workos: JSON.stringify({ api_key: "sk_other" }) } });
  expect(await wrong.directory.members("payments-sre", WITHIN)).toEqual({ unavailable: "refused our credential, 401" });
});
