import { PHASES, type Phase } from "../../../shared/vocabulary.ts";
import { type Decision, happened, notOpen, refuse } from "../decision.ts";
import type { EventOf } from "../events.ts";
import { exitOpen } from "../response/phase-exits.ts";
import type { Incident } from "../state.ts";

const MAX_SKIPPED = 40;
const MAX_FRAGMENT = 300;

/** The commander may go to any phase. What was still open on the way is listed and recorded; going back needs a reason. */
export function movePhase(
  state: Incident,
  { actor, to, reason }: { actor: string; to: Phase; reason: string | undefined },
): Decision {
  if (state.status === "none" || state.status === "archived") return notOpen(state.status);
  if (state.commander === undefined)
    return refuse("no-commander", "Only the commander moves the phase, and nobody has command yet; take it first.");
  if (state.commander !== actor)
    return refuse("not-commander", `Only the commander moves the phase; that is <@${state.commander}>.`);
  const { phase } = state.response;
  if (to === phase) return refuse("phase-unchanged", `The incident is in the phase ${phase} already.`);
  if (PHASES.indexOf(to) < PHASES.indexOf(phase) && reason === undefined)
    return refuse("reason-missing", `Going back from ${phase} to ${to} needs a reason.`);
  return happened(phaseMoved(state, to, actor, reason));
}

export const phaseMoved = (state: Incident, to: Phase, by: string | null, reason?: string): EventOf<"PhaseMoved"> => ({
  type: "PhaseMoved",
  from: state.response.phase,
  to,
  by,
  reason: reason ?? null,
  skipped: skippedExits(state, to),
});

/** What is still open in the phases that are left or jumped over. */
export function skippedExits(state: Incident, to: Phase): string[] {
  const from = PHASES.indexOf(state.response.phase);
  return PHASES.slice(from, Math.max(from, PHASES.indexOf(to)))
    .flatMap((phase) => exitOpen(state, phase).map((what) => `${phase}: ${what}`.slice(0, MAX_FRAGMENT)))
    .slice(0, MAX_SKIPPED)
    .map((fragment) => fragment.toWellFormed());
}
