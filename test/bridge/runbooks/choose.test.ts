import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chooseRunbooks, type Situation } from "../../../bridge/runbooks/choose.ts";
import type { Library } from "../../../bridge/runbooks/load-runbooks.ts";
import { matches, parseMatch } from "../../../bridge/runbooks/matchers.ts";
import type { Runbook } from "../../../bridge/runbooks/schema.ts";
import { SEVERITIES } from "../../../shared/vocabulary.ts";
import { holds } from "../../support/holds.ts";
import { LIBRARY } from "../../support/library.ts";

const situation = (labels: Record<string, string>, change: Partial<Situation> = {}): Situation => ({
  labels,
  service: "payments",
  severity: "SEV3",
  ...change,
});
const attached = (labels: Record<string, string>, library = LIBRARY) =>
  chooseRunbooks(library, situation(labels)).matches.flatMap(({ runbookId, attach }) => (attach ? [runbookId] : []));

/** The library with one runbook changed. */
const changed = (id: string, change: Partial<Runbook>): Library => {
  const entry = LIBRARY.get(id);
  if (!entry) throw new Error(`no runbook ${id}`);
  return new Map(LIBRARY).set(id, { ...entry, runbook: { ...entry.runbook, ...change } });
};

describe("a match", () => {
  const hits = (match: string, labels: Record<string, string>) => {
    const parsed = parseMatch(match);
    if (!parsed.ok) throw new Error(parsed.reason);
    return matches(parsed.matchers, labels);
  };
  test.each([
    ['service="pay"', "pay", true],
    ['service="pay"', "payments", false],
    ['service=~"pay-*|ledger"', "pay-eu", true],
    ['service=~"pay-*|ledger"', "pay-", true],
    ['service=~"pay-*|ledger"', "ledger", true],
    ['service=~"pay-*|ledger"', "ledgers", false],
    ['service=~"a*b*c"', "a-b-c", true],
    ['service=~"a*b*c"', "acb", false],
    ['service=~"aba*aba"', "aba", false],
    ['service=~"*"', "", true],
  ])("%s of %s is %s", (match, service, hit) => {
    expect(hits(match, { service })).toBe(hit);
  });

  test("holds only when every label does, and a label that is missing never does", () => {
    expect(hits('a="1",b="2"', { a: "1", b: "2" })).toBe(true);
    expect(hits('a="1",b="2"', { a: "1" })).toBe(false);
    expect(hits('constructor=~"*"', {})).toBe(false);
  });

  test.each(['a=~"x+"', 'a!="b"', "a=b", 'a="b" and c="d"', '="b"'])("%s is refused", (match) => {
    expect(parseMatch(match).ok).toBe(false);
  });

  test("takes linear time, whatever is written", () => {
    const started = performance.now();
    expect(hits(`a=~"${"*a".repeat(60)}*"`, { a: `${"a".repeat(100_000)}b` })).toBe(true);
    expect(performance.now() - started).toBeLessThan(200);
  });
});

describe("the runbook of an alert", () => {
  test("is the default when nothing matches, and the severity stays", () => {
    expect(chooseRunbooks(LIBRARY, situation({ alertname: "Unheard" }))).toMatchObject({
      matches: [{ runbookId: "default", attach: true }],
      severity: "SEV3",
    });
  });

  test("is the one its label names, before any trigger", () => {
    const labels = { runbook: "traffic-flood", alertname: "ErrorsAfterDeploy" };
    expect(attached(labels)).toEqual(["traffic-flood", "default"]);
    const { matches: all } = chooseRunbooks(LIBRARY, situation(labels));
    expect(all.find(({ runbookId }) => runbookId === "bad-deploy")).toMatchObject({ attach: false });
  });

  test("has every matching security runbook beside it", () => {
    expect(attached({ runbook: "traffic-flood", alertname: "AuthFailureRate" })).toEqual([
      "traffic-flood",
      "auth-failure-spike",
      "default",
    ]);
  });

  test("with the more exact trigger decides how severe it is", () => {
    const severityOf = (labels: Record<string, string>) => chooseRunbooks(LIBRARY, situation(labels)).severity;
    expect(severityOf({ alertname: "AuthFailureRate" })).toBe("SEV3");
    expect(severityOf({ alertname: "AuthFailureRate", level: "high" })).toBe("SEV2");
  });

  test("that is only a draft is suggested to a SEV1, never attached", () => {
    const draft = changed("secret-exposure", { status: "draft" });
    const choice = chooseRunbooks(draft, situation({ alertname: "SecretScanHit" }));
    expect(choice.severity).toBe("SEV1");
    expect(choice.matches).toMatchObject([
      { runbookId: "default", attach: true },
      { runbookId: "secret-exposure", attach: false },
    ]);
  });

  test("applies to the services it names", () => {
    const narrow = changed("bad-deploy", { applies_to: ["search"] });
    expect(attached({ alertname: "ErrorsAfterDeploy" }, narrow)).toEqual(["default"]);
  });

  test("never lowers the severity, always attaches the default, and is the same again for the same labels", () => {
    const value = fc.constantFrom(
      "AuthFailureRate",
      "ErrorsAfterDeploy",
      "SecretScanHit",
      "high",
      "yes",
      "secret-exposure",
      "x",
    );
    const labels = fc.dictionary(fc.constantFrom("alertname", "level", "runbook", "effect", "recent_deploy"), value);
    holds(
      fc.property(labels, fc.constantFrom(...SEVERITIES), (given, severity) => {
        const choice = chooseRunbooks(LIBRARY, situation(given, { severity }));
        expect(SEVERITIES.indexOf(choice.severity)).toBeLessThanOrEqual(SEVERITIES.indexOf(severity));
        expect(choice.matches.filter(({ runbookId }) => runbookId === "default")).toMatchObject([{ attach: true }]);
        expect(choice.matches.length).toBeLessThanOrEqual(10);
        expect(new Set(choice.matches.map(({ runbookId }) => runbookId)).size).toBe(choice.matches.length);
        const reversed = new Map([...LIBRARY].reverse());
        expect(chooseRunbooks(reversed, situation(given, { severity })).matches).toEqual(choice.matches);
      }),
      { runs: 200 },
    );
  });
});
