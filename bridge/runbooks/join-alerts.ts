import { parseMatch } from "./matchers.ts";
import type { Runbook } from "./schema.ts";
import { AWAITED_ALERTS, SHIPPED_ALERTS } from "./shipped-alerts.ts";

/** The alerts that a runbook's triggers name, as they are written: `*` stands for anything. */
export const alertsNamed = ({ triggers }: Pick<Runbook, "triggers">): string[] =>
  triggers.flatMap(({ match }) => {
    const parsed = parseMatch(match);
    if (!parsed.ok) return [];
    return parsed.matchers.flatMap(({ label, alternatives }) =>
      label === "alertname" ? alternatives.map((pieces) => pieces.join("*")) : [],
    );
  });

/**
 * Joins what runbooks name with the alert rules that the product ships. An orphan on either side is a sentence: a trigger that
 * nothing will ever fire, or an alert that leads nobody to a runbook (L28).
 */
export function joinAlerts(
  runbooks: readonly Pick<Runbook, "id" | "triggers">[],
  shippedRules: readonly string[],
): string[] {
  const rules = new Set(shippedRules);
  const named = new Map(runbooks.flatMap((runbook) => alertsNamed(runbook).map((name) => [name, runbook.id] as const)));
  const awaited = Object.keys(AWAITED_ALERTS);
  const thresholds = Object.keys(SHIPPED_ALERTS);
  return [
    ...[...named]
      .filter(([name]) => !rules.has(name) && !awaited.includes(name))
      .map(
        ([name, id]) => `the runbook ${id} names the alert ${name}, which no rule sends and nobody is asked to send`,
      ),
    ...[...rules].filter((name) => !named.has(name)).map((name) => `the alert rule ${name} is named by no runbook`),
    ...[...rules].filter((name) => !thresholds.includes(name)).map((name) => `the alert rule ${name} has no severity`),
    ...thresholds
      .filter((name) => !rules.has(name))
      .map((name) => `${name} is said to be shipped, but there is no such rule`),
    ...awaited.filter((name) => !named.has(name)).map((name) => `${name} is awaited, but no runbook names it`),
    ...awaited.filter((name) => rules.has(name)).map((name) => `${name} is awaited from others, and shipped, too`),
  ];
}
