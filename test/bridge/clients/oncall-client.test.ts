import { expect, test } from "vitest";
import { createOnCallClient } from "../../../bridge/clients/oncall-client.ts";
import { systemClock } from "../../../bridge/platform/clock.ts";
import { createHttp } from "../../../bridge/platform/http.ts";
import { silentLogger } from "../../../bridge/platform/logger.ts";
import { type SeenRequest, startLocalServer } from "../../support/local-server.ts";
import { fixedSecrets } from "../../support/sources.ts";

const WITHIN = { timeoutMs: 1_000 };
const ALEX = { id: "U1", username: "alex", email: "alex@example.com", slack: null };

async function start(answer: (request: SeenRequest) => unknown, credential: object = { token: "raw-token" }) {
  const server = await startLocalServer((request, response) => void response.end(JSON.stringify(answer(request))));
  const client = createOnCallClient({
    http: createHttp({ clock: systemClock, timeoutMs: 1_000, log: silentLogger }),
    secrets: fixedSecrets({ "oncall-api": JSON.stringify(credential) }),
    url: `${server.url}/api/v1/`,
    log: silentLogger,
  });
  return { client, server, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

test("the token is sent as it is, and a service account's Grafana beside it", async () => {
  await using plain = await start(() => ALEX);
  await plain.client.user("U1", WITHIN);
  expect(plain.server.seen[0]?.headers).toMatchObject({ authorization: "raw-token" });
  expect(plain.server.seen[0]?.headers).not.toHaveProperty("x-grafana-url");
  await using account = await start(() => ALEX, {
    token: "glsa_x",
    grafana_url: "https://kestrel.grafana.example.com",
  });
  await account.client.user("U1", WITHIN);
  expect(account.server.seen[0]?.headers["x-grafana-url"]).toBe("https://kestrel.grafana.example.com");
});

test.each([
  [{ user_id: "U07", team_id: "T07" }, [{ userId: "U07", teamId: "T07" }]],
  [[{ user_id: "U07", team_id: "T07", extra: 1 }], [{ userId: "U07", teamId: "T07" }]],
  [null, []],
  [undefined, []],
  [{ user_id: 7 }, []],
])("a Slack identity written as %j is read", async (slack, expected) => {
  await using oncall = await start(() => ({ ...ALEX, slack, unknown_field: true }));
  expect(await oncall.client.user("U1", WITHIN)).toEqual({
    id: "U1",
    username: "alex",
    email: "alex@example.com",
    slack: expected,
  });
});

test("an answer about somebody else, or about another schedule, counts as none", async () => {
  const unexpected = { unavailable: "answered something unexpected" };
  await using oncall = await start(() => ({ ...ALEX, name: "n", on_call_now: ["U1"] }));
  expect(await oncall.client.user("U2", WITHIN)).toEqual(unexpected);
  expect(await oncall.client.schedule("S2", WITHIN)).toEqual(unexpected);
  expect(await oncall.client.schedule("U1", WITHIN)).toMatchObject({ onCallNow: ["U1"] });
});

test("a route leads to its chain, or to none; another route's answer counts as none", async () => {
  await using oncall = await start(({ path }) =>
    path.endsWith("R1") ? { id: "R1", escalation_chain_id: "C1" } : { id: "R2", escalation_chain_id: null },
  );
  expect(await oncall.client.route("R1", WITHIN)).toEqual({ id: "R1", chainId: "C1" });
  expect(await oncall.client.route("R2", WITHIN)).toEqual({ id: "R2", chainId: undefined });
  expect(await oncall.client.route("R3", WITHIN)).toEqual({ unavailable: "answered something unexpected" });
});

test("a chain's steps come in their order, without those of another chain", async () => {
  const step = (position: number, rest: object) => ({
    id: `E${position}`,
    escalation_chain_id: "C1",
    position,
    ...rest,
  });
  await using oncall = await start(() => ({
    results: [
      step(2, { type: "notify_persons", persons_to_notify: ["U2"] }),
      step(0, { type: "notify_on_call_from_schedule", notify_on_call_from_schedule: "S1" }),
      step(1, { type: "wait", duration: 300 }),
      step(3, { type: "notify_person_next_each_time", persons_to_notify_next_each_time: ["U3", "U4"] }),
      { ...step(4, { type: "notify_persons", persons_to_notify: ["U9"] }), escalation_chain_id: "C2" },
    ],
  }));
  expect(await oncall.client.escalationSteps("C1", WITHIN)).toEqual([
    { chainId: "C1", position: 0, scheduleId: "S1", persons: [] },
    { chainId: "C1", position: 1, scheduleId: undefined, persons: [] },
    { chainId: "C1", position: 2, scheduleId: undefined, persons: ["U2"] },
    { chainId: "C1", position: 3, scheduleId: undefined, persons: ["U3", "U4"] },
  ]);
  expect(oncall.server.seen[0]?.path).toBe("/api/v1/escalation_policies/?escalation_chain_id=C1&perpage=100");
});

test("an id cannot lead the request to another path", async () => {
  await using oncall = await start(() => ALEX);
  await oncall.client.user("../alert_groups/X?y=1", WITHIN);
  expect(oncall.server.seen[0]?.path).toBe("/api/v1/users/..%2Falert_groups%2FX%3Fy%3D1");
});

test("the list of users is read page by page and stops at its bound", async () => {
  await using two = await start(({ path }) =>
    path.includes("page=1&")
      ? { next: "http://elsewhere/", results: [ALEX] }
      : { next: null, results: [{ ...ALEX, id: "U2" }] },
  );
  expect(await two.client.users(WITHIN)).toMatchObject([{ id: "U1" }, { id: "U2" }]);
  expect(two.server.seen.map(({ path }) => path)).toEqual([
    "/api/v1/users/?page=1&perpage=100",
    "/api/v1/users/?page=2&perpage=100",
  ]);
  await using endless = await start(() => ({ next: "more", results: [ALEX] }));
  await endless.client.users(WITHIN);
  expect(endless.server.seen).toHaveLength(10);
});
