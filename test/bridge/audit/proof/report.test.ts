import { describe, expect, test } from "vitest";
import type { Finding } from "../../../../bridge/audit/proof/finding.ts";
import { type AuditReport, exitCodeOf, notCheckable, reportText } from "../../../../bridge/audit/proof/report.ts";

const A = "INC-20261121-0914-AAAA";
const report = (over: Partial<AuditReport> = {}): AuditReport => {
  const { obstacle: _, ...empty } = notCheckable("");
  return {
    ...empty,
    status: "proved",
    entries: { count: 6, incidents: 1, epochs: [{ incident: A, epoch: 1, from: 1, to: 6 }] },
    ...over,
  };
};
const finding = (over: Partial<Finding> = {}): Finding => ({
  incident: A,
  epoch: 1,
  seq: 4,
  code: "prev-mismatch",
  layer: "C",
  ...over,
});
const lines = (over: Partial<AuditReport>) => reportText(report(over)).trimEnd().split("\n");

test.each([
  ["proved", 0, "PROVED"],
  ["findings", 1, "FINDINGS"],
  ["not-checkable", 2, "NOT CHECKABLE"],
] as const)("%s ends with %i and the line %j", (status, code, last) => {
  expect(exitCodeOf({ status })).toBe(code);
  expect(lines({ status }).at(-1)).toBe(last);
});

test("what could not be read at all says why, and nothing else", () => {
  expect(reportText(notCheckable("x.zip cannot be read: it is no zip archive"))).toBe(
    "NOT CHECKED x.zip cannot be read: it is no zip archive\nNOT CHECKABLE\n",
  );
});

describe("entries", () => {
  test("of one incident in one epoch are told by their numbers", () => {
    expect(lines({})[0]).toMatch(/^entries {4}6, epoch 1, seq 1-6 +chain ok, canonical ok, commandIds unique$/);
  });

  test("of several incidents, or epochs, are counted", () => {
    const { epochs } = report().entries;
    expect(lines({ entries: { count: 9, incidents: 3, epochs } })[0]).toMatch(/^entries {4}9 of 3 incidents /);
    const two = [...epochs, { incident: A, epoch: 2, from: 7, to: 9 }];
    expect(lines({ entries: { count: 9, incidents: 1, epochs: two } })[0]).toMatch(/^entries {4}9 of 1 incidents /);
    expect(lines({ entries: { count: 9, incidents: 1, epochs: [] } })[0]).toMatch(/^entries {4}9 of 1 incidents /);
  });

  test("are ok or not by findings of chain and watermark alone", () => {
    const findings = [finding(), finding({ layer: "S" }), finding({ layer: "L" }), finding({ layer: "P" })];
    expect(lines({ findings })[0]).toMatch(/ 2 findings$/);
    expect(lines({ findings: findings.slice(2) })[0]).toMatch(/ chain ok/);
  });
});

test("the log is told with its size, root, checkpoints, and whose word the key is", () => {
  const log = { size: 6, root: "3f9a".repeat(16), checkpoints: 2, signedBy: "a key in the bundle", heads: 4 } as const;
  expect(lines({ log })[1]).toMatch(
    /^log {8}size 6, root 3f9a3f9a3f9a3f9a +2 checkpoints signed \(a key in the bundle\), 4 heads found$/,
  );
  expect(lines({}).join()).not.toMatch(/log /);
});

test("writes to the page are told beside how many of them were approved", () => {
  const publish = (writes: number, approved: number) => lines({ publish: { writes, approved, skippedCheckpoint: 0 } });
  expect(publish(3, 3)[1]).toMatch(/^publish {4}3 writes on the page +3 approved, same hash, authority recorded$/);
  expect(publish(3, 1)[1]).toMatch(/^publish {4}3 writes on the page +only 1 approved$/);
});

test("each witness line is told with what became of it", () => {
  const told = lines({
    witnesses: [
      { line: "6:0123456789abcdef", result: "matches" },
      { line: "7:0123456789abcdef", result: "differs" },
      { line: "5:0123456789abcdef", result: "not-checkable" },
    ],
  });
  expect(told.slice(2, 5)).toEqual([
    expect.stringMatching(/^witness {4}6:\S+ +matches what you gave$/),
    expect.stringMatching(/^witness {4}7:\S+ +DIFFERS$/),
    expect.stringMatching(/^witness {4}5:\S+ +not in this bundle$/),
  ]);
});

test("what was not proved is said before what was found", () => {
  const told = lines({ unproved: ["that what people reported was true"], findings: [finding()] });
  expect(told.slice(2, 4)).toEqual([
    "NOT PROVED that what people reported was true",
    `FINDING    ${A} epoch 1 entry 4: prev-mismatch (layer C)`,
  ]);
});

test("a finding names its place as far as it has one", () => {
  const findings = [
    finding({ incident: null, epoch: null, seq: 6, code: "root-mismatch", layer: "L" }),
    finding({ epoch: null, seq: null, code: "check-failed" }),
  ];
  expect(lines({ findings }).slice(2, 4)).toEqual([
    "FINDING    the log at 6: root-mismatch (layer L)",
    `FINDING    ${A} entry ?: check-failed (layer C)`,
  ]);
});

test("of very many findings the first two hundred are listed and the rest counted", () => {
  const many = (count: number) =>
    lines({ status: "findings", findings: Array.from({ length: count }, (_, seq) => finding({ seq })) });
  expect(many(200).at(-2)).toMatch(/entry 199: /);
  expect(many(203).slice(-3)).toEqual([
    `FINDING    ${A} epoch 1 entry 199: prev-mismatch (layer C)`,
    "FINDING    and 3 more; --json lists all",
    "FINDINGS",
  ]);
});
