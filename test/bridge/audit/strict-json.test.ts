import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalText, isCanonical } from "../../../bridge/audit/proof/strict-json.ts";
import { canonical } from "../../../bridge/ledger/canonical.ts";
import { holds } from "../../support/holds.ts";

/** Values of RFC 8785 that lie inside the ledger's domain, with the text that the RFC demands. */
const VECTORS: [name: string, value: unknown, text: string][] = [
  ["3.2.2.1 literals", [null, true, false], "[null,true,false]"],
  ["3.2.2.2 strings", { string: '\u20ac$\u000f\nA\'B"\\\\"/' }, '{"string":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'],
  ["3.2.2.2 short escapes", ["\b\t\n\f\r\u0000\u001f\u007f"], '["\\b\\t\\n\\f\\r\\u0000\\u001f\u007f"]'],
  [
    "3.2.3 keys by UTF-16 unit",
    { peach: 1, Peach: 2, "10": 3, "9": 4, "1": 5 },
    '{"1":5,"10":3,"9":4,"Peach":2,"peach":1}',
  ],
  ["B integers", [0, -1, 9_007_199_254_740_991, -9_007_199_254_740_991], "[0,-1,9007199254740991,-9007199254740991]"],
  ["astral characters", ["\u{1f602}"], '["\u{1f602}"]'],
  ["nothing inside", { a: {}, b: [] }, '{"a":{},"b":[]}'],
];

describe.each(VECTORS)("RFC 8785 %s", (_, value, text) => {
  test("is written so by the ledger", () => expect(canonical(value)).toBe(text));
  test("is written so by the verifier", () => expect(canonicalText(value)).toBe(text));
  test("is recognised", () => expect(isCanonical(text)).toBe(true));
});

test.each([
  ["white space", '{"a": 1}'],
  ["a line feed behind", '{"a":1}\n'],
  ["keys out of order", '{"b":1,"a":2}'],
  ["keys out of order inside", '{"a":{"z":1,"b":2},"c":[{"b":1,"a":0}]}'],
  ["a key twice", '{"a":1,"a":1}'],
  ["a needless escape", '["\\u0041"]'],
  ["an escaped slash", '["\\/"]'],
  ["an exponent", "[1e3]"],
  ["an exponent as long as the number", "[1e2]"],
  ["an exponent as long as the number, alone", "1e2"],
  ["an exponent and blanks that make up for it", '{"a": 1E4 }'],
  ["keys like numbers out of order", '{"b":1,"1":2}'],
  ["keys like numbers in the order of numbers", '{"9":1,"10":2}'],
  ["a fraction", "[1.5]"],
  ["minus zero", "[-0]"],
  ["an unsafe integer", "[9007199254740993]"],
  ["text in another normal form", '["e\u0301"]'],
  ["a lone surrogate", '["\\ud800"]'],
  ["a key outside the alphabet", '{"a b":1}'],
  ["the key __proto__", '{"__proto__":1}'],
  ["more depth than eight", "[[[[[[[[[[1]]]]]]]]]]"],
  ["something after a value outside", '{"a":1.5,"c":2,"b":3}'],
  ["no JSON at all", "hello"],
])("text with %s is not canonical", (_, text) => expect(isCanonical(text)).toBe(false));

/** The ledger's own canonical form, of another hand: what is canonical is what it would have written. */
function byTheLedger(text: string): boolean {
  try {
    return canonical(JSON.parse(text)) === text;
  } catch {
    return false;
  }
}

test("text that was changed anywhere is recognised exactly where the ledger would have written it so", () => {
  const word = fc.stringMatching(/^[a-cA-C0-9_.-]{1,4}$/);
  const leaf = fc.oneof(
    word,
    fc.constantFrom("", "a:1e2", "é", '"'),
    fc.integer({ min: -1_000, max: 1_000 }),
    fc.boolean(),
    fc.constant(null),
  );
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3 },
      leaf,
      fc.array(tie("tree"), { maxLength: 3 }),
      fc.dictionary(
        word.filter((key) => key !== "__proto__"),
        tie("tree"),
        { maxKeys: 4 },
      ),
    ),
  }));
  const piece = fc.constantFrom(
    " ",
    "  ",
    "1",
    "00",
    "e",
    "e2",
    "1e2",
    ".0",
    "-",
    '"',
    ",",
    ":",
    "{}",
    '"a":1,',
    '"1":1,',
    "\\u0061",
    "\n",
  );
  const change = fc.record({ at: fc.nat(60), drop: fc.nat(3), put: fc.option(piece, { nil: "" }) });
  let canonicalOnes = 0;
  holds(
    fc.property(tree, fc.array(change, { maxLength: 3 }), (value, changes) => {
      const text = changes.reduce(
        (now, { at, drop, put }) => now.slice(0, at) + put + now.slice(at + drop),
        canonicalText(value),
      );
      if (byTheLedger(text)) canonicalOnes += 1;
      expect([text, isCanonical(text)]).toEqual([text, byTheLedger(text)]);
    }),
    { runs: 3_000 },
  );
  expect(canonicalOnes).toBeGreaterThan(300);
});
