import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isShortestSpelling } from "../../../bridge/audit/proof/shortest-spelling.ts";
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
  ["the escape of a control character in large digits", '["\\u001F"]'],
  ["a combining mark after an escape, its letter written by number", '["\\u0065\u0301"]'],
  ["an integer past the safe ones in fewer digits", "[1e16]"],
  ["a number that only rounds to an integer", "[9007199254740990.9]"],
  ["a number too small to be told from none", "[1e-400]"],
  ["no key", '{"":1}'],
  ["a key of 65 characters", `{"${"k".repeat(65)}":1}`],
  ["a mark in front of it", "\ufeff[1]"],
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

/** JSON before it is spelled: a member may come twice, and a key be any text. */
type Tree = string | number | boolean | null | { items: Tree[] } | { members: [key: string, value: Tree][] };
/** How the next thing is spelled: 0 as the RFC demands. */
type Choose = () => number;

function spell(tree: Tree, choose: Choose): string {
  const blank = ["", "", "", "", " ", "\n"][choose()] ?? "";
  if (typeof tree === "string") return blank + spellText(tree, choose);
  if (typeof tree === "number") return blank + spellNumber(tree, choose());
  if (typeof tree !== "object" || tree === null) return blank + String(tree);
  if ("items" in tree) return `${blank}[${tree.items.map((item) => spell(item, choose)).join(",")}]`;
  const once = [...new Map(tree.members)].sort(([a], [b]) => (a < b ? -1 : 1));
  const members = [once, once, once, tree.members, once.reverse(), [...once, ...once]][choose()] ?? once;
  return `${blank}{${members.map(([key, value]) => `${spellText(key, choose)}:${spell(value, choose)}`).join(",")}}`;
}

function spellText(text: string, choose: Choose): string {
  const units = text.split("").map((unit) => {
    const digits = unit.charCodeAt(0).toString(16).padStart(4, "0");
    const inJson = /[\ud800-\udfff]/.test(unit) ? unit : JSON.stringify(unit).slice(1, -1);
    return [inJson, inJson, inJson, `\\u${digits}`, `\\u${digits.toUpperCase()}`, `\\${unit}`][choose()] ?? inJson;
  });
  return `"${units.join("")}"`;
}

function spellNumber(value: number, choice: number): string {
  const zeros = /0*$/.exec(String(value))?.[0].length ?? 0;
  const short = `${String(value).slice(0, String(value).length - zeros)}e${zeros}`;
  const plain = Object.is(value, -0) ? "-0" : String(value);
  return [plain, plain, zeros > 0 ? short : plain, short.toUpperCase(), `${plain}.0`, `${plain}0e-1`][choice] ?? plain;
}

const text = fc
  .array(
    fc.constantFrom(
      "a",
      "B",
      "7",
      "/",
      "n",
      "u",
      '"',
      "\\",
      "\n",
      "\u001f",
      "\u007f",
      "é",
      "e\u0301",
      "\u0338",
      "€",
      "😀",
      "\ud83d",
      "\ude00",
    ),
    { maxLength: 4 },
  )
  .map((units) => units.join(""));
const key = fc.oneof(
  { weight: 6, arbitrary: fc.stringMatching(/^[a-cA-C_.-][a-c0-9_.-]{0,2}$/) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "0",
      "9",
      "10",
      "1a",
      "__proto__",
      "toJSON",
      "constructor",
      "",
      "k".repeat(64),
      "k".repeat(65),
    ),
  },
  { weight: 1, arbitrary: text },
);
const number = fc.oneof(
  fc.integer({ min: -2_000, max: 2_000 }),
  fc.integer({ min: -30, max: 30 }).map((n) => n * 100),
  fc.constantFrom(-0, 1.5, 1e15, 2 ** 53 - 1, 2 ** 53, 1e16, -(2 ** 53)),
);
const { node: tree } = fc.letrec<{ node: Tree }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3 },
    fc.oneof(fc.constantFrom("", "word", "two words"), text, number, fc.boolean(), fc.constant(null)),
    fc.record({ items: fc.array(tie("node"), { maxLength: 3 }) }),
    fc.record({ members: fc.array(fc.tuple(key, tie("node")), { maxLength: 4 }) }),
  ),
}));

test("however a value is spelled, and whatever it is: canonical is what the ledger would have written, no more and no less", () => {
  const choices = fc.array(fc.oneof({ weight: 30, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(5) }), {
    minLength: 1,
    maxLength: 60,
  });
  const seen = { told: 0, byDefinition: 0, other: 0 };
  holds(
    fc.property(tree, fc.nat(9), choices, (inner, depth, chosen) => {
      const wrapped = Array.from({ length: depth }).reduce<Tree>((tree) => ({ items: [tree] }), inner);
      let at = 0;
      const spelled = spell(wrapped, () => chosen[at++ % chosen.length] ?? 0);
      const honest = byTheLedger(spelled);
      expect([spelled, isCanonical(spelled)]).toEqual([spelled, honest]);
      seen[!honest ? "other" : isShortestSpelling(spelled, JSON.parse(spelled)) ? "told" : "byDefinition"] += 1;
    }),
    { runs: 6_000 },
  );
  // Each of the three was tried: the yes by length, the yes that only the definition gives, and the no.
  for (const times of Object.values(seen)) expect(times).toBeGreaterThan(100);
});

test.each([
  [
    "an entry's usual parts",
    '{"actor":{"id":"bridge"},"at":"2026-11-21T09:14:05.000Z","epoch":1,"events":[{"n":-7}]}',
    true,
  ],
  ["nothing inside", '[{},[],"",true,false,null,0]', true],
  ["short escapes", '["a\\nb\\"c\\\\d"]', true],
  ["other alphabets", '["é€😀"]', true],
  ["an escape by number", '["\\u001f"]', false],
  ["a number that ends in zeros", "[1200]", false],
  ["a key that begins with a digit", '{"1":true}', false],
])("%s: the length tells it: %o", (_, canonicalForm, told) => {
  expect(isCanonical(canonicalForm)).toBe(true);
  expect(isShortestSpelling(canonicalForm, JSON.parse(canonicalForm))).toBe(told);
});

test("more keys than are kept in mind are judged as the first ones are", () => {
  for (let n = 0; n < 3_000; n += 1) {
    const [good, bad] = [`{"key-${n}":1}`, `{"key ${n}":1}`];
    expect(isShortestSpelling(good, JSON.parse(good))).toBe(true);
    expect([isCanonical(good), isCanonical(bad)]).toEqual([true, false]);
  }
});
