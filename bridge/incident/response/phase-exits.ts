import type { Phase } from "../../../shared/vocabulary.ts";
import type { Instant } from "../../platform/clock.ts";
import type { Incident } from "../state.ts";
import { openChecks } from "./checks.ts";
import { itemsOf, milestonesOf } from "./items.ts";
import { observes } from "./observed.ts";

const MINUTE = 60_000;

/** A phase that lasts longer than this is named in the reminder. */
const OVERLONG_MS: Partial<Record<Phase, number>> = {
  contain: 15 * MINUTE,
  preserve: 60 * MINUTE,
  diagnose: 60 * MINUTE,
  validate: 60 * MINUTE,
  recover: 120 * MINUTE,
};

export const overlong = ({ response, status }: Incident, now: Instant): boolean =>
  status === "open" && now - response.phaseSince > (OVERLONG_MS[response.phase] ?? Number.POSITIVE_INFINITY);

/** What the exit of a phase still waits for, as sentence fragments; empty when it holds. */
export function exitOpen(state: Incident, phase: Phase): string[] {
  const open = (wanted: (item: ReturnType<typeof itemsOf>[number]) => boolean) =>
    itemsOf(state)
      .filter((item) => item.status === "open" && wanted(item))
      .map(({ text }) => text);
  switch (phase) {
    case "detect":
      return [
        ...(observes(state, "room-opened") ? [] : ["the room is not open"]),
        ...(observes(state, "command-taken") ? [] : ["nobody has command"]),
        ...(observes(state, "severity-confirmed") ? [] : ["no person has confirmed the severity"]),
      ];
    case "contain":
      return open(({ kind, phase: of }) => kind === "immediate" || (kind === "evidence" && of === "contain"));
    case "preserve":
      return open(({ kind, required, phase: of }) => kind === "evidence" && required && of === "preserve");
    case "recover":
      return milestonesOf(state)
        .filter(({ phase: of, status }) => of === "recover" && status === "open")
        .map(({ text }) => text);
    case "validate":
      return openChecks(state).map(({ check }) => check.check);
    case "review":
      return milestonesOf(state)
        .filter(({ phase: of, status }) => of === "review" && status === "open")
        .map(({ text }) => text);
    case "diagnose":
      // Which option is taken is the commander's word; it needs no proof here.
      return [];
  }
}
