import assert from "node:assert/strict";
import { test } from "vitest";
import { createBedrockClient, createBedrockModel } from "../../../bridge/drafting/bedrock-model.ts";
import { createModelDrafter } from "../../../bridge/drafting/model-drafter.ts";
import { loadPrompts } from "../../../bridge/drafting/prompts.ts";
import { silentLogger } from "../../../bridge/platform/logger.ts";
import { FaultBoard } from "../../sandbox/faults.ts";
import { startBedrock } from "../../sandbox/vendors/bedrock.ts";
import { memoryVaults } from "../../support/memory-vaults.ts";
import { updateRequest } from "./update-request.ts";

const prompts = loadPrompts();

test("the sandbox's model writes an update that is accepted, and its prompt holds no name", async () => {
  const bedrock = await startBedrock({ faults: new FaultBoard() });
  try {
    const access = { region: "eu-north-1", endpoint: bedrock.url, credentials: "local-dummy" as const };
    const model = createBedrockModel({
      client: createBedrockClient(access, 5_000),
      modelId: "us.anthropic.claude-sonnet-5-5",
      prompts,
      budgetMs: 5_000,
      log: silentLogger,
    });
    const drafter = createModelDrafter({
      model,
      vaults: memoryVaults(),
      publicTerms: [],
      style: prompts.style,
      log: silentLogger,
    });
    const drafted = await drafter.draftUpdate(updateRequest({ impact: "Card payments fail. Alex Lin is on it" }));
    assert.equal(drafted.author, "model", drafted.note ?? "");
    assert.match(
      drafted.body,
      /^We are investigating: Card payments fail\. a responder is on it\.\n\nNext update by 10:30 UTC\.$/,
    );
    assert.doesNotMatch(JSON.stringify(bedrock.state.calls), /Alex|db-1\.prod/);
  } finally {
    await bedrock.close();
  }
});
