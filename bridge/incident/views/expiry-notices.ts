import type { Incident } from "../state.ts";
import type { Notice } from "./gate-notices.ts";

/** Which credential runs out, when, whose it is and what to do next: one message each. */
export const expiryNotices = ({ id, expiries }: Incident): Notice[] =>
  [...expiries.values()].map(({ title, endsAt, whose, next }, n) => ({
    key: `expiry-${n + 1}`,
    view: {
      kind: "notice",
      incidentId: id,
      text: `${title} ends on ${endsAt.slice(0, 16).replace("T", " ")} UTC. It is replaced by: ${whose}. Next: ${next}`,
      controls: [],
    },
  }));
