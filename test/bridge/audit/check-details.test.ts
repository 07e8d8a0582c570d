import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { commitmentTo, createDetailsCheck, unrevealed } from "../../../bridge/audit/proof/check-details.ts";
import type { PlainEntry } from "../../../bridge/audit/proof/check-entries.ts";
import { canonicalText } from "../../../bridge/audit/proof/strict-json.ts";
import { holds } from "../../support/holds.ts";
import { A } from "./scene.ts";

const SALT = Buffer.alloc(32, 7);
const DETAILS = { text: "Call me: +49 151 0000000" };

const entry = (seq: number, ...commits: unknown[]): PlainEntry => ({
  v: 1,
  incident: A,
  epoch: 1,
  seq,
  prev: "0".repeat(64),
  commandId: `command-${seq}`,
  actor: { kind: "system", id: "bridge", basis: "effect" },
  at: "2026-11-21T09:14:05.000Z",
  events: commits.map((commit) => ({ type: "NoteTakenSealed", ...(commit === undefined ? {} : { commit }) })),
});

const line = (details: unknown = DETAILS, salt = SALT, commit = commitmentTo(salt, details)) =>
  canonicalText({ commit, salt: salt.toString("hex"), details });

function checked(entries: readonly PlainEntry[], lines: readonly string[]) {
  const check = createDetailsCheck(A);
  for (const one of entries) check.entry(one);
  for (const one of lines) check.reveal(one);
  return check.end();
}

const mismatchAt = (seq: number | null) => ({
  incident: A,
  epoch: seq === null ? null : 1,
  seq,
  code: "commitment-mismatch",
  layer: "C",
});

describe("details that somebody reveals", () => {
  test("are proved when they are what the entry commits to", () => {
    const report = checked([entry(3, commitmentTo(SALT, DETAILS))], [line()]);
    expect(report).toEqual({ committed: 1, revealed: 1, findings: [] });
    expect(unrevealed(report)).toBeUndefined();
  });

  test("are a finding at their entry when the words differ by anything", () => {
    holds(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const words = text.normalize("NFC");
        fc.pre(words !== DETAILS.text);
        const { findings, revealed } = checked(
          [entry(2), entry(3, commitmentTo(SALT, DETAILS))],
          [line({ text: words }, SALT, commitmentTo(SALT, DETAILS))],
        );
        expect(findings).toEqual([mismatchAt(3)]);
        expect(revealed).toBe(0);
      }),
    );
  });

  test("are a finding when the salt is another one", () => {
    const other = Buffer.alloc(32, 8);
    const { findings } = checked(
      [entry(3, commitmentTo(SALT, DETAILS))],
      [line(DETAILS, other, commitmentTo(SALT, DETAILS))],
    );
    expect(findings).toEqual([mismatchAt(3)]);
  });

  test("are a finding without a place when no entry commits to them", () => {
    expect(checked([entry(3, undefined, "no hash", 7)], [line()])).toEqual({
      committed: 0,
      revealed: 0,
      findings: [mismatchAt(null)],
    });
  });

  test.each([
    ["no JSON", "{"],
    ["no object", "null"],
    ["more fields", canonicalText({ ...JSON.parse(line()), more: 1 })],
    ["another spelling", ` ${line()}`],
    ["a commitment that is none", line(DETAILS, SALT, "x")],
    ["a salt that is none", canonicalText({ commit: commitmentTo(SALT, DETAILS), details: DETAILS, salt: "ab" })],
  ])("are a finding when the line is %s", (_, text) => {
    expect(checked([entry(3, commitmentTo(SALT, DETAILS))], [text]).findings).toEqual([mismatchAt(null)]);
  });
});

test("details that nobody reveals are counted and told", () => {
  const other = Buffer.alloc(32, 8);
  const both = [entry(3, commitmentTo(SALT, DETAILS), commitmentTo(other, DETAILS))];
  expect(unrevealed(checked(both, [line()]))).toBe(
    "details of 1 event erased or not revealed: only their commitments were checked",
  );
  expect(unrevealed(checked(both, []))).toBe(
    "details of 2 events erased or not revealed: only their commitments were checked",
  );
});

test("a commitment is what the published form says it is", () => {
  // printf 'incident-ledger/v1/commit\n' + 32 bytes 07 + '{"text":"a"}', hashed with sha256sum.
  expect(commitmentTo(SALT, { text: "a" })).toBe("0bcbadd6f5641bfc82f78c015b48971e162a563e56c674e122b0afc11ee05b79");
});
