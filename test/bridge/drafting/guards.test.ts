import assert from "node:assert/strict";
import { afterAll, afterEach, beforeAll, beforeEach, test } from "vitest";
import { createGuardedModel } from "../../../bridge/drafting/guarded-model.ts";
import {
  createBedrockControl,
  createInvocationLogging,
  type InvocationLogging,
  type InvocationLoggingDeps,
} from "../../../bridge/drafting/invocation-logging.ts";
import type { ModelPort } from "../../../bridge/drafting/model-port.ts";
import { createModelRequest } from "../../../bridge/drafting/model-request.ts";
import { createTokenBudget, type TokenBudget } from "../../../bridge/drafting/token-budget.ts";
import { createIndexTable } from "../../../bridge/index-table/index-table.ts";
import { silentLogger } from "../../../bridge/platform/logger.ts";
import { createMetrics } from "../../../bridge/platform/telemetry/metrics.ts";
import { redact } from "../../../bridge/redaction/index.ts";
import { FaultBoard } from "../../sandbox/faults.ts";
import { type BedrockState, startBedrock } from "../../sandbox/vendors/bedrock.ts";
import type { Vendor } from "../../sandbox/vendors/vendor-server.ts";
import { INDEX_TABLE, type LocalStore, startDynalite } from "../../support/dynalite.ts";

const MODEL = "us.anthropic.claude-sonnet-5-5";
const HOUR = 3_600_000;
let now = Date.UTC(2026, 10, 14, 9);
const clock = { now: () => now, monotonic: () => now };
let bedrock: Vendor<BedrockState>;
let faults: FaultBoard;
let told: string[];
const tell = async (sentence: string) => void told.push(sentence);

let store: LocalStore;
beforeAll(async () => {
  store = await startDynalite();
});
afterAll(() => store[Symbol.asyncDispose]());
beforeEach(async () => {
  faults = new FaultBoard();
  told = [];
  bedrock = await startBedrock({ faults });
});
afterEach(() => bedrock.close());

const asked: string[] = [];
function logging(changes: Partial<InvocationLoggingDeps> = {}): InvocationLogging {
  asked.length = 0;
  return createInvocationLogging({
    client: (region) => {
      asked.push(region);
      return createBedrockControl({ region, endpoint: bedrock.url, credentials: "local-dummy" }, 500);
    },
    region: "us-west-2",
    modelId: MODEL,
    approvedSinks: [],
    tell,
    everyMs: HOUR,
    budgetMs: 1_000,
    clock,
    metrics: createMetrics(),
    log: silentLogger,
    ...changes,
  });
}

test("our own region and every region of the profile are asked", async () => {
  assert.deepEqual(await logging().check(), { kind: "off" });
  assert.deepEqual([...new Set(asked)].sort(), ["us-east-1", "us-west-2"]);
});

test("logging that is on is named with its region, and the operators are told once", async () => {
  bedrock.state.loggingConfig = { cloudWatchConfig: { logGroupName: "prompts", roleArn: "arn:x" } };
  const guard = logging();
  assert.deepEqual(await guard.check(), { kind: "on", why: "the account logs prompts in us-west-2" });
  await guard.check();
  assert.equal(told.length, 1);
  assert.match(told[0] ?? "", /No language model is asked any more/);
});

test("a log that the operator approved by name is accepted, another beside it is not", async () => {
  bedrock.state.loggingConfig = { cloudWatchConfig: { logGroupName: "prompts", roleArn: "arn:x" } };
  assert.deepEqual(await logging({ approvedSinks: ["prompts"] }).check(), { kind: "off" });
  bedrock.state.loggingConfig = { ...bedrock.state.loggingConfig, s3Config: { bucketName: "elsewhere" } };
  assert.equal((await logging({ approvedSinks: ["prompts"] }).check()).kind, "on");
});

test.each([
  ["the profile cannot be read", "/inference-profiles", /regions of the model's profile could not be read/],
  ["the configuration cannot be read", "/logging", /could not be determined/],
])("when %s nothing is certain", async (_, match, why) => {
  faults.add({ target: "bedrock", kind: "error", status: 403, match });
  const state = await logging().check();
  assert.equal(state.kind, "unknown");
  assert.match(state.kind === "unknown" ? state.why : "", why);
});

test("off is believed for an hour, anything else is asked again at once", async () => {
  const guard = logging();
  await guard.check();
  bedrock.state.loggingConfig = { s3Config: { bucketName: "prompts" } };
  assert.equal((await guard.check()).kind, "off");
  now += HOUR;
  assert.equal((await guard.check()).kind, "on");
  delete bedrock.state.loggingConfig;
  assert.equal((await guard.check()).kind, "off");
});

const budgetOf = (perIncident: number, perMonth: number): TokenBudget =>
  createTokenBudget({
    index: createIndexTable({ dynamo: store.client, table: INDEX_TABLE }),
    clock,
    log: silentLogger,
    perIncident,
    perMonth,
    tell,
  });

test("the operators are told once at 80 % of a budget, and at 100 % nothing more is asked", async () => {
  const budget = budgetOf(1_000, 1_000_000);
  await budget.spend("INC-1", 799);
  assert.deepEqual(told, []);
  await budget.spend("INC-1", 1);
  await budget.spend("INC-1", 100);
  assert.equal(told.length, 1);
  assert.match(told[0] ?? "", /has used 800 of the 1000 tokens of incident INC-1/);
  assert.equal(await budget.exhausted("INC-1"), undefined);
  await budget.spend("INC-1", 100);
  assert.match((await budget.exhausted("INC-1")) ?? "", /the token budget of this incident is used up/);
  assert.equal(await budget.exhausted("INC-2"), undefined);
});

test("a month whose budget is spent already at the start is told once, by one replica, and any other is not", async () => {
  now += 90 * 24 * HOUR;
  await budgetOf(1_000, 10_000).spend("INC-9", 500);
  await budgetOf(1_000, 10_000).look();
  assert.deepEqual(told, []);
  await Promise.all([budgetOf(1_000, 400).look(), budgetOf(1_000, 400).look()]);
  await budgetOf(1_000, 400).look();
  assert.equal(told.length, 1);
  assert.match(told[0] ?? "", /has already used 500 tokens of month 2027-\d\d, of 400 allowed/);
});

test("the month is counted over all incidents and begins anew", async () => {
  now = Date.UTC(2026, 11, 1);
  const budget = budgetOf(1_000_000, 1_000);
  await budget.spend("INC-1", 600);
  await budget.spend("INC-2", 600);
  assert.match((await budget.exhausted("INC-3")) ?? "", /the token budget of this month is used up/);
  now += 31 * 24 * HOUR;
  assert.equal(await budget.exhausted("INC-3"), undefined);
});

test("a guarded model is not asked while prompts are logged or the budget is gone or unreadable, and is counted otherwise", async () => {
  const metrics = createMetrics();
  let calls = 0;
  const usage = { inputTokens: 50, outputTokens: 5, cacheReadTokens: 7, cacheWriteTokens: 0 };
  const model: ModelPort = {
    converse: async () => {
      calls += 1;
      return { kind: "text", text: "x", usage };
    },
  };
  const request = createModelRequest("status-update", "INC-7", { impact: redact("x").text });
  now = Date.UTC(2027, 5, 1);
  const budget = budgetOf(60, 1_000);
  const ask = (over: { budget?: TokenBudget } = {}) =>
    createGuardedModel({ model, logging: logging(), budget, metrics, log: silentLogger, ...over }).converse(request);

  assert.equal((await ask()).kind, "text");
  assert.match(await metrics.render(), /ic_model_tokens_total\{kind="input"\} 50/);
  assert.match(await metrics.render(), /ic_model_tokens_total\{kind="cache-read"\} 7/);
  const spent = await ask();
  assert.match(spent.kind === "unusable" ? spent.why : "", /used up/);

  const unreadable = { ...budget, exhausted: () => Promise.reject(new Error("store")) };
  const blind = await ask({ budget: unreadable });
  assert.match(blind.kind === "unusable" ? blind.why : "", /budget could not be read/);

  bedrock.state.loggingConfig = { s3Config: { bucketName: "prompts" } };
  const logged = await ask();
  assert.match(logged.kind === "unusable" ? logged.why : "", /logs prompts in us-west-2, so no model was asked/);
  assert.equal(calls, 1);
});
