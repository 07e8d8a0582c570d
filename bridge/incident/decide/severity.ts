import { SEVERITIES, type Severity } from "../../../shared/vocabulary.ts";
import { type Decision, happened, nothingNew, notOpen, refuse } from "../decision.ts";
import type { EventOf } from "../events.ts";
import { openHolds } from "../response/checks.ts";
import type { Incident } from "../state.ts";

export interface ChangeSeverity {
  actor: string;
  severity: Severity;
  reason: string;
  /** Whether the opening rule gives this severity a room. */
  opensRoom: boolean;
}

const rank = (severity: Severity): number => SEVERITIES.indexOf(severity);

/** Anyone may raise. Only the commander lowers, and never while a check is open that holds it. The same again confirms it. */
export function changeSeverity(state: Incident, { actor, severity, reason, opensRoom }: ChangeSeverity): Decision {
  if (state.status !== "open") return notOpen(state.status);
  if (severity === state.severity) return happened({ type: "SeverityConfirmed", severity, by: actor, reason });
  if (rank(severity) > rank(state.severity)) {
    if (state.commander === undefined)
      return refuse(
        "no-commander",
        "Only the commander can lower the severity, and nobody has command yet; take it first.",
      );
    if (state.commander !== actor)
      return refuse("not-commander", `Only the commander can lower the severity; that is <@${state.commander}>.`);
    const holds = openHolds(state);
    if (holds.length > 0) {
      const what = holds.map(({ check }) => `"${check.check}"`).join(", ");
      return refuse("severity-held", `The severity is held until this is proven: ${what}.`);
    }
  }
  return happened({
    type: "SeverityChanged",
    from: state.severity,
    to: severity,
    by: actor,
    reason,
    rule: null,
    opensRoom: opensRoom && !state.roomWanted,
  });
}

/** The most severe of some alerts, by the labels they carry. */
export interface AlertSeverity {
  severity: Severity;
  /** As a sentence fragment: `label severity=critical`. */
  basis: string;
  opensRoom: boolean;
}

/**
 * An alert worse than all that was known when the incident was opened raises it, once for each severity: who lowers it afterwards
 * has seen that alert, and the next one of its kind does not overrule them.
 */
export function raiseByAlert(
  state: Incident,
  { severity, basis, opensRoom }: AlertSeverity,
): EventOf<"SeverityChanged">[] {
  if (state.opened && rank(severity) >= rank(state.opened.severity)) return [];
  const rule = `alert ${severity}`;
  const decision = raiseByRule(state, { rule, to: severity, reason: `an alert has ${basis}`, opensRoom });
  return decision.kind === "happened" ? decision.events.filter((event) => event.type === "SeverityChanged") : [];
}

/** A rule raises once, and never lowers. */
export function raiseByRule(
  state: Incident,
  { rule, to, reason, opensRoom }: { rule: string; to: Severity; reason: string; opensRoom: boolean },
): Decision {
  if (state.status !== "open" || state.response.raisedBy.has(rule) || rank(to) >= rank(state.severity))
    return nothingNew;
  return happened({
    type: "SeverityChanged",
    from: state.severity,
    to,
    by: null,
    reason,
    rule,
    opensRoom: opensRoom && !state.roomWanted,
  });
}
