import { expect, test } from "vitest";
import { textOf, trackedFiles, trackedLines } from "./tracked-files.ts";

const isTest = (path: string) => path.startsWith("test/") && /\.test\.tsx?$/.test(path);

test("no test is skipped, singled out or left for later", () => {
  const marks = /\b(?:test|it|describe|suite|bench)(?:\.\w+)*\.(?:skip|only|todo|fails)\b|\b[xf](?:it|describe|test)\(/;
  const found = [...trackedLines(isTest)].filter(({ line }) => marks.test(line));
  expect(found.map(({ at }) => at)).toEqual([]);
});

test("a test may be left out for a missing Chromium or promtool only, and in CI not even then", () => {
  const conditional = trackedFiles()
    .filter(isTest)
    .filter((path) => /\.(?:skipIf|runIf)\b/.test(textOf(path)));
  for (const path of conditional)
    expect(textOf(path), path).toMatch(/(?:hasChromium\(\)|promtool === undefined)[\s\S]*process\.env\.CI/);
});

test("every fixture can be read as what its name says", () => {
  const fixtures = trackedFiles().filter((path) => path.startsWith("test/fixtures/"));
  expect(fixtures.length).toBeGreaterThan(20);
  for (const path of fixtures) {
    const text = textOf(path);
    if (path.endsWith(".json")) expect(() => JSON.parse(text), path).not.toThrow();
    else if (path.endsWith(".jsonl")) for (const line of text.trimEnd().split("\n")) JSON.parse(line);
    // Exact form bytes: one line, nothing after it.
    else if (path.endsWith(".txt")) expect(text, path).toMatch(/^[\w.-]+=[^\s]*$/);
    else expect.fail(`${path}: no reader for such files`);
  }
});
