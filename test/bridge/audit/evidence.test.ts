import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { collectEvidence } from "../../../bridge/audit/evidence/collect-evidence.ts";
import { createEvidenceFolder } from "../../../bridge/audit/evidence/evidence-folder.ts";
import { readKeptStatus } from "../../../bridge/audit/evidence/kept-status.ts";
import { type Period, readPeriod } from "../../../bridge/audit/evidence/period.ts";
import { checkLog } from "../../../bridge/audit/proof/check-log.ts";
import { createStoredStreams } from "../../../bridge/audit/stored-streams.ts";
import { createAuditRecords } from "../../../bridge/audit/watch/audit-records.ts";
import { sealed } from "../../../bridge/incident/sealed-events.ts";
import { createIndexTable } from "../../../bridge/index-table/index-table.ts";
import { testKey } from "../../support/audit.ts";
import { INDEX_TABLE, LEDGER_TABLE, type LocalStore, startDynalite } from "../../support/dynalite.ts";
import { hashOf, PEOPLE } from "../../support/incident-events.ts";
import { A, appendRaw, B, C, edit, type HonestWorld, honestWorld, lengthOf } from "./scene.ts";
import { putItems } from "./stored-scene.ts";

let world: HonestWorld;
let store: LocalStore;
let directory: string;
beforeEach(async () => {
  world = await honestWorld();
  store = await startDynalite();
  directory = await mkdtemp(join(tmpdir(), "evidence-"));
});
afterEach(async () => {
  await store[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

const days = (from: string, to = from): Period => {
  const period = readPeriod(from, to);
  if (typeof period === "string") throw new Error(period);
  return period;
};
const fill = () => putItems(store.client, world.items.values());
async function collected(period: Period, { log = true, kept = true } = {}) {
  await fill();
  const index = await collectEvidence(period, {
    streams: createStoredStreams({ dynamo: store.client, table: LEDGER_TABLE }),
    log: log ? await checkLog(world.log, { keys: [testKey().verifier] }) : undefined,
    kept: kept ? () => readKeptStatus(store.client, INDEX_TABLE) : undefined,
    folder: await createEvidenceFolder(join(directory, "out")),
    clock: world.clock,
  });
  const text = (name: string) => readFile(join(directory, "out", name), "utf8");
  const lines = async (name: string) =>
    (await text(name))
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line));
  return { index, text, lines };
}

describe("the evidence of a period", () => {
  test("holds its incidents with their whole records, approvals with what they were bound to, and what was published", async () => {
    const { index, text, lines } = await collected(days("2026-11-21"));
    expect(index.counts).toMatchObject({ incidents: 3, approvals: 1, publications: 1 });
    expect(index.findings).toEqual([]);
    expect((await lines("incidents.ndjson")).map(({ incident }) => incident).sort()).toEqual([A, B, C]);
    expect(await lines("incidents.ndjson")).toContainEqual(
      expect.objectContaining({ incident: A, severity: "SEV1", service: "payments", entries: lengthOf[A], writes: 1 }),
    );
    expect(await lines("approvals.ndjson")).toEqual([
      expect.objectContaining({
        incident: A,
        event: expect.objectContaining({ contentHash: hashOf(), by: PEOPLE.jordan, basis: "approver-group" }),
      }),
    ]);
    expect(await lines("publications.ndjson")).toMatchObject([
      { incident: A, contentHash: hashOf(), approved: true, approvals: [{ approvalId: "APR-1" }] },
    ]);
    const bodies = [...world.items.values()].filter(({ pk }) => pk === `INC#${B}`).map(({ body }) => `${body}\n`);
    expect(await text(`records/${B}.ndjson`)).toBe(bodies.join(""));
  });

  test("tells of acts whose words are kept apart, without the words", async () => {
    const commit = "5".repeat(64);
    const end = { type: "IncidentResolved", outcome: "resolved", summary: "Rolled back.", duplicateOf: null } as const;
    const glass = {
      type: "BreakGlassUsed",
      draftId: "D-1",
      version: 1,
      by: PEOPLE.alex,
      reason: "Nobody else.",
    } as const;
    appendRaw(world.items, B, { ...sealed(end, commit) });
    appendRaw(world.items, C, { ...sealed(glass, commit) });
    const { lines } = await collected(days("2026-11-21"));
    expect(await lines("incidents.ndjson")).toContainEqual(
      expect.objectContaining({ incident: B, resolvedAt: expect.stringMatching(/^2026-11-21T/) }),
    );
    expect(await lines("access.ndjson")).toContainEqual(
      expect.objectContaining({ incident: C, event: expect.objectContaining({ by: PEOPLE.alex, commit }) }),
    );
  });

  test("names the digest of every file, and the checkpoint that the records stand under", async () => {
    const { index, text } = await collected(days("2026-11-21"));
    for (const [name, { sha256, bytes }] of Object.entries(index.files)) {
      const content = Buffer.from(await text(name), "utf8");
      expect([name, createHash("sha256").update(content).digest("hex"), content.length]).toEqual([name, sha256, bytes]);
    }
    expect(index.log).toMatchObject({ size: 6, root: world.checkpoint.root.toString("hex") });
  });

  test("holds nothing of other days", async () => {
    const { index, lines } = await collected(days("2026-11-22", "2026-12-31"));
    expect(index.counts).toMatchObject({ incidents: 0, entries: 0, approvals: 0 });
    expect(await lines("incidents.ndjson")).toEqual([]);
  });

  test("tells how the passes and controls stood, and says what nobody knows", async () => {
    const index = createIndexTable({ dynamo: store.client, table: INDEX_TABLE });
    const at = Date.parse("2026-11-21T09:20:00.000Z");
    await createAuditRecords({ index }).passed("C", { at, counts: { size: 6 } });
    await index.put({
      pk: { S: "CONTROL#record-verifies" },
      sk: { S: "C" },
      verdict: { S: "passing" },
      seenAt: { N: String(at) },
    });
    const { text } = await collected(days("2026-11-21"));
    expect(JSON.parse(await text("verification-status.json"))).toMatchObject({
      passes: [{ pass: "C", endedAt: "2026-11-21T09:20:00.000Z" }],
      controls: [{ id: "record-verifies", verdict: "passing" }],
    });
    const page = await text("INDEX.md");
    expect(page).toMatch(/What is not known[\s\S]*Drills: the record does not tell/);
    expect(page).toMatch(/each pass keeps only its last result/);
  });

  test("prints criteria only as our reading, which an auditor must confirm", async () => {
    const { index, text } = await collected(days("2026-11-21"));
    const page = await text("INDEX.md");
    const [before = "", after = ""] = page.split("## SOC 2: our reading, an auditor must confirm");
    expect(after).toMatch(/criterion \(our reading\)/);
    expect(before).not.toMatch(/CC\d/);
    for (const name of Object.keys(index.files)) expect(await text(name), name).not.toMatch(/\bCC\d\.\d/);
  });

  test("without log and table says so instead of leaving it out", async () => {
    const { text } = await collected(days("2026-11-21"), { log: false, kept: false });
    const page = await text("INDEX.md");
    expect(page).toMatch(/Who signed the log.*no log was named/);
    expect(page).toMatch(/How verification and the controls stood: their table was not named/);
  });

  test("of a record that does not hold is written all the same, and names what does not", async () => {
    edit(world.items, B, 3, (body) => body.replace("reminder 3", "reminder 9"));
    const { index, text } = await collected(days("2026-11-21"));
    expect(index.findings.map(({ code, seq }) => [code, seq])).toContainEqual(["hash-mismatch", 3]);
    expect(await text("INDEX.md")).toMatch(/What does not hold: \d+[\s\S]*at 3: hash-mismatch/);
  });

  test("lets no partition of the table name a file outside the folder", async () => {
    const [item] = world.items.values();
    if (!item) throw new Error("no item");
    world.items.set("odd", { ...item, pk: "INC#../../odd" });
    const { index } = await collected(days("2026-11-21"));
    expect(Object.keys(index.files).filter((name) => name.includes("unnamed"))).toHaveLength(1);
    expect(Object.keys(index.files).join()).not.toContain("..");
  });
});

test.each([
  [undefined, "2026-11-21"],
  ["2026-11-21", undefined],
  ["2026-11-31", "2026-12-01"],
  ["21.11.2026", "2026-12-01"],
  ["2026-11-21", "2026-11-20"],
])("a period from %s to %s is none", (from, to) => {
  expect(readPeriod(from, to)).toEqual(expect.any(String));
});
