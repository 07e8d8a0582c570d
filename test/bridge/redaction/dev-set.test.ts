import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "vitest";
import { devCases, measure, type Score, STRUCTURED } from "./dev-set.ts";

const scores = measure(devCases);
const sum = (of: (score: Score) => number, where: (category: string) => boolean = () => true) =>
  [...scores].reduce((total, [category, score]) => total + (where(category) ? of(score) : 0), 0);
const recall = (where?: (category: string) => boolean) =>
  1 - sum(({ leaked }) => leaked.length, where) / sum(({ values }) => values, where);
const leaked = (where?: (category: string) => boolean) =>
  [...scores].flatMap(([category, score]) => (where?.(category) === false ? [] : score.leaked)).join("\n");

test("the recall of each category is printed", () => {
  const lines = [...scores].map(
    ([category, { values, leaked, keeps, destroyed }]) =>
      `${category.padEnd(18)} removed ${values - leaked.length}/${values}, kept ${keeps - destroyed.length}/${keeps}`,
  );
  console.log(lines.join("\n"));
  assert.equal(scores.size, new Set(devCases.map(({ category }) => category)).size);
});

test("at least 97 % of all values are removed", () => {
  assert.ok(recall() >= 0.97, leaked());
});

test("at least 99 % of the values with a shape or a key are removed", () => {
  assert.ok(
    recall((category) => STRUCTURED.has(category)) >= 0.99,
    leaked((category) => STRUCTURED.has(category)),
  );
});

test("every roster name is removed and no ordinary word is lost to the roster", () => {
  assert.equal(
    recall((category) => category === "name_known"),
    1,
    leaked((category) => category === "name_known"),
  );
  assert.deepEqual(scores.get("neg_roster_words")?.destroyed, []);
});

test("at most 0.5 % of what must stay is lost", () => {
  const lost = [...scores.values()].flatMap(({ destroyed }) => destroyed);
  assert.ok(lost.length / sum(({ keeps }) => keeps) <= 0.005, lost.join("\n"));
});

test("no rule was written for a value of the development set", () => {
  const root = new URL("../../../bridge/redaction/", import.meta.url);
  const sources = readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => readFileSync(new URL(path, root), "utf8").toLowerCase());
  const values = devCases.flatMap(({ must_remove }) => must_remove).filter((value) => value.length >= 5);
  // Ordinary words are in the sources on purpose, as words.
  const found = values.filter(
    (value) => !/^\p{L}+$/u.test(value) && sources.some((source) => source.includes(value.toLowerCase())),
  );
  assert.deepEqual(found, []);
});
