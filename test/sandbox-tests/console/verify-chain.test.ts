import { expect, test } from "vitest";
import { verifyChain } from "../../sandbox/console/page/verify-chain.ts";
import { fakeLedger } from "./fake-world.ts";

const faultsOf = async (ledger: ReturnType<typeof fakeLedger>) =>
  (await verifyChain(ledger)).filter(({ faults }) => faults.length > 0).map(({ seq, faults }) => ({ seq, faults }));

/** The entry at a place, as a variable a test may change. */
function entry(ledger: ReturnType<typeof fakeLedger>, seq: number) {
  const found = ledger[seq - 1];
  if (!found) throw new Error(`the fake ledger has no entry ${seq}`);
  return found;
}

test("an honest ledger has no fault, in whatever order it arrives", async () => {
  expect(await faultsOf(fakeLedger().reverse())).toEqual([]);
});

test("a changed character is found at its entry", async () => {
  const ledger = fakeLedger();
  entry(ledger, 4).body = entry(ledger, 4).body.replace("U07ALEXLIN1", "U07SAMWIER2");
  expect(await faultsOf(ledger)).toEqual([{ seq: 4, faults: ["The stored text does not have the stored hash."] }]);
});

test("a missing entry is found at the one that followed it", async () => {
  const ledger = fakeLedger();
  ledger.splice(4, 1);
  expect(await faultsOf(ledger)).toEqual([{ seq: 6, faults: ["It does not link to the entry before it."] }]);
});

test("a missing first entry is found", async () => {
  expect(await faultsOf(fakeLedger().slice(1))).toEqual([
    { seq: 2, faults: ["It does not link to the entry before it."] },
  ]);
});

test("an entry in another place and a type that is not that of its events are found", async () => {
  const ledger = fakeLedger();
  entry(ledger, 8).sk = "E#000000000009";
  entry(ledger, 3).type = "RoomClosed";
  expect(await faultsOf(ledger)).toEqual([
    { seq: 3, faults: ["The type does not name its events."] },
    { seq: 9, faults: ["The body belongs to another place."] },
  ]);
});

test("a body that is not JSON is a fault, not a crash", async () => {
  const ledger = fakeLedger();
  entry(ledger, 2).body = "{";
  const [first] = await faultsOf(ledger);
  expect(first?.seq).toBe(2);
  expect(first?.faults).toContain("The body is not JSON.");
});
