import { expect, test } from "vitest";
import { checkLive } from "../../../../bridge/audit/proof/check-live.ts";
import { memoryLog, testKey } from "../../../support/audit.ts";
import { honestWorld } from "../scene.ts";

test("each witness line is told as what it is beside the log, one of a later log too", async () => {
  const world = await honestWorld();
  const root16 = world.checkpoint.root.toString("hex").slice(0, 16);
  const given = [
    { size: 6, root16 },
    { size: 6, root16: "0123456789abcdef" },
    { size: 9, root16 },
  ];
  const { witnesses, findings } = await world.verify({ witnesses: given });
  expect(witnesses).toEqual([
    { line: `6:${root16}`, result: "matches" },
    { line: "6:0123456789abcdef", result: "differs" },
    { line: `9:${root16}`, result: "differs" },
  ]);
  expect(findings.map(({ code, seq, layer }) => [code, seq, layer])).toEqual([
    ["witness-mismatch", 6, "W"],
    ["log-shrunk", 9, "W"],
  ]);
});

test("a key that the sandbox names itself proves, and whose word it is is said", async () => {
  const { streams, log } = await honestWorld();
  const report = await checkLive(streams, log, { keys: [testKey().verifier], ownKey: true, witnesses: [] });
  expect(report).toMatchObject({ status: "proved", log: { signedBy: "the sandbox's own key" } });
  expect(report.unproved).toContain("that the key is the right one: it was taken from the sandbox itself");
});

test("a log without any checkpoint proves nothing of the ledger beside it", async () => {
  const { streams } = await honestWorld();
  const report = await checkLive(streams, memoryLog(), { keys: [testKey().verifier], ownKey: false, witnesses: [] });
  expect(report).toMatchObject({ status: "not-checkable", findings: [], log: undefined });
  expect(report.unproved).toContain("anything that only a signed log could prove: no checkpoint was found");
});
