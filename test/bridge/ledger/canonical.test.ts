import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonical, NotCanonicalError } from "../../../bridge/ledger/canonical.ts";
import { holds } from "../../support/holds.ts";

const key = fc.stringMatching(/^[A-Za-z0-9_.-]{1,64}$/).filter((name) => name !== "__proto__");
const leaf = fc.oneof(
  fc.string({ unit: "grapheme" }).map((text) => text.normalize("NFC")),
  fc.boolean(),
  fc.constant(null),
  fc.maxSafeInteger().map((number) => (Object.is(number, -0) ? 0 : number)),
);
const inDomain = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    leaf,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(key, tie("value"), { maxKeys: 4 }),
  ),
})).value;

class Plain {
  a = 1;
}

/** Each lies outside the ledger's value domain, and `JSON.stringify` takes most of them without a word. */
const outside: [string, unknown][] = [
  ["undefined", undefined],
  ["a fraction", 0.5],
  ["minus zero", -0],
  ["not a number", Number.NaN],
  ["infinity", Number.POSITIVE_INFINITY],
  ["an integer past the safe ones", 2 ** 53],
  ["a BigInt", 1n],
  ["a function", () => 1],
  ["a symbol", Symbol("a")],
  ["a Date", new Date(0)],
  ["a Map", new Map([["a", 1]])],
  ["a Set", new Set([1])],
  ["a class instance", new Plain()],
  ["a boxed string", Object("a")],
  ["bytes", new Uint8Array([1])],
  ["a lone high surrogate", "a\ud800"],
  ["a lone low surrogate", "\udc00a"],
  ["text in normal form D", "e\u0301"],
  ["an array with a hole", new Array(1)],
  ["an array that serialises itself", Object.assign([1], { toJSON: () => 2 })],
  ["an object with a symbol key", { a: 1, [Symbol("b")]: 2 }],
  ["an object with a hidden key", Object.defineProperty({ a: 1 }, "toJSON", { value: () => 2 })],
];

const nested = (value: unknown, levels: number): unknown =>
  Array.from({ length: levels }).reduce((inner) => [inner], value);

describe("the canonical form", () => {
  test("refuses every value outside the domain, wherever it stands", () => {
    for (const [name, value] of outside) {
      expect(() => canonical(value), name).toThrow(NotCanonicalError);
      expect(() => canonical([1, value]), name).toThrow(NotCanonicalError);
      expect(() => canonical({ a: { b: value } }), name).toThrow(NotCanonicalError);
    }
  });

  test("refuses a value outside the domain put anywhere into a value inside it", () => {
    holds(
      fc.property(inDomain, fc.constantFrom(...outside), key, (value, [, bad], name) => {
        expect(() => canonical([value, { [name]: bad }])).toThrow(NotCanonicalError);
      }),
    );
  });

  test.each(["", "a b", "ä", "a\n", "a".repeat(65), "$ref", "a:b"])("refuses the key %j", (name) => {
    expect(() => canonical({ [name]: 1 })).toThrow(NotCanonicalError);
  });

  test("refuses the key __proto__, even as an own one", () => {
    expect(() => canonical(JSON.parse('{"__proto__":1}'))).toThrow(NotCanonicalError);
  });

  test("takes eight levels and refuses the ninth, and so a circle too", () => {
    expect(canonical(nested("a", 8))).toBe('[[[[[[[["a"]]]]]]]]');
    expect(() => canonical(nested("a", 9))).toThrow(NotCanonicalError);
    const circle: unknown[] = [];
    circle.push(circle);
    expect(() => canonical(circle)).toThrow(NotCanonicalError);
  });

  test("names the place of what it refuses, and never its text", () => {
    expect(() => canonical({ a: [{ b: "geheim\ud800" }] })).toThrow(/\.a\[0\]\.b holds a lone surrogate/);
    expect(() => canonical({ a: "geheim\ud800" })).not.toThrow(/geheim/);
  });

  test("reads back as the same value, and again as the same text", () => {
    holds(
      fc.property(inDomain, (value) => {
        const text = canonical(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonical(JSON.parse(text))).toBe(text);
      }),
    );
  });

  test("does not depend on the order in which keys were set", () => {
    holds(
      fc.property(fc.dictionary(key, leaf, { maxKeys: 8 }), (object) => {
        const turned = Object.fromEntries(Object.entries(object).reverse());
        expect(canonical(turned)).toBe(canonical(object));
      }),
    );
  });
});

/** RFC 8785 §3.2.2 and the arrays and structures of its test data, where they lie within the domain. */
describe("the published vectors of RFC 8785", () => {
  test("strings are escaped as §3.2.2.2 says", () => {
    const input = JSON.parse('"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/"') as string;
    expect(canonical({ string: input })).toBe('{"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}');
  });

  test("literals keep their order", () => {
    expect(canonical({ literals: [null, true, false] })).toBe('{"literals":[null,true,false]}');
  });

  test("arrays keep their order while the keys within are sorted", () => {
    expect(canonical([56, { d: true, "10": null, "1": [] }])).toBe('[56,{"1":[],"10":null,"d":true}]');
  });

  test("keys are sorted by code unit, capitals before small letters and digits before both", () => {
    const input = { "1": { f: { f: "hi", F: 5 } }, "10": {}, a: {}, "111": [{ e: "yes", E: "no" }], A: {} };
    expect(canonical(input)).toBe('{"1":{"f":{"F":5,"f":"hi"}},"10":{},"111":[{"E":"no","e":"yes"}],"A":{},"a":{}}');
  });

  test("its numbers outside the safe integers are refused", () => {
    for (const number of [333333333.3333333, 1e30, 4.5, 2e-3, 1e-27, 9007199254740992]) {
      expect(() => canonical([number])).toThrow(NotCanonicalError);
    }
    expect(canonical([0, 9007199254740991, -9007199254740991])).toBe("[0,9007199254740991,-9007199254740991]");
  });
});
