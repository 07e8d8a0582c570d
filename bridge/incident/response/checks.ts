import { isObservedFact } from "../../runbooks/observed-facts.ts";
import type { GateCheck } from "../../runbooks/schema.ts";
import { keyOf } from "../evolve-response.ts";
import type { CheckRecord, Incident } from "../state.ts";
import { filled } from "./filled.ts";
import { activeRunbooks } from "./items.ts";
import { observes } from "./observed.ts";

/** One check of the gate before resolve, as it stands. */
export interface Check {
  /** `<runbook>/<check>`. */
  key: string;
  runbookId: string;
  check: GateCheck;
  /** A machine would measure it one day; until then a person states it. */
  stated: boolean;
  status: "proven" | "overridden" | "open";
  record?: CheckRecord;
  /** Severity may not fall, and nothing may be discarded, while it is open. */
  holds: boolean;
}

/** Checks of every attached runbook; of a detached one only what it holds. */
export function checksOf(state: Incident): Check[] {
  const active = new Set(activeRunbooks(state));
  return state.response.attached.flatMap((attached) => {
    const { runbook, detached } = attached;
    const held = new Set(runbook.severity.hold_until);
    const counted = active.has(attached)
      ? runbook.gate
      : detached === undefined
        ? []
        : runbook.gate.filter(({ id }) => held.has(id));
    return counted.map((check): Check => {
      const key = keyOf(runbook.id, check.id);
      const record = state.response.checks.get(key);
      const observed = check.proof === "ledger" && isObservedFact(check.query) && observes(state, check.query);
      return {
        key,
        runbookId: runbook.id,
        check: { ...check, check: filled(state, check.check) },
        stated: check.proof === "metric" || check.proof === "http_probe",
        status: observed ? "proven" : record?.kind === "overridden" ? "overridden" : record ? "proven" : "open",
        ...(record ? { record } : {}),
        holds: held.has(check.id),
      };
    });
  });
}

/** Required and neither proven nor overridden. */
export const openChecks = (state: Incident): Check[] =>
  checksOf(state).filter(({ check, status }) => check.required && status === "open");

/** What keeps severity from falling. An override lets the incident end; it proves nothing, so it does not lift a hold. */
export const openHolds = (state: Incident): Check[] =>
  checksOf(state).filter(({ holds, status }) => holds && status !== "proven");
