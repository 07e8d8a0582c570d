import type { Instant } from "../platform/clock.ts";
import type { EventOf } from "./events.ts";
import type { Incident } from "./state.ts";

/** The state after a reading. */
export function evolveMarking(state: Incident, event: EventOf<"RoomMarked">, at: Instant): Incident {
  const { n, until, marks } = event;
  const { list, until: before = null, idle = 0 } = state.marking ?? {};
  const newest = marks.length > 0 ? { n, marks } : list;
  return {
    ...state,
    marking: {
      n,
      at,
      until: until ?? before,
      idle: marks.length > 0 ? 0 : idle + 1,
      ...(newest ? { list: newest } : {}),
    },
  };
}
