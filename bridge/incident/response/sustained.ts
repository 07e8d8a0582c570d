import { SEVERITIES, type Severity } from "../../../shared/vocabulary.ts";
import type { Instant } from "../../platform/clock.ts";
import { isoDurationMs } from "../../services/iso-duration.ts";
import type { Incident } from "../state.ts";
import { activeRunbooks } from "./items.ts";

export interface SustainedRaise {
  /** Names the rule: each raises once. */
  rule: string;
  to: Severity;
  reason: string;
}

/** Rules of attached runbooks whose alert has been firing longer than they allow. */
export function sustainedRaises(state: Incident, now: Instant): SustainedRaise[] {
  if (state.status !== "open" || state.alerts.state !== "firing") return [];
  const since = state.opened?.firingSince ? Date.parse(state.opened.firingSince) : state.openedAt;
  return activeRunbooks(state).flatMap(({ runbook, triggerIndex }) => {
    const sustained = triggerIndex === null ? undefined : runbook.triggers[triggerIndex]?.sustained;
    if (!sustained || triggerIndex === null) return [];
    const rule = `${runbook.id}.${triggerIndex}`;
    const higher = SEVERITIES.indexOf(sustained.raise_to) < SEVERITIES.indexOf(state.severity);
    const due = now - since >= (isoDurationMs(sustained.for) ?? Number.POSITIVE_INFINITY);
    if (!higher || !due || state.response.raisedBy.has(rule)) return [];
    return [{ rule, to: sustained.raise_to, reason: `still firing after ${sustained.for} (runbook ${runbook.id})` }];
  });
}
