import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DeleteItemCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { collectEvidence } from "../../../bridge/audit/evidence/collect-evidence.ts";
import { createEvidenceFolder } from "../../../bridge/audit/evidence/evidence-folder.ts";
import { indexText } from "../../../bridge/audit/evidence/evidence-index.ts";
import { createSummary } from "../../../bridge/audit/evidence/facts.ts";
import { readKeptStatus } from "../../../bridge/audit/evidence/kept-status.ts";
import { type Period, readPeriod } from "../../../bridge/audit/evidence/period.ts";
import { checkLog } from "../../../bridge/audit/proof/check-log.ts";
import { checkpointKey } from "../../../bridge/audit/proof/log-store.ts";
import { createStoredStreams } from "../../../bridge/audit/stored-streams.ts";
import { createAuditRecords } from "../../../bridge/audit/watch/audit-records.ts";
import type { IncidentEvent } from "../../../bridge/incident/events.ts";
import { sealed } from "../../../bridge/incident/sealed-events.ts";
import { createIndexTable } from "../../../bridge/index-table/index-table.ts";
import { honestStream, testKey } from "../../support/audit.ts";
import { INDEX_TABLE, LEDGER_TABLE, type LocalStore, startDynalite } from "../../support/dynalite.ts";
import { hashOf, opened, PEOPLE, published, resolved } from "../../support/incident-events.ts";
import { A, appendRaw, B, C, edit, type HonestWorld, honestWorld, keyOf, lengthOf, unCheckable } from "./scene.ts";
import { emptyPageFirst, putItems } from "./stored-scene.ts";

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

  test("names findings of the log and of what cannot be checked", async () => {
    world.log.objects.set(checkpointKey(7), "nonsense");
    unCheckable(world.items, C, 2);
    const { text } = await collected(days("2026-11-21"));
    const page = await text("INDEX.md");
    expect(page).toContain("- the log, epoch -, at 7: checkpoint-malformed (layer L)");
    expect(page).toContain(`- ${C}, epoch -, at ?: check-failed (layer C)`);
  });

  test("names fifty findings, and says how many more there are", async () => {
    const { index } = await collected(days("2026-11-21"));
    const finding = { incident: B, epoch: 1, seq: 2, code: "seq-gap", layer: "C" } as const;
    const page = indexText({ ...index, findings: Array.from({ length: 60 }, () => finding) });
    expect(page.match(/seq-gap/g)).toHaveLength(50);
    expect(page).toContain("- and 10 more, in index.json");
  });

  test("tells of an incident what its record tells of its course, and null where it tells nothing", async () => {
    const url = "https://linear.example.com/doc/1";
    const issueId = "3f0c1f2e-6f0b-4a52-9d3e-6c2a7b1e5d10";
    const by = PEOPLE.alex;
    const events: IncidentEvent[] = [
      opened({ severity: "SEV3" }),
      { type: "SeverityChanged", from: "SEV3", to: "SEV2", by, reason: "all cards", rule: null, opensRoom: false },
      resolved(),
      { type: "IncidentReopened", by, reason: "it is back" },
      { type: "PostmortemFiled", issueId, identifier: "INC-1", url, author: "template", note: null },
    ];
    world.items.clear();
    for (const item of honestStream(B, events.length, (seq) => events.slice(seq - 1, seq)))
      world.items.set(keyOf(B, Number(item.sk.slice(2))), item as never);
    const { lines } = await collected(days("2026-11-21"), { log: false });
    expect(await lines("incidents.ndjson")).toEqual([
      expect.objectContaining({
        incident: B,
        severity: "SEV2",
        openedAt: expect.any(String),
        resolvedAt: null,
        postmortem: url,
        uncovered: null,
      }),
    ]);
    const { summary, next } = createSummary();
    const entry = {
      v: 1,
      incident: B,
      epoch: 1,
      seq: 1,
      prev: "",
      commandId: "c",
      at: "2026-11-21T09:14:05.000Z",
    } as const;
    const types = ["IncidentOpened", "SeverityChanged", "PostmortemFiled"];
    next({ ...entry, actor: { kind: "system", id: "x", basis: "y" }, events: types.map((type) => ({ type })) });
    expect(summary).toEqual({
      openedAt: entry.at,
      resolvedAt: null,
      severity: null,
      class: null,
      service: null,
      origin: null,
      postmortem: null,
    });
  });

  test.each([
    ["2026-11-21", 0],
    ["2026-11-22", 2],
  ])("has an incident whole as soon as it reaches into %s, and of its acts the %i of that day", async (day, acts) => {
    const evening = Date.parse("2026-11-21T23:59:50.000Z");
    const story = published();
    world.items.clear();
    for (const item of honestStream(A, story.length, (seq) => story.slice(seq - 1, seq), evening))
      world.items.set(keyOf(A, Number(item.sk.slice(2))), item as never);
    const { index, text } = await collected(days(day), { log: false });
    expect(index.counts).toMatchObject({ incidents: 1, entries: story.length });
    expect((await text(`records/${A}.ndjson`)).trim().split("\n")).toHaveLength(story.length);
    expect(index.counts.publications + index.counts.approvals).toBe(acts);
  });

  test("counts the product's own acts as evidence, but its stream as no incident", async () => {
    world.items.clear();
    const broken: IncidentEvent = { type: "RecordBreakFound", incident: A, total: 1, findings: [] };
    for (const item of honestStream("_system", 1, () => [broken])) world.items.set("system", item as never);
    const { index, lines } = await collected(days("2026-11-21"), { log: false });
    expect(index.counts).toMatchObject({ incidents: 0, verification: 1 });
    expect(await lines("verification-findings.ndjson")).toMatchObject([{ incident: "_system", event: broken }]);
    expect(Object.keys(index.files)).toContain("records/_system.ndjson");
  });

  test("has a line for an entry without a body, and stops where the store or the disk does", async () => {
    await fill();
    const { body: _, ...bare } = world.items.get(keyOf(B, 3)) ?? {};
    await store.client.send(
      new DeleteItemCommand({ TableName: LEDGER_TABLE, Key: { pk: { S: `INC#${B}` }, sk: { S: "E#000000000003" } } }),
    );
    world.items.set(keyOf(B, 3), bare as never);
    const { index, text } = await collected(days("2026-11-21"));
    expect((await text(`records/${B}.ndjson`)).split("\n")[2]).toBe("");
    expect(index.findings.map(({ code }) => code)).toContain("not-an-entry");

    const streams = createStoredStreams({ dynamo: store.client, table: LEDGER_TABLE });
    let walks = 0;
    const failing = {
      incidents: streams.incidents,
      async *items(incident: string) {
        walks += 1;
        if (walks === 2) throw new Error("the store is away");
        yield* streams.items(incident);
      },
    };
    const folder = await createEvidenceFolder(join(directory, "other"));
    await expect(
      collectEvidence(days("2026-11-21"), {
        streams: failing,
        log: undefined,
        kept: undefined,
        folder,
        clock: world.clock,
      }),
    ).rejects.toThrow("the store is away");
    await folder.close();
  });

  test("lists every control there is and every stream that was looked at, and says where it does not know", async () => {
    const index = createIndexTable({ dynamo: store.client, table: INDEX_TABLE });
    const at = Date.parse("2026-11-21T09:20:00.000Z");
    const records = createAuditRecords({ index });
    await records.advance(B, { epoch: 1, seq: 1, hash: "0".repeat(64), at: "" });
    const walk = { incident: A, head: { epoch: 1, seq: 1, hash: "", at: "" }, entries: 3, uncovered: 1, settled: [] };
    const finding = { incident: A, epoch: 1, seq: 2, code: "hash-mismatch", layer: "C" } as const;
    await records.walked({ ...walk, publish: { writes: 0, approved: 0 }, findings: [finding] }, at);
    // More than one page of the store, and one on which there is nothing.
    const filler = { S: "x".repeat(300_000) };
    for (const n of [3, 1, 5, 2, 4]) await index.put({ pk: { S: `CONTROL#c${n}` }, sk: { S: "C" }, filler });
    const status = await readKeptStatus(emptyPageFirst(store.client), INDEX_TABLE);
    expect(status).toEqual({
      passes: [],
      streams: [
        { incident: A, walkedAt: "2026-11-21T09:20:00.000Z", entries: 3, uncovered: 1 },
        { incident: B, walkedAt: null, entries: 0, uncovered: 0 },
      ],
      broken: [{ incident: A, total: 1 }],
      controls: [1, 2, 3, 4, 5].map((n) => ({ id: `c${n}`, verdict: "unknown", seenAt: "unknown" })),
    });
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
