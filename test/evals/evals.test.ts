import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { createModelDrafter } from "../../bridge/drafting/model-drafter.ts";
import type { ModelPort } from "../../bridge/drafting/model-port.ts";
import { loadPrompts } from "../../bridge/drafting/prompts.ts";
import { brokenStyleRule } from "../../bridge/drafting/style-check.ts";
import { silentLogger } from "../../bridge/platform/logger.ts";
import { updateRequest } from "../bridge/drafting/update-request.ts";
import { leaks } from "../bridge/redaction/dev-set.ts";
import { generatedCases } from "../bridge/redaction/generated-set.ts";
import { memoryVaults } from "../support/memory-vaults.ts";

const read = (file: string): unknown => parse(readFileSync(new URL(file, import.meta.url), "utf8"));
const prompts = loadPrompts();

/** A drafter whose model answers as told; what it is sent is kept. */
function recordedDrafter(answer: unknown) {
  const sent: string[] = [];
  const usage = { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 };
  const model: ModelPort = {
    converse: async ({ facts }) => {
      sent.push(facts);
      return { kind: "text", text: typeof answer === "string" ? answer : JSON.stringify(answer), usage };
    },
  };
  const drafter = createModelDrafter({
    model,
    vaults: memoryVaults(),
    publicTerms: [],
    style: prompts.style,
    log: silentLogger,
  });
  return { drafter, sent };
}

const injections = read("./injections.yaml") as { text: string; obeyed: unknown }[];
describe("a model that obeys what an alert says", () => {
  test.each(injections)("$text", async ({ text, obeyed }) => {
    const { drafter, sent } = recordedDrafter(obeyed);
    const drafted = await drafter.draftUpdate(updateRequest({ title: text, impact: "Payments fail" }));
    expect(drafted.author).toBe("template");
    expect(sent[0]?.match(/<\/facts>/g)).toHaveLength(1);
  });
});

const style = read("./style.yaml") as { text: string; refused: string | null }[];
test.each(style)("the style rules refuse $refused in: $text", ({ text, refused }) => {
  expect(brokenStyleRule(text, prompts.style)?.words ?? null).toBe(refused);
});

const CANARIES = 10_000;
/** Values with a shape: of those not one may leave. How many names do is measured by the benchmark. */
const SHAPED = /^(?:email|phone|ip|mac|host|aws|secret_wrap|url_cred|card|iban|ssn|crypto|slack_mention)$/;

test("of 10,000 planted values not one is in any request to the model", { timeout: 120_000 }, async () => {
  const planted = generatedCases(99, 190).filter(({ category }) => SHAPED.test(category));
  let values = 0;
  const leaked: string[] = [];
  for (const { text, must_remove } of planted) {
    const { drafter, sent } = recordedDrafter({});
    await drafter.draftUpdate(
      updateRequest({
        impact: text,
        title: text,
        previous: { title: "Payments", status: "investigating", body: text },
        earlier: [{ status: "investigating", body: text }],
      }),
    );
    // As the model reads it: out of its JSON, so that an escape hides nothing.
    const facts = JSON.parse(/<facts>\n([\s\S]*)\n<\/facts>/.exec(sent[0] ?? "")?.[1] ?? "{}") as Record<
      string,
      string
    >;
    const whole = Object.values(facts).join("\n");
    values += must_remove.length;
    leaked.push(...must_remove.filter((value) => leaks(value, whole)));
    if (values >= CANARIES) break;
  }
  expect(values).toBeGreaterThanOrEqual(CANARIES);
  expect(leaked).toEqual([]);
});
