import * as fc from "fast-check";
import { expect, test } from "vitest";
import { assertCanonicalDomain } from "../../../bridge/ledger/canonical.ts";
import { inLedgerForm } from "../../../bridge/ledger/ledger-form.ts";
import { holds } from "../../support/holds.ts";

test("whatever text comes from outside, in whatever shape, the ledger takes it afterwards", () => {
  const text = fc.string({ unit: "binary" });
  const shape = fc.record({ name: text, people: fc.array(fc.record({ userId: text })), note: fc.option(text) });
  holds(
    fc.property(shape, (value) => {
      expect(() => assertCanonicalDomain(inLedgerForm(value))).not.toThrow();
    }),
  );
});

test("text that is in its form already is left as it is", () => {
  holds(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      const formed = text.normalize("NFC");
      expect(inLedgerForm({ formed, n: 1, no: null, yes: true })).toEqual({ formed, n: 1, no: null, yes: true });
    }),
  );
});
