import { expect, test } from "vitest";
import { scoreClaims } from "./claim-scores.ts";

const scores = scoreClaims();
const told = (planted: { kind: string; claim: { text: string; sources: number[] } }[]) =>
  planted.map(({ kind, claim }) => `${kind}: ${claim.text} [${claim.sources.join()}]`);

test("no planted falsehood survives the checker", () => {
  expect(scores.planted).toBeGreaterThan(1_000);
  expect(scores.byKind.size).toBeGreaterThan(15);
  expect(told(scores.survivors)).toEqual([]);
});

test("true sentences in the record's words stand, but for cuts that would lose a doubt", () => {
  expect(scores.kept / scores.truths, told(scores.lost).join("\n")).toBeGreaterThan(0.98);
});

test("a kept sentence names the entries that carry it and no others", () => {
  expect(scores.citationPrecision).toBeGreaterThan(0.99);
  expect(scores.citationRecall).toBeGreaterThan(0.97);
});
