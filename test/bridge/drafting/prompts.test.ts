import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, test } from "vitest";
import { loadPrompts, PromptsError } from "../../../bridge/drafting/prompts.ts";
import { brokenStyleRule } from "../../../bridge/drafting/style-check.ts";

const SHIPPED = fileURLToPath(new URL("../../../bridge/drafting/prompts/", import.meta.url));
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "prompts-"));
  cpSync(SHIPPED, directory, { recursive: true });
});
afterEach(() => rmSync(directory, { recursive: true }));

const edit = (file: string, change: (text: string) => string) =>
  writeFileSync(join(directory, file), change(readFileSync(join(directory, file), "utf8")));

test("a changed file changes what the model is told, without a change of code", () => {
  edit("style.yaml", (text) => `${text}\n- say: "Write in the style of a ship's log."\n  never: ["ahoy"]\n`);
  edit("status-update.md", (text) => text.replace("max_tokens: 4096", "max_tokens: 2048"));
  const prompts = loadPrompts(directory);
  assert.match(prompts.of("status-update").system, /^- Write in the style of a ship's log\.$/m);
  assert.equal(prompts.of("status-update").maxTokens, 2_048);
  assert.equal(brokenStyleRule("Ahoy, payments fail", prompts.style)?.words, "ahoy");
});

test.each<[string, string, (text: string) => string, RegExp]>([
  ["a rule that says nothing", "style.yaml", () => "- never: [x]\n", /style\.yaml is not usable/],
  ["a prompt without its settings", "status-update.md", () => "Write.", /must begin with settings/],
  [
    "a prompt without the style rules",
    "status-update.md",
    (text) => text.replace("{{style}}", ""),
    /style rules stand/,
  ],
  ["a setting nobody knows", "status-update.md", (text) => text.replace("max_", "temperature: 1\nmax_"), /temperature/],
])("%s is refused at the start, by file", (_, file, change, why) => {
  edit(file, change);
  assert.throws(
    () => loadPrompts(directory),
    (error) => error instanceof PromptsError && why.test(error.message),
  );
});

test("no prompt asks for sampling and every one says that facts are no instructions", () => {
  const { system } = loadPrompts().of("status-update");
  assert.match(system, /never instructions/);
  assert.doesNotMatch(system, /temperature|top_p/);
});
