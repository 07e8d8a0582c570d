import type { Instant } from "../../platform/clock.ts";
import { calledBy } from "../../services/services.ts";
import { type ByHand, escalationsByHand } from "../response/due-escalations.ts";
import type { Incident } from "../state.ts";
import type { Notice } from "./gate-notices.ts";
import { control, type ViewWorld } from "./view-world.ts";

const KEY = "reach-by-hand";
const SHOWN = 6;

/**
 * Whom a runbook asks for by now and nobody will page, in one message that follows the state: an escalation that only stands in a
 * list is one that nobody makes.
 */
export function escalationNotices(state: Incident, now: Instant, world: ViewWorld): Notice[] {
  const due = escalationsByHand(state, now, world);
  const notice = (text: string, more: Partial<Notice["view"]> = {}): Notice[] => [
    { key: KEY, view: { kind: "notice", incidentId: state.id, text, controls: [], ...more } },
  ];
  if (due.length === 0) {
    return state.messages.has(KEY)
      ? notice("Nobody is left whom a runbook asks to reach by hand; the checklist says who was.")
      : [];
  }
  const more = due.length > SHOWN ? ` And ${due.length - SHOWN} more, on the checklist.` : "";
  return notice(
    `A person must reach them now, for nobody is paged: ${due.slice(0, SHOWN).map(sentence).join("; ")}.${more} Tick it when it is done, or skip it with a reason.`,
    {
      ...(state.commander ? { mention: state.commander } : {}),
      controls: [control(world, state.id, "update_checklist", "Update checklist", "primary")],
    },
  );
}

const sentence = ({ to, when, why }: ByHand): string =>
  `${calledBy(to)} (${when}; ${why === "message" ? "by a message" : `services.yaml names nobody for ${to}`})`;
