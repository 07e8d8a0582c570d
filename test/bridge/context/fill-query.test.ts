import * as fc from "fast-check";
import { expect, test } from "vitest";
import { escapeLabelValue, fillQuery, placeholdersAreQuoted } from "../../../bridge/context/fill-query.ts";
import { holds } from "../../support/holds.ts";

/** Reads the inside of a double-quoted string as Go does; undefined when it does not end where the text ends. */
function readGoString(inside: string): string | undefined {
  let read = "";
  for (let at = 0; at < inside.length; ) {
    const escaped = /^\\(?:(["\\n])|u([0-9a-f]{4})|U([0-9a-f]{8}))/.exec(inside.slice(at));
    if (escaped) {
      const [whole, plain, short, long] = escaped;
      read += plain ? (plain === "n" ? "\n" : plain) : String.fromCodePoint(Number.parseInt(short ?? long ?? "", 16));
      at += whole.length;
      continue;
    }
    const character = inside[at] ?? "";
    if (character === '"' || character === "\\" || character === "\n") return undefined;
    read += character;
    at += 1;
  }
  return read;
}

const nasty = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: fc.constantFrom('"', "\\", "\n", "}", "{", "`", "\u0000", "\u202e", "\u{e0001}", "a") }),
);

test("whatever a label holds, it stays within its quotes and means itself", () => {
  holds(fc.property(nasty, (value) => readGoString(escapeLabelValue(value)) === value));
});

test("half a character becomes the sign for one that cannot be read", () => {
  expect(escapeLabelValue("a\ud83d")).toBe("a\ufffd");
});

test("every placeholder is filled, and what a value holds is never a placeholder again", () => {
  expect(fillQuery('{a="{{service}}", b="{{service}}"}', 'x"$&{{service}}')).toBe(
    '{a="x\\"$&{{service}}", b="x\\"$&{{service}}"}',
  );
});

test.each([
  ['up{service="{{service}}"}', true],
  ['up{service=~"{{service}}-.*", x="y"}', true],
  ['up{x="\\"", service="{{service}}"}', true],
  ["up", true],
  ["up{service={{service}}}", false],
  ['up{x="y", service={{service}}}', false],
  ['up{service="{{cluster}}"}', false],
  ["up{service='{{service}}'}", false],
])("%s is acceptable: %s", (query, acceptable) => {
  expect(placeholdersAreQuoted(query)).toBe(acceptable);
});
