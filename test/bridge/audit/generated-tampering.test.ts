import { expect, test } from "vitest";
import { honestHistories, KINDS, tamperAtRandom } from "./generated-tampering.ts";

/** `npm run prove -- --tampering` plays 10,000. */
test("1,000 random tamperings of covered history are all found", async () => {
  const { tampered, byKind, missed } = await tamperAtRandom(1_000, 20_261_121);
  expect(missed).toEqual([]);
  expect(tampered).toBe(1_000);
  for (const kind of KINDS) expect(byKind[kind], kind).toBeGreaterThan(50);
}, 120_000);

test("1,000 honest histories raise nothing", async () => {
  expect(await honestHistories(1_000, 20_261_122)).toEqual({ checked: 1_000, accused: [] });
}, 120_000);
