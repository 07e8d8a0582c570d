import { expect, test } from "vitest";
import { startTestSlack, type TestSlack } from "./start-test-slack.ts";

const ended = ({ slack }: TestSlack) => slack.snapshot().executions.find((one) => one.ended !== null);

test("a function calls the bridge and nobody else", async () => {
  await using world = await startTestSlack();
  world.bridge.answers["/ping"] = () => "pong";
  await world.ring({ reason: "fetch-bridge" });
  expect(await world.until(() => ended(world))).toMatchObject({ status: "completed", outputs: { done: "pong" } });
  await world.ring({ reason: "fetch-elsewhere" });
  const failed = await world.until(() => world.slack.snapshot().executions.find((one) => one.status === "failed"));
  expect(failed.error).toMatch(/^PermissionDenied: .*"127\.0\.0\.1:65123".*outgoingDomains/);
  // The check is on hosted code alone.
  expect((await fetch(`${world.bridge.url}/ping`)).status).toBe(200);
});

test("a function over its time fails, and its token is dead when it goes on", async () => {
  await using world = await startTestSlack({ limits: { functionMs: 200 } });
  let release = () => {};
  world.bridge.answers["/until-released"] = () => new Promise((resolve) => (release = () => resolve("go")));
  await world.ring({ reason: "slow-post" });
  expect(await world.until(() => ended(world))).toMatchObject({
    status: "failed",
    error: expect.stringMatching(/did not finish within 0.2 s/),
  });
  release();
  await world.until(() =>
    world.slack.requests().find((one) => one.method === "chat.postMessage" && one.error === "token_revoked"),
  );
  expect(world.slack.snapshot().channels.find((one) => one.name === "incidents")?.messages).toEqual([]);
});

test("an error that a function returns, and outputs that it leaves out", async () => {
  await using world = await startTestSlack();
  await world.ring({ reason: "error" });
  expect(await world.until(() => ended(world))).toMatchObject({ status: "failed", error: "the bridge said no" });
  // The platform refuses the missing output and the runtime does not notice: the step never ends.
  await world.ring({ reason: "no-outputs" });
  const open = await world.until(() => world.slack.snapshot().executions.find((one) => one.status === "open"));
  expect(open.outputs).toEqual({});
  expect(world.logs.join()).toMatch(/missing required output: done/);
});

test("a room is made by hosted code: private channel, people, topic, datastore row", async () => {
  await using world = await startTestSlack();
  await world.ring({ reason: "room" });
  const { outputs } = await world.until(() => ended(world));
  expect(JSON.parse(String(outputs.done))).toMatchObject({
    ok: true,
    errors: [{ user: "U07FORMER09", error: "cant_invite" }],
  });
  const { channels, datastores } = world.slack.snapshot();
  const room = channels.find((one) => one.name === "inc-1121-checkout-k9zp");
  expect(room).toMatchObject({
    is_private: true,
    topic: "SEV1 checkout",
    members: ["U07HOSTBOT1", "U07ALEXLIN1", "U07SAMWIER2"],
  });
  expect(datastores.war_rooms).toEqual([{ incident_id: "INC-1", channel_id: room?.id }]);
});

test("datastores put whole items, merge updates, query with filters and check the manifest's attributes", async () => {
  await using world = await startTestSlack();
  const token = await world.hostedToken();
  const call = async (method: string, fields: object) =>
    (await world.api(`apps.datastore.${method}`, { datastore: "war_rooms", ...fields }, token)).body;
  await call("put", { item: { incident_id: "INC-1", channel_id: "C1", severity: 1 } });
  await call("bulkPut", {
    items: [
      { incident_id: "INC-2", severity: 2 },
      { incident_id: "INC-3", severity: 3 },
    ],
  });
  expect((await call("update", { item: { incident_id: "INC-1", severity: 4 } })).item).toEqual({
    incident_id: "INC-1",
    channel_id: "C1",
    severity: 4,
  });
  expect((await call("put", { item: { incident_id: "INC-1" } })).item).toEqual({ incident_id: "INC-1" });
  expect((await call("get", { id: "INC-2" })).item).toEqual({ incident_id: "INC-2", severity: 2 });
  expect((await call("get", { id: "INC-404" })).item).toEqual({});
  const filter = {
    expression: "#s >= :low AND NOT begins_with(#c, :x)",
    expression_attributes: { "#s": "severity", "#c": "channel_id" },
    expression_values: { ":low": 3, ":x": "Z" },
  };
  expect((await call("query", filter)).items).toEqual([{ incident_id: "INC-3", severity: 3 }]);
  expect((await call("count", {})).count).toBe(3);
  expect(
    (
      await call("query", {
        expression: "#id = :x",
        expression_attributes: { "#id": "incident_id" },
        expression_values: { ":x": "INC-1" },
      })
    ).error,
  ).toBe("datastore_error");
  expect((await call("put", { item: { incident_id: "INC-4", colour: "red" } })).response_metadata.messages[0]).toMatch(
    /no attribute colour/,
  );
  expect((await call("put", { item: { incident_id: "INC-4", severity: "1" } })).response_metadata.messages[0]).toMatch(
    /severity must be of type number/,
  );
  expect(
    (await call("bulkPut", { items: Array.from({ length: 26 }, (_, n) => ({ incident_id: `I${n}` })) })).error,
  ).toBe("datastore_error");
  await call("delete", { id: "INC-2" });
  expect((await call("query", { limit: 1 })).response_metadata.next_cursor).not.toBe("");
});

test("a kept Slack goes on where it was: the open card still hears its button, links keep working", async () => {
  let kept: unknown;
  let link = "";
  {
    await using world = await startTestSlack();
    await world.ring({ reason: "card" });
    await world.until(() => world.slack.snapshot().executions.find((one) => one.status === "open"));
    kept = JSON.parse(JSON.stringify(world.slack.dump()));
    link = world.slack.triggers.links.ask ?? "";
  }
  await using world = await startTestSlack({ state: kept });
  const message = world.slack
    .snapshot()
    .channels.find((one) => one.name === "incidents")
    ?.messages.at(-1);
  expect(
    await world.slack.click({ user: "jordan", channel: "incidents", ts: message?.ts ?? "", action_id: "approve" }),
  ).toMatchObject({ ok: true });
  expect(world.slack.snapshot().executions.at(-1)).toMatchObject({ status: "completed" });
  expect(await world.slack.run({ user: "alex", trigger: link })).toMatchObject({ ok: true });
});
