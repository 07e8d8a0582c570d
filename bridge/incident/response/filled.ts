import { iso } from "../../platform/clock.ts";
import type { Incident } from "../state.ts";

/** T0: the opening of the room, from which all durations of a runbook count; before it, the opening of the incident. */
export const startOf = (state: Incident): number => state.roomOpenedAt ?? state.openedAt;

/** {{service}}, {{t0}} and {{t1}} as they are for this incident; {{t1}} is its end, or now while it lasts. */
export function filled(state: Incident, text: string, write: (value: string) => string = (value) => value): string {
  const values: Record<string, string> = {
    service: state.opened?.service ?? "unknown",
    t0: iso(startOf(state)),
    t1: state.resolved ? iso(state.resolved.at) : "now",
  };
  return text.replace(/\{\{(service|t0|t1)\}\}/g, (_, name: string) => write(values[name] ?? ""));
}
