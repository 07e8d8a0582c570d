import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import {
  createVault,
  incidentKeyOf,
  openVault,
  redact,
  rehydrate,
  SealedVaultError,
  sealVault,
} from "../../../bridge/redaction/index.ts";

const MASTER = "a master key of at least thirty-two characters";
const key = incidentKeyOf(MASTER, "INC-20261114-0941-K7QD");
const dataKey = new Uint8Array(32).fill(9);
const source =
  "Alex Lin (alex@example.com) saw jo@shop.example, +44 20 7946 0018, 10.1.2.3 and token=f81d4fae7dec11 on db-1.prod.internal";
const knownNames = [{ name: "Alex Lin", email: "alex@example.com" }];

function filled() {
  const vault = createVault(key);
  return { vault, text: redact(source, { knownNames, vault }).text };
}

test("a responder reads values again, secrets stay placeholders", () => {
  const { vault, text } = filled();
  assert.equal(
    rehydrate(text, vault, "responder").text,
    "Alex Lin (Alex Lin) saw jo@shop.example, +44 20 7946 0018, 10.1.2.3 and token=[SECRET_1] on db-1.prod.internal",
  );
});

test("the public reads general words only", () => {
  const { vault, text } = filled();
  assert.equal(
    rehydrate(text, vault, "public").text,
    "a responder (a responder) saw contact details, contact details, an internal system and token=redacted data on an internal system",
  );
});

test("placeholders are recognised as models write them", () => {
  const { vault } = filled();
  for (const written of [
    "[EMAIL_1]",
    "[email_1]",
    "[Email_1]",
    "\\[EMAIL\\_1\\]",
    "&#91;EMAIL_1&#93;",
    "EMAIL_1",
    "[EMAIL 1]",
  ]) {
    assert.deepEqual(
      rehydrate(`write ${written}`, vault, "responder"),
      { text: "write jo@shop.example", unknown: [] },
      written,
    );
  }
  assert.equal(
    rehydrate("[PERSON_1]'s and [PERSON_1's] fix", vault, "responder").text,
    "Alex Lin's and Alex Lin's fix",
  );
  assert.equal(
    rehydrate("email_1, EMAIL_1x and (EMAIL 1)", vault, "responder").text,
    "email_1, EMAIL_1x and (EMAIL 1)",
  );
});

test("an invented placeholder is reported and left as it is", () => {
  const { vault } = filled();
  assert.deepEqual(rehydrate("[PERSON_11] and [HOST_1] and [CARD_1]", vault, "responder"), {
    text: "[PERSON_11] and db-1.prod.internal and [CARD_1]",
    unknown: ["[PERSON_11]", "[CARD_1]"],
  });
});

test("a value that reads like a placeholder is not read twice", () => {
  const vault = createVault(key);
  const { text } = redact('customer "zoe person" and "firstName":"EMAIL Two"', { vault });
  assert.deepEqual(rehydrate(text, vault, "responder").unknown, []);
});

test("a sealed vault opens to the same answers and goes on counting", () => {
  const { vault, text } = filled();
  const opened = openVault(sealVault(vault, dataKey, "INC-1"), dataKey, "INC-1");
  assert.equal(rehydrate(text, opened, "responder").text, rehydrate(text, vault, "responder").text);
  assert.equal(redact("jo@shop.example new@shop.example", { vault: opened }).text, "[EMAIL_1] [EMAIL_2]");
});

test("a sealed vault holds no secret, and its bytes no value", () => {
  const { vault } = filled();
  assert.doesNotMatch(JSON.stringify(vault.contents()), /f81d4fae7dec11/);
  assert.doesNotMatch(Buffer.from(sealVault(vault, dataKey, "INC-1")).toString("latin1"), /shop\.example|Alex/);
});

test("another key, another incident or one changed byte does not open", () => {
  const sealed = sealVault(filled().vault, dataKey, "INC-1");
  assert.throws(() => openVault(sealed, new Uint8Array(32), "INC-1"), SealedVaultError);
  assert.throws(() => openVault(sealed, dataKey, "INC-2"), SealedVaultError);
  fc.assert(
    fc.property(fc.nat(sealed.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const bytes = Uint8Array.from(sealed);
      bytes[at] = (bytes[at] ?? 0) ^ change;
      assert.throws(() => openVault(bytes, dataKey, "INC-1"), SealedVaultError);
    }),
    { numRuns: 100 },
  );
  assert.throws(() => openVault(new Uint8Array(5), dataKey, "INC-1"), SealedVaultError);
});

test("what is sealed twice is sealed under different nonces", () => {
  const { vault } = filled();
  const nonce = () => Buffer.from(sealVault(vault, dataKey, "INC-1").subarray(0, 12)).toString("hex");
  assert.notEqual(nonce(), nonce());
});

test("each incident has a key of its own", () => {
  assert.notDeepEqual(incidentKeyOf(MASTER, "INC-1"), incidentKeyOf(MASTER, "INC-2"));
  assert.deepEqual(incidentKeyOf(MASTER, "INC-1"), incidentKeyOf(MASTER, "INC-1"));
});
