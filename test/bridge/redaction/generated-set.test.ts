import assert from "node:assert/strict";
import { test } from "vitest";
import { measure } from "./dev-set.ts";
import { generatedCases } from "./generated-set.ts";
import { summaryOf } from "./summary.ts";

/** Two draws that no rule was tuned on alone; another seed is measured by `npm run bench:redaction -- --seed N`. */
const scores = measure([...generatedCases(20_261_122), ...generatedCases(5)]);
const summary = summaryOf(scores);
const leaked = [...scores.values()].flatMap((score) => score.leaked).join("\n");

test("at least 96 % of all drawn values are removed", () => {
  assert.ok(summary.recall >= 0.96, leaked);
});

test("at least 99 % of the drawn values with a shape or a key are removed", () => {
  assert.ok(summary.structuredRecall >= 0.99, leaked);
});

test("every drawn name of the roster is removed", () => {
  assert.equal(summary.rosterRecall, 1, leaked);
});

test("at least 75 % of the drawn names that nobody told us are removed", () => {
  assert.ok(summary.unknownNameRecall >= 0.75, leaked);
});

test("at most 0.3 % of what must stay is lost", () => {
  assert.ok(summary.overRedaction <= 0.003, [...scores.values()].flatMap(({ destroyed }) => destroyed).join("\n"));
});
