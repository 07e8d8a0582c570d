import { expect, test } from "vitest";
import { parseLeaf } from "../../../../bridge/audit/proof/log-leaf.ts";

const HASH = "0f".repeat(32);
const head = `{"epoch":1,"hash":"${HASH}","incident":"INC-1","kind":"head","seq":3}`;

test.each([
  ["a head", head, { kind: "head", incident: "INC-1", epoch: 1, seq: 3, hash: HASH }],
  ["a tick", '{"from":5,"kind":"tick","to":6}', { kind: "tick", from: 5, to: 6 }],
  ["a key", '{"fromSize":9,"kind":"key","vkey":"a+b+c"}', { kind: "key", vkey: "a+b+c", fromSize: 9 }],
])("%s is read", (_, text, leaf) => expect(parseLeaf(text)).toEqual(leaf));

test.each([
  ["no JSON", "head"],
  ["not in canonical form", head.replace(",", ", ")],
  ["a list", "[]"],
  ["a text", '"head"'],
  ["nothing", "null"],
  ["of no kind", '{"from":5,"to":6}'],
  ["of a kind that is no text", '{"from":5,"kind":1,"to":6}'],
  ["of an unknown kind", '{"from":5,"kind":"tock","to":6}'],
  ["of a kind that every object has", '{"kind":"constructor"}'],
  ["without one of its fields", '{"from":5,"kind":"tick"}'],
  ["with one more field", '{"at":4,"from":5,"kind":"tick","to":6}'],
  ["with another field instead", '{"from":5,"kind":"tick","until":6}'],
  ["with a negative count", '{"from":-5,"kind":"tick","to":6}'],
  ["with a count in words", '{"from":5,"kind":"tick","to":"6"}'],
  ["with a hash in large letters", head.replace(HASH, HASH.toUpperCase())],
  ["with a hash that is no text", head.replace(`"${HASH}"`, "1")],
  ["of an incident without a name", head.replace('"INC-1"', '""')],
  ["of an incident that is no text", head.replace('"INC-1"', "1")],
  ["with a name longer than names are", head.replace("INC-1", "I".repeat(301))],
  ["longer than leaves are", `{"fromSize":9,"kind":"key","vkey":"${"k".repeat(2_000)}"}`],
])("what is %s is no leaf", (_, text) => expect(parseLeaf(text)).toBeUndefined());
