import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { templateUpdate } from "../../../bridge/drafting/template-drafter.ts";
import { textRefusal } from "../../../bridge/publish-gate/content.ts";
import { scanPublicText } from "../../../bridge/redaction/index.ts";
import { COMPONENT_STATUSES, PUBLIC_STATUSES } from "../../../shared/vocabulary.ts";
import { updateRequest } from "./update-request.ts";

test("a first update says what customers notice, what we do and when they hear again", () => {
  assert.deepEqual(templateUpdate(updateRequest()), {
    title: "Partial outage of Payments API",
    body: [
      "Card payments fail for some customers in the EU.",
      "We are investigating.",
      "Components:\n- Payments API: partial outage",
      "Next update by 10:30 UTC.",
    ].join("\n\n"),
    author: "template",
    note: null,
  });
});

test.each([
  ["identified", "We have identified the problem and are working on a fix."],
  ["monitoring", "A fix is in place. We are watching that it holds."],
] as const)("%s is told in its own words", (status, words) => {
  assert.match(templateUpdate(updateRequest({ status })).body, new RegExp(words.replaceAll(".", "\\.")));
});

test("a resolved incident promises no further update and begins with the news", () => {
  const { body } = templateUpdate(updateRequest({ status: "resolved", impact: "Payments work again." }));
  assert.ok(body.startsWith("This incident is resolved.\n\nPayments work again."));
  assert.doesNotMatch(body, /Next update/);
});

test("a later update keeps the public title", () => {
  const previous = { title: "Card payments failing", status: "investigating" as const, body: "We are investigating." };
  assert.equal(templateUpdate(updateRequest({ previous, status: "identified" })).title, "Card payments failing");
});

test("sentences with names, internal systems, secrets, links or unfilled words are left out and counted", () => {
  const impact = [
    "Card payments fail.",
    "Alex Lin is restarting it.",
    "It is db-1.prod.internal at 10.1.2.3.",
    "Log in with password=Zx81qq77.",
    "See https://wiki.example.com/x.",
    "Some [describe impact].",
    "Refunds wait.",
  ].join(" ");
  const { body, note } = templateUpdate(updateRequest({ impact }));
  assert.ok(body.startsWith("Card payments fail. Refunds wait.\n\nWe are investigating."), body);
  assert.match(note ?? "", /^5 of 7 sentences of the impact were left out/);
});

test("with no usable impact and no component it stays general instead of guessing", () => {
  const { title, body } = templateUpdate(updateRequest({ impact: "ask Alex Lin", components: [] }));
  assert.equal(title, "Service disruption");
  assert.ok(body.startsWith("Some customers may notice problems with our service.\n\nWe are investigating."));
});

test("the alert's title and the service's internal name never show", () => {
  const { title, body } = templateUpdate(updateRequest());
  assert.doesNotMatch(`${title}\n${body}`, /HighErrorRate|db-1|payments-core/);
});

test("the next update past midnight carries its date, and seconds round up", () => {
  const nextUpdateAt = Date.UTC(2026, 10, 15, 0, 14, 1);
  assert.match(templateUpdate(updateRequest({ nextUpdateAt })).body, /Next update by 00:15 UTC on 2026-11-15\.$/);
});

test("many components are summed up in the title and listed up to ten", () => {
  const components = Array.from({ length: 14 }, (_, n) => ({
    name: `Part ${n}`,
    status: "degraded_performance" as const,
  }));
  const { title, body } = templateUpdate(updateRequest({ components }));
  assert.equal(title, "Degraded performance of Part 0, Part 1, Part 2 and 11 more");
  assert.match(body, /- Part 9: degraded performance\n- and 4 more/);
});

test("a component whose name shows nothing is still named, and the title ends in no blank", () => {
  const { title, body } = templateUpdate(updateRequest({ components: [{ name: " \u200b ", status: "major_outage" }] }));
  assert.equal(title, "Outage of a component");
  assert.match(body, /- a component: major outage/);
});

const anyRequest = fc.record({
  status: fc.constantFrom(...PUBLIC_STATUSES),
  impact: fc.oneof(
    fc.string({ unit: "binary", maxLength: 2_000 }),
    fc.string({ unit: "grapheme", maxLength: 300 }),
    fc.constantFrom("<&>".repeat(600), "\n\n \t\n", "a".repeat(2_000), "é\u0301. ".repeat(500), "[EMAIL_1] {{x}} TODO"),
  ),
  components: fc.array(
    fc.record({
      name: fc.oneof(fc.string({ minLength: 1, maxLength: 255 }), fc.constant("&".repeat(255))),
      status: fc.constantFrom(...COMPONENT_STATUSES),
    }),
    { maxLength: 40 },
  ),
  nextUpdateAt: fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) }),
});

test("whatever the form holds, the text passes the gate's rules and leaves no placeholder of ours", () => {
  fc.assert(
    fc.property(anyRequest, (changes) => {
      const safe = changes.components.map(({ name, status }) => ({ name: name.replace(/[^\w& -]/g, "x"), status }));
      const { title, body, note } = templateUpdate(updateRequest({ ...changes, components: safe }));
      assert.equal(textRefusal(title, body), undefined);
      assert.ok((note ?? "").length <= 300);
      const { blockers } = scanPublicText(body, { publicTerms: safe.map(({ name }) => name) });
      assert.deepEqual(blockers, []);
    }),
    { numRuns: 300, seed: 20_261_122 },
  );
});
