import { readFileSync } from "node:fs";
import type { AlertFact, Reading } from "../../../bridge/ingress/alert-fact.ts";

/** The exact text of a fixture. */
export const fixtureText = (name: string): string =>
  readFileSync(new URL(`../../fixtures/${name}.json`, import.meta.url), "utf8");

/** A fresh copy of a fixture, free to change. */
export const fixture = (name: string): Record<string, unknown> => JSON.parse(fixtureText(name));

/** The fact of a reading that must have succeeded. */
export function factOf(reading: Reading): AlertFact {
  if (!reading.ok) throw new Error(`not understood: ${reading.problems.join("; ")}`);
  return reading.fact;
}

/** The same value with `change` merged into it, objects key by key. */
export function merged(base: unknown, change: Record<string, unknown>): Record<string, unknown> {
  const result: Record<string, unknown> = { ...(base as Record<string, unknown>) };
  for (const [key, value] of Object.entries(change)) {
    const nested = value !== null && typeof value === "object" && !Array.isArray(value);
    result[key] = nested ? merged(result[key] ?? {}, value as Record<string, unknown>) : value;
  }
  return result;
}
