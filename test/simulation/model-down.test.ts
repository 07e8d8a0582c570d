import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Channel, type Scene, startScene, textOf } from "../support/scene.ts";

const BUDGET_MS = 1_500;
/** How much later than its budget a card may appear. */
const GRACE_MS = 2_000;
const IMPACT = "Card payments fail for some customers";

let scene: Scene;
let room: Channel;

beforeAll(async () => {
  scene = await startScene({
    bridgeEnv: { DRAFT_BUDGET_MS: String(BUDGET_MS), INVOCATION_LOGGING_CHECK_MS: "200", BREAKER_OPEN_MS: "100" },
  });
  room = await scene.room(await scene.alert({ fixture: "oncall-alert-group-created" }));
});
beforeEach(() => scene.world.clearFaults());
afterAll(() => scene.stop());

const bedrock = () => scene.world.parts.find(({ name }) => name === "bedrock")?.url ?? "";

/** The card that appears, what it says, and how long it took. */
async function draft(impact: string) {
  const startedAt = performance.now();
  const card = await scene.draft(room.id, { status: "investigating", impact });
  return { said: textOf(card.message.blocks), ms: performance.now() - startedAt };
}

test("the model drafts while it is well", async () => {
  expect((await draft(`${IMPACT}.`)).said).not.toContain("comes from the template");
});

test.each<[string, Parameters<Scene["world"]["addFault"]>[0], string]>([
  ["is down", { target: "bedrock", kind: "down", match: "/converse" }, "could not be reached"],
  ["is slow", { target: "bedrock", kind: "slow", ms: 60_000, match: "/converse" }, "did not answer in 1.5 s"],
  ["is throttled", { target: "bedrock", kind: "rate_limit", match: "/converse" }, "asked too often"],
  ["refuses", { target: "bedrock", kind: "error", status: 503, match: "/converse" }, "unavailable"],
])("when the model %s, the template's text comes within the budget and says so", async (_, fault, why) => {
  scene.world.addFault(fault);
  const { said, ms } = await draft(`${IMPACT} (${why}).`);
  expect(said).toContain("this text comes from the template");
  expect(said).toContain(why);
  expect(ms).toBeLessThan(BUDGET_MS + GRACE_MS);
});

test("while the account logs prompts no model is asked, the card says why, and it ends when logging is off", async () => {
  const config = { loggingConfig: { cloudWatchConfig: { logGroupName: "prompts", roleArn: "arn:x" } } };
  await fetch(`${bedrock()}/logging/modelinvocations`, { method: "PUT", body: JSON.stringify(config) });
  await scene.seen("the operators' message", ({ slack }) =>
    slack.channels
      .find(({ name }) => name === "ops")
      ?.messages.find(({ text }) => text.includes("No language model is asked any more")),
  );
  const before = scene.snapshot().bedrock.requests.length;
  const { said } = await draft(`${IMPACT} again.`);
  expect(said).toContain("logs prompts");
  expect(scene.snapshot().bedrock.requests).toHaveLength(before);
  const health = await fetch(`${scene.snapshot().bridge.url}/health`);
  expect(await health.json()).toMatchObject({ status: "degraded", modelInvocationLogging: "on" });

  await fetch(`${bedrock()}/logging/modelinvocations`, { method: "DELETE" });
  expect((await draft(`${IMPACT} still.`)).said).not.toContain("comes from the template");
});

test("what cannot be determined counts as logged", async () => {
  scene.world.addFault({ target: "bedrock", kind: "error", status: 403, match: "/logging" });
  const health = async () => (await fetch(`${scene.snapshot().bridge.url}/health`)).json();
  // "Off" is believed for a moment.
  await expect.poll(health, { timeout: 20_000 }).toMatchObject({ modelInvocationLogging: "unknown" });
  const before = scene.snapshot().bedrock.requests.length;
  const { said } = await draft(`${IMPACT} somewhere.`);
  expect(said).toContain("could not be determined");
  expect(scene.snapshot().bedrock.requests).toHaveLength(before);
});

test("a spent token budget is said on the card", async () => {
  await scene.world.bridge("stop");
  await scene.world.bridge("start", { MODEL_TOKENS_PER_INCIDENT: "100" });
  expect((await draft(`${IMPACT} at times.`)).said).toContain("token budget of this incident is used up");
});
