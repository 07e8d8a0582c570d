import * as fc from "fast-check";
import { expect, test } from "vitest";
import { capturedText } from "../../../bridge/redaction/captured-text.ts";
import { LIMITS } from "../../../shared/limits.ts";
import { holds } from "../../support/holds.ts";

const SECRET = "ghp_16C7e42F292c6912E7710c838347Ae178B4a";

test("harmless words stay as they were said, placeholders of templates included", () => {
  for (const said of [
    "We roll back to v2.3.1, the queue drains.",
    "Replace {{service}} in the query",
    "5 < 6 & 7 > 2",
  ]) {
    expect(capturedText(said)).toEqual({ text: said, removed: false });
  }
});

test("each secret is taken out, the words around it stay", () => {
  expect(capturedText(`first ${SECRET} then ${SECRET} last`)).toEqual({
    text: "first [secret removed] then [secret removed] last",
    removed: true,
  });
});

test("what is too long is cut, and says so; a secret at the cut is out before", () => {
  const { text } = capturedText(`${"word ".repeat(400)}${SECRET}`);
  expect(text).toHaveLength(LIMITS.captured);
  expect(text.endsWith(" … (cut)")).toBe(true);
  const before = "word ".repeat(290);
  expect(capturedText(`${before}${SECRET}`).text).toBe(`${before}[secret removed]`);
});

test("the result is always text that the record takes: normal form C, well formed, within its bound", () => {
  holds(
    fc.property(fc.string({ unit: "binary", maxLength: 4_000 }), (said) => {
      const { text } = capturedText(said);
      expect(text.length).toBeLessThanOrEqual(LIMITS.captured);
      expect(text.isWellFormed()).toBe(true);
      expect(text.normalize("NFC")).toBe(text);
    }),
  );
});
