import * as fc from "fast-check";
import { expect, test } from "vitest";
import { logPattern } from "../../../bridge/context/log-pattern.ts";
import { holds } from "../../support/holds.ts";

test.each([
  ['{"msg":"upstream timed out","customer_email":"anna.berg@example.com"}', "upstream timed out"],
  ['{"level":"error","message":"payment 8812 of anna.berg@example.com failed"}', "payment # of [EMAIL] failed"],
  ["connection pool exhausted: 40/40 in use, waited 5s", "connection pool exhausted: #/# in use, waited #s"],
  ["\u001b[31merror\u001b[0m in request 7d1f0c2ab94e56833f0a6c9e1b2d4875", "error in request #"],
  ['{"n":1}', "(a line without a message)"],
  ['{"msg":"cut in the mid', '{"msg":"cut in the mid'],
  ["  two\n lines ", "two lines"],
])("%s reads %s", (line, pattern) => {
  expect(logPattern(line)).toBe(pattern);
});

test("two lines about different people are one pattern", () => {
  expect(logPattern("no card for anna.berg@example.com")).toBe(logPattern("no card for bo.lind@example.com"));
});

test("however long or odd a line is, its pattern is short, well formed and holds no digit", () => {
  holds(
    fc.property(fc.string({ unit: "binary", maxLength: 3_000 }), (line) => {
      const pattern = logPattern(line);
      return pattern.length <= 120 && pattern.isWellFormed() && !/[0-9]/.test(pattern);
    }),
    { runs: 200 },
  );
});
