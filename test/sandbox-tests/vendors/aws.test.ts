import assert from "node:assert/strict";
import { BedrockRuntimeClient, ConverseCommand, ThrottlingException } from "@aws-sdk/client-bedrock-runtime";
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { afterEach, beforeEach, test } from "vitest";
import { FaultBoard } from "../../sandbox/faults.ts";
import { type BedrockState, startBedrock } from "../../sandbox/vendors/bedrock.ts";
import { openingSecrets, type SecretsState, startSecrets } from "../../sandbox/vendors/secrets.ts";
import type { Vendor } from "../../sandbox/vendors/vendor-server.ts";

const access = {
  region: "eu-north-1",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
  maxAttempts: 1,
};
let faults: FaultBoard;
let secrets: Vendor<SecretsState>;
let bedrock: Vendor<BedrockState>;
let secretsClient: SecretsManagerClient;
let modelClient: BedrockRuntimeClient;
beforeEach(async () => {
  faults = new FaultBoard();
  secrets = await startSecrets({ faults, state: openingSecrets({ "ic/one": "first" }, Date.now()) });
  bedrock = await startBedrock({ faults });
  secretsClient = new SecretsManagerClient({ ...access, endpoint: secrets.url });
  modelClient = new BedrockRuntimeClient({
    ...access,
    endpoint: bedrock.url,
    requestHandler: new NodeHttpHandler({}),
  });
});
afterEach(async () => {
  secretsClient.destroy();
  modelClient.destroy();
  await Promise.all([secrets.close(), bedrock.close()]);
});

const read = (SecretId: string, VersionStage?: string) =>
  secretsClient.send(new GetSecretValueCommand({ SecretId, ...(VersionStage ? { VersionStage } : {}) }));
const write = (SecretString: string, ClientRequestToken?: string) =>
  secretsClient.send(
    new PutSecretValueCommand({
      SecretId: "ic/one",
      SecretString,
      ...(ClientRequestToken ? { ClientRequestToken } : {}),
    }),
  );

test("a secret is read by the AWS client; before a rotation there is no previous version", async () => {
  const answer = await read("ic/one");
  assert.equal(answer.SecretString, "first");
  assert.deepEqual(answer.VersionStages, ["AWSCURRENT"]);
  assert.ok(answer.CreatedDate instanceof Date);
  await assert.rejects(read("ic/one", "AWSPREVIOUS"), ResourceNotFoundException);
  await assert.rejects(read("ic/two"), ResourceNotFoundException);
});

test("a rotation keeps the old value as previous, and a second one drops it", async () => {
  await write("second");
  assert.equal((await read("ic/one")).SecretString, "second");
  assert.equal((await read("ic/one", "AWSPREVIOUS")).SecretString, "first");
  await write("third");
  assert.equal((await read("ic/one", "AWSPREVIOUS")).SecretString, "second");
});

test("the same token and value is a no-op, the same token with another value an error", async () => {
  const token = "7d6f5b0e-8a3e-4f5d-9f2f-1c2b3a4d5e6f";
  await write("second", token);
  await write("second", token);
  assert.equal((await read("ic/one", "AWSPREVIOUS")).SecretString, "first");
  await assert.rejects(write("other", token), /another value/);
  assert.doesNotMatch(JSON.stringify(secrets.requests), /second/);
});

const ask = (system: string, user: string) =>
  modelClient.send(
    new ConverseCommand({
      modelId: "us.anthropic.claude-sonnet-5-5",
      system: [{ text: system }],
      messages: [{ role: "user", content: [{ text: user }] }],
      inferenceConfig: { maxTokens: 1_000 },
    }),
  );
const textOf = (answer: Awaited<ReturnType<typeof ask>>) =>
  (answer.output?.message?.content ?? []).map((block) => block.text ?? "").join("");

test("a status update is built from the facts of the request, after a reasoning block", async () => {
  const answer = await ask(
    'Answer with JSON {"title","body","status"} only.',
    "<facts>\nService: payments\nStatus: identified\nImpact: Card payments fail in the EU region\n</facts>",
  );
  assert.ok(answer.output?.message?.content?.[0]?.reasoningContent);
  assert.equal(answer.stopReason, "end_turn");
  assert.deepEqual(JSON.parse(textOf(answer)), {
    title: "Card payments fail in the EU region",
    body: "We have found the cause: Card payments fail in the EU region.",
    status: "identified",
  });
  const again = await ask(
    'Answer with JSON {"title","body","status"} only.',
    '{"impact": "Refunds are \\"slow\\".", "status": "monitoring"}',
  );
  assert.match((JSON.parse(textOf(again)) as { body: string }).body, /Refunds are "slow"\./);
});

test("every request is kept as it came, and anything else gets plain text", async () => {
  const answer = await ask("Summarise.", "One line.\nAnother.");
  assert.match(textOf(answer), /2 lines.*One line\./);
  const kept = JSON.parse(bedrock.state.calls[0]?.body ?? "") as { messages: unknown };
  assert.deepEqual(kept.messages, [{ role: "user", content: [{ text: "One line.\nAnother." }] }]);
});

test("throttling and an unknown model are the errors of the service", async () => {
  faults.add({ target: "bedrock", kind: "rate_limit", times: 1 });
  await assert.rejects(ask("s", "u"), ThrottlingException);
  await assert.rejects(
    modelClient.send(
      new ConverseCommand({ modelId: "nobody.model", messages: [{ role: "user", content: [{ text: "x" }] }] }),
    ),
    /model identifier is invalid/,
  );
});

test("the control plane says that invocation logging is off and knows the profiles", async () => {
  const logging = await fetch(`${bedrock.url}/logging/modelinvocations`);
  assert.deepEqual(await logging.json(), {});
  const profile = await fetch(`${bedrock.url}/inference-profiles/us.anthropic.claude-sonnet-5-5`);
  assert.equal(((await profile.json()) as { status: string }).status, "ACTIVE");
  assert.equal((await fetch(`${bedrock.url}/inference-profiles/anthropic.claude`)).status, 404);
});
