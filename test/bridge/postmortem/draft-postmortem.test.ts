import { afterEach, beforeEach, expect, test } from "vitest";
import { createBedrockClient, createBedrockModel } from "../../../bridge/drafting/bedrock-model.ts";
import type { ModelPort } from "../../../bridge/drafting/model-port.ts";
import { loadPrompts } from "../../../bridge/drafting/prompts.ts";
import { silentLogger } from "../../../bridge/platform/logger.ts";
import { draftPostmortem } from "../../../bridge/postmortem/draft-postmortem.ts";
import { FaultBoard } from "../../sandbox/faults.ts";
import { type BedrockState, startBedrock } from "../../sandbox/vendors/bedrock.ts";
import type { Vendor } from "../../sandbox/vendors/vendor-server.ts";
import { memoryVaults } from "../../support/memory-vaults.ts";
import { content, story } from "./story.ts";

const BUDGET_MS = 1_000;
const NAMES = { U07RILEYQ4: "Riley Quinn" };

let faults: FaultBoard;
let bedrock: Vendor<BedrockState>;
beforeEach(async () => {
  faults = new FaultBoard();
  bedrock = await startBedrock({ faults });
});
afterEach(() => bedrock.close());

const sandboxModel = (): ModelPort =>
  createBedrockModel({
    client: createBedrockClient({ region: "eu-north-1", endpoint: bedrock.url, credentials: "local-dummy" }, BUDGET_MS),
    modelId: "us.anthropic.claude-sonnet-5-5",
    prompts: loadPrompts(),
    budgetMs: BUDGET_MS,
    log: silentLogger,
  });
const answering = (answer: unknown): ModelPort => ({
  converse: async () => ({
    kind: "text",
    text: JSON.stringify(answer),
    usage: { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 },
  }),
});
const draft = (model: ModelPort) =>
  draftPostmortem(
    { incidentId: content.incidentId, entries: story, names: NAMES },
    { model, vaults: memoryVaults(), log: silentLogger },
  );
const textsOf = ({ parts }: Awaited<ReturnType<typeof draft>>, part: string) =>
  parts.find((one) => one.part === part)?.sentences.map(({ text }) => text);

test("what the model selects stands with its entries, and people are their roles", async () => {
  const drafted = await draft(sandboxModel());
  expect(drafted).toMatchObject({ author: "model", note: null, dropped: 0 });
  expect(textsOf(drafted, "narrative")).toContain("At 10:11 UTC commander 2 took command from commander 1.");
  expect(textsOf(drafted, "narrative")).toContain(
    "At 09:53 UTC approver 1 approved the customer update as approver-group.",
  );
  expect(drafted.actions).toMatchObject([{ text: "Fix last deploys", sources: [3] }]);
  expect(JSON.stringify(drafted)).not.toMatch(/Alex|Sam|Riley|Wierd|Maria|Sup3rS3cret/);
});

test("the model is told no name, no customer's data and no secret", async () => {
  await draft(sandboxModel());
  const [call] = bedrock.state.calls;
  expect(call?.body).toContain("commander-1");
  expect(call?.body).not.toMatch(/Alex|Wierd|Riley|Maria|bistro|7946|Sup3rS3cret|db-1\.prod/);
});

test("a model that makes things up loses those sentences and no others", async () => {
  bedrock.state.untruthful = true;
  const drafted = await draft(sandboxModel());
  expect(drafted.author).toBe("model");
  expect(drafted.dropped).toBeGreaterThan(3);
  expect(JSON.stringify(drafted)).not.toMatch(/memory leak|never|9999/);
  expect(textsOf(drafted, "narrative")?.length).toBeGreaterThan(3);
});

test("inconclusive is an answer", async () => {
  const nothing = "INCONCLUSIVE";
  const drafted = await draft(
    answering({ narrative: nothing, impact: nothing, contributing_factors: nothing, actions: nothing }),
  );
  expect(drafted).toMatchObject({ author: "model", dropped: 0, actions: [] });
  expect(textsOf(drafted, "contributing_factors")).toEqual([]);
});

test("an action whose need the record shows stays, others go", async () => {
  const because = "Last deploys could not be read: “GitHub timed out”.";
  const action = (text: string, why = because, sources = ["E#3"]) => ({ text, because: why, sources });
  const drafted = await draft(
    answering({
      narrative: "INCONCLUSIVE",
      impact: "INCONCLUSIVE",
      contributing_factors: "INCONCLUSIVE",
      actions: [
        action("Add an alert for GitHub timeouts"),
        action("Fix the memory leak"),
        action("Add 3 alerts for GitHub"),
        action("Blame GitHub"),
        action("Add an alert for GitHub", "GitHub is always down."),
        action("Add an alert for GitHub", because, ["E#77"]),
      ],
    }),
  );
  expect(drafted.actions.map(({ text }) => text)).toEqual(["Add an alert for GitHub timeouts"]);
  expect(drafted.dropped).toBe(5);
});

test.each<[string, unknown]>([
  ["no parts", { title: "x" }],
  ["a sentence that is no object", { narrative: ["x"], impact: "INCONCLUSIVE" }],
])("an answer with %s is not used", async (_, answer) => {
  expect(await draft(answering(answer))).toMatchObject({
    author: "template",
    note: "The model did not answer in the form that was asked for; it was written from the record alone.",
  });
});

test("an answer that holds what was taken out is not used", async () => {
  const leak = { text: "Rolled back v2.14.1 on db-1.prod.internal.", sources: ["E#13"] };
  const drafted = await draft(
    answering({
      narrative: [leak],
      impact: "INCONCLUSIVE",
      contributing_factors: "INCONCLUSIVE",
      actions: "INCONCLUSIVE",
    }),
  );
  expect(drafted.author).toBe("template");
  expect(drafted.note).toMatch(/^The model's text holds something of type HOST/);
});

test("without a master key nothing is sent", async () => {
  const drafted = await draftPostmortem(
    { incidentId: content.incidentId, entries: story, names: {} },
    { model: sandboxModel(), vaults: memoryVaults(() => Promise.reject(new Error("no secret"))), log: silentLogger },
  );
  expect(drafted.note).toMatch(/no model was asked/);
  expect(bedrock.state.calls).toEqual([]);
});

test.each([
  ["down", { target: "bedrock", kind: "down" }, "could not be reached"],
  ["slow", { target: "bedrock", kind: "slow", ms: 60_000 }, "did not answer in 1 s"],
  ["throttled", { target: "bedrock", kind: "rate_limit" }, "asked too often"],
] as const)("a model that is %s costs at most its budget, and the note says why", async (_, fault, why) => {
  faults.add(fault);
  const startedAt = performance.now();
  const drafted = await draft(sandboxModel());
  expect(performance.now() - startedAt).toBeLessThan(BUDGET_MS + 2_000);
  expect(drafted.author).toBe("template");
  expect(drafted.note).toContain(why);
});
