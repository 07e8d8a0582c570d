import { describe, expect, test } from "vitest";
import { joinAlerts } from "../../../bridge/runbooks/join-alerts.ts";
import { LINTS, lintRunbook } from "../../../bridge/runbooks/lint.ts";
import type { Runbook } from "../../../bridge/runbooks/schema.ts";
import { shippedRules } from "../../../bridge/runbooks/shipped-rules.ts";
import { LIBRARY } from "../../support/library.ts";

type Draft = { -readonly [K in keyof Runbook]: Runbook[K] };

const ids = new Set(LIBRARY.keys());
const copyOf = (id: string): Draft => {
  const entry = LIBRARY.get(id);
  if (!entry) throw new Error(`no runbook ${id}`);
  return structuredClone(entry.runbook);
};
/** The first of a list that a mutation is about to change. */
function first<T>(list: readonly T[]): T {
  const [one] = list;
  if (one === undefined) throw new Error("nothing there to mutate");
  return one;
}
const byId = <T extends { id: string }>(list: readonly T[], id: string): T =>
  first(list.filter((one) => one.id === id));

/** For each lint a runbook of the library with one thing made wrong. */
const MUTANTS: Record<string, { of: string; mutate: (runbook: Draft) => void }> = {
  L01: {
    of: "bad-deploy",
    mutate: ({ immediate }) => Object.assign(first(immediate), { do: "Roll back. Then look." }),
  },
  L02: { of: "bad-deploy", mutate: ({ immediate }) => Object.assign(first(immediate), { do: "Maybe roll back" }) },
  L03: { of: "bad-deploy", mutate: ({ immediate }) => Object.assign(first(immediate), { by: "PT16M" }) },
  L04: { of: "bad-deploy", mutate: ({ immediate }) => Object.assign(first(immediate), { undo: null }) },
  L05: { of: "bad-deploy", mutate: ({ communicate }) => Object.assign(first(communicate), { via_gate: false }) },
  L06: {
    of: "bad-deploy",
    mutate: ({ evidence }) =>
      Object.assign(byId(evidence, "graphs"), { phase: "contain", budget: "PT2M", role: "scribe" }),
  },
  L07: { of: "traffic-flood", mutate: ({ evidence }) => Object.assign(first(evidence), { budget: "PT3M" }) },
  L08: { of: "traffic-flood", mutate: ({ evidence }) => Object.assign(first(evidence), { role: "driver" }) },
  L09: {
    of: "evidence-pipeline-backlog",
    mutate: (runbook) => {
      runbook.evidence = runbook.evidence.filter(({ phase }) => phase !== "contain");
    },
  },
  L10: {
    of: "bad-deploy",
    mutate: ({ immediate }) => Object.assign(byId(immediate, "announce"), { by: "PT1M" }),
  },
  L11: { of: "bad-deploy", mutate: ({ immediate }) => Object.assign(first(immediate), { after: ["nothing-such"] }) },
  L12: {
    of: "bad-deploy",
    mutate: ({ immediate }) => Object.assign(first(immediate), { after: ["announce"] }),
  },
  L13: {
    of: "data-corruption-or-loss",
    mutate: ({ immediate }) => Object.assign(first(immediate), { destroys: ["query-log"] }),
  },
  L14: {
    of: "secret-exposure",
    mutate: ({ immediate }) => Object.assign(byId(immediate, "hold-automation"), { path: "n/a" }),
  },
  L15: { of: "secret-exposure", mutate: ({ severity }) => Object.assign(severity, { hold_until: [] }) },
  L16: {
    of: "secret-exposure",
    mutate: ({ gate }) => Object.assign(byId(gate, "old-one-refused"), { required: false }),
  },
  L17: { of: "secret-exposure", mutate: ({ privacy }) => Object.assign(privacy, { auto_draft: true }) },
  L18: {
    of: "bad-deploy",
    mutate: ({ immediate }) => Object.assign(byId(immediate, "announce"), { approval: "none" }),
  },
  L19: { of: "bad-deploy", mutate: (runbook) => Object.assign(runbook, { signals: ["TODO: name the graph"] }) },
  L20: { of: "bad-deploy", mutate: (runbook) => Object.assign(runbook, { related: ["no-such-runbook"] }) },
  L21: { of: "bad-deploy", mutate: (runbook) => Object.assign(runbook, { related: ["bad-deploy"] }) },
  L22: { of: "bad-deploy", mutate: (runbook) => Object.assign(runbook, { rehearsed_at: undefined }) },
  L23: {
    of: "secret-exposure",
    mutate: (runbook) => {
      runbook.recovery = runbook.recovery.filter(({ id }) => id !== "pause");
    },
  },
  L24: {
    of: "bad-deploy",
    mutate: ({ immediate }) => {
      for (const action of immediate) action.do = `Roll ${"it ".repeat(31)}back`;
    },
  },
  L25: { of: "bad-deploy", mutate: ({ communicate }) => Object.assign(first(communicate), { template: "no-such" }) },
  L26: { of: "bad-deploy", mutate: (runbook) => Object.assign(runbook, { id: "bad-deploys" }) },
  L27: { of: "bad-deploy", mutate: ({ triggers }) => Object.assign(first(triggers), { match: "alertname=~/x+/" }) },
  L28: { of: "publish-gate-anomaly", mutate: ({ triggers }) => Object.assign(first(triggers), { severity: "SEV3" }) },
  L29: {
    of: "bad-deploy",
    mutate: ({ immediate }) => Object.assign(first(immediate), { command: "{{service}} ".repeat(25).trim() }),
  },
  L30: { of: "default", mutate: ({ checklist }) => void checklist.pop() },
  L31: {
    of: "secret-exposure",
    mutate: ({ gate }) => Object.assign(byId(gate, "evidence-preserved"), { proof: "link" }),
  },
  L32: { of: "bad-deploy", mutate: ({ immediate }) => Object.assign(first(immediate), { command: undefined }) },
};

describe("each lint", () => {
  test("has a mutant here", () => {
    expect(LINTS.map(({ id }) => id)).toEqual(Object.keys(MUTANTS));
    expect(LINTS).toHaveLength(32);
  });

  test.each(Object.entries(MUTANTS))("%s finds its mutant, and nothing in the original", (lint, { of, mutate }) => {
    const known = { fileName: of, ids };
    expect(lintRunbook(copyOf(of), known)).toEqual([]);
    const mutant = copyOf(of);
    mutate(mutant);
    expect(lintRunbook(mutant, known).map((finding) => finding.lint)).toContain(lint);
  });
});

describe("what triggers name and the alert rules that are shipped", () => {
  const runbooks = [...LIBRARY.values()].map(({ runbook }) => runbook);
  const rules = shippedRules();

  test("join without an orphan on either side", () => {
    expect(rules.length).toBeGreaterThan(10);
    expect(joinAlerts(runbooks, rules)).toEqual([]);
  });

  test("an alert that nothing sends is an orphan", () => {
    const renamed = copyOf("audit-chain-integrity");
    Object.assign(first(renamed.triggers), { match: 'alertname="RecordIsBroken"' });
    const others = runbooks.filter(({ id }) => id !== renamed.id);
    expect(joinAlerts([...others, renamed], rules)).toEqual([
      expect.stringContaining("audit-chain-integrity names the alert RecordIsBroken"),
      "the alert rule RecordDoesNotVerify is named by no runbook",
    ]);
  });

  test("so is a rule that leads to no runbook, and one that was taken away", () => {
    expect(joinAlerts(runbooks, [...rules, "DiskIsFull"])).toContain(
      "the alert rule DiskIsFull is named by no runbook",
    );
    expect(joinAlerts(runbooks, rules.slice(1))[0]).toContain(`names the alert ${rules[0]}`);
  });

  test("an alert that is awaited from others must be named, and is nobody else's", () => {
    const without = runbooks.filter(({ id }) => id !== "traffic-flood");
    expect(joinAlerts(without, rules)).toContain("RequestFlood* is awaited, but no runbook names it");
    expect(joinAlerts(runbooks, [...rules, "AccountTakeover"])).toContain(
      "AccountTakeover is awaited from others, and shipped, too",
    );
  });
});

test("the library holds the default and twenty classes, each reviewed, and none says that it was exercised here", () => {
  expect(LIBRARY.size).toBe(21);
  for (const { runbook } of LIBRARY.values()) {
    expect(runbook.reviewed_at).toBeDefined();
    expect(runbook.exercised_at).toBeUndefined();
  }
  expect([...LIBRARY.values()].map(({ runbook }) => runbook.class).filter((one) => one === "security")).toHaveLength(9);
});
