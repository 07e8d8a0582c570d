import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { afterEach, beforeEach, test } from "vitest";
import { type StoryLine, type StoryTeller, tellStory } from "../../sandbox/story-teller.ts";
import { startWorld, type World } from "../../sandbox/world/world.ts";
import { startQuietSlack } from "./quiet-slack.ts";

const access = { region: "eu-north-1", credentials: { accessKeyId: "local", secretAccessKey: "local" } };
let world: World;
let lines: StoryLine[];
let teller: StoryTeller | undefined;
beforeEach(async () => {
  lines = [];
  world = await startWorld({
    bridgeEntry: fileURLToPath(new URL("./stub-bridge.ts", import.meta.url)),
    startSlack: startQuietSlack,
  });
});
afterEach(async () => {
  teller?.stop();
  await world.stop();
});

const tell = async () => {
  teller = await tellStory(world, (line) => lines.push(line));
  return teller;
};
const texts = () => lines.map(({ text }) => text);

test("an alert is told as it was answered, and so is a bridge that goes away", async () => {
  await tell();
  await world.alert({ fixture: "grafana-alerting-firing" });
  await world.bridge("kill");
  await world.alert({ fixture: "grafana-alerting-firing" });
  assert.match(texts()[0] ?? "", /^alert accepted \(grafana-alerting-firing, \d+ ms\)$/);
  assert.equal(texts()[1], "the bridge ended");
  assert.match(texts()[2] ?? "", /^alert got no answer/);
  assert.ok(lines.every(({ afterMs }) => afterMs >= 0));
});

test("what the ledger records is told once, and nothing that was there before", async () => {
  const client = new DynamoDBClient({ ...access, endpoint: world.snapshot().store.endpoint });
  const put = (seq: number, events: object[]) =>
    client.send(
      new PutItemCommand({
        TableName: "ic-ledger",
        Item: {
          pk: { S: "INC#INC-1" },
          sk: { S: `E#${String(seq).padStart(12, "0")}` },
          body: { S: JSON.stringify({ events }) },
          hash: { S: "h" },
          type: { S: "t" },
        },
      }),
    );
  await put(1, [{ type: "CommandTaken", by: "U1", from: null }]);
  const story = await tell();
  await put(2, [
    { type: "RoomStepDone" },
    { type: "ApprovalDenied", by: "U2", reason: "too-soon" },
    { type: "RespondersFoundSealed", people: [{ userId: "U07ALEXLIN1" }], missing: [], commit: "c" },
    { type: "PageRequestedSealed", by: "U07ALEXLIN1", target: { kind: "schedule", id: "S1" }, commit: "c" },
  ]);
  await story.settle();
  await story.settle();
  client.destroy();
  assert.deepEqual(texts(), [
    "a click of U2 is refused: too-soon",
    "people found: U07ALEXLIN1",
    "U07ALEXLIN1 pages S1",
  ]);
});

test("what customers read is told", async () => {
  const story = await tell();
  const parts = Object.fromEntries(world.parts.map(({ name, url }) => [name, url]));
  const secrets = new SecretsManagerClient({ ...access, endpoint: parts.secrets ?? "" });
  const { SecretString } = await secrets.send(
    new GetSecretValueCommand({ SecretId: "incident-response/sandbox/statuspage" }),
  );
  secrets.destroy();
  const reply = await fetch(`${parts.statuspage}/pages/p3v8r5jd6hlc/incidents`, {
    method: "POST",
    headers: { authorization: `OAuth ${(JSON.parse(SecretString ?? "") as { api_key: string }).api_key}` },
    body: JSON.stringify({ incident: { name: "Payments fail", status: "identified", body: "We know why." } }),
  });
  assert.equal(reply.status, 201);
  await story.settle();
  assert.match(texts()[0] ?? "", /^customers read: Payments fail \(identified\), https:\/\/status\.kestrel/);
  assert.equal(lines.length, 1);
});
