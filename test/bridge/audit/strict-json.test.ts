import { describe, expect, test } from "vitest";
import { canonicalText, isCanonical } from "../../../bridge/audit/proof/strict-json.ts";
import { canonical } from "../../../bridge/ledger/canonical.ts";

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
