import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { createVault, redact, rehydrate, scanPublicText } from "../../../bridge/redaction/index.ts";
import { devCases } from "./dev-set.ts";
import { HOSTILE } from "./hostile.ts";

const key = new Uint8Array(32).fill(7);
const roster = [
  "Priya Raghunathan",
  { name: "Ann Lee", email: "ann@example.com", slackId: "U0ANNLEE01" },
  "Олег Петров",
  "田中太郎",
];

/** Strings of everything: real text cut anywhere, hostile units, arbitrary code units with lone surrogates. */
const anyText = fc
  .array(
    fc.oneof(
      fc
        .constantFrom(...devCases.map(({ text }) => text))
        .chain((text) =>
          fc
            .tuple(fc.nat(text.length), fc.nat(text.length))
            .map(([a, b]) => text.slice(Math.min(a, b), Math.max(a, b))),
        ),
      fc.constantFrom(...Object.values(HOSTILE)),
      fc.string({ unit: "binary", maxLength: 20 }),
      fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 10 }).map((units) => String.fromCharCode(...units)),
    ),
    { maxLength: 8 },
  )
  .map((pieces) => pieces.join(""));

test("replacing each finding by its placeholder gives exactly the text, for any string", () => {
  fc.assert(
    fc.property(anyText, (input) => {
      const { text, findings } = redact(input, { knownNames: roster, knownTerms: ["Globex"] });
      let rebuilt = "";
      let done = 0;
      for (const { start, end, placeholder } of findings) {
        assert.ok(start >= done && end > start && end <= input.length);
        rebuilt += input.slice(done, start) + placeholder;
        done = end;
      }
      assert.equal(rebuilt + input.slice(done), text);
    }),
    { numRuns: 1_500 },
  );
});

test("the same text gives the same result, also with a vault that has seen it", () => {
  fc.assert(
    fc.property(anyText, (input) => {
      const vault = createVault(key);
      const first = redact(input, { knownNames: roster, vault });
      assert.deepEqual(redact(input, { knownNames: roster, vault }), first);
      assert.deepEqual(redact(input, { knownNames: roster, vault: createVault(key) }), first);
    }),
    { numRuns: 300 },
  );
});

test("whatever was redacted can be rehydrated without an unknown placeholder, and never throws", () => {
  fc.assert(
    fc.property(anyText, (input) => {
      const vault = createVault(key);
      const { text } = redact(input, { knownNames: roster, vault });
      assert.deepEqual(rehydrate(text, vault, "public").unknown, []);
      assert.deepEqual(rehydrate(text, vault, "responder").unknown, []);
      scanPublicText(input, { publicTerms: ["example.com"] });
    }),
    { numRuns: 500 },
  );
});

test("text without escapes comes back whole for a responder, but for one-way values and literals", () => {
  const input = "Ask jane@example.org or +44 20 7946 0018 about db-1.corp.example.internal at 10.1.2.3, thanks";
  const vault = createVault(key);
  assert.equal(rehydrate(redact(input, { vault }).text, vault, "responder").text, input);
});

test("redacted text holds no value a second time through", () => {
  for (const { text, known_names } of devCases) {
    const once = redact(text, { knownNames: known_names }).text;
    const again = redact(once, { knownNames: known_names }).findings.filter(({ type }) => type !== "LITERAL");
    // A weaker shape may appear next to a placeholder; a reversible or secret value may not.
    assert.deepEqual(
      again.filter(({ type }) => type !== "NAME").map(({ type, start, end }) => `${type} ${once.slice(start, end)}`),
      [],
    );
  }
});
