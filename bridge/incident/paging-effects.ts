import type { Instant } from "../platform/clock.ts";
import { isRinging } from "./decide/paging.ts";
import { type EscalationTiming, escalations } from "./escalations.ts";
import type { Incident } from "./state.ts";
import type { ViewWorld } from "./views/view-world.ts";

export type PagingEffect =
  | { kind: "send-page"; id: string; pageId: string }
  | { kind: "poll-page"; id: string; pageId: string }
  | { kind: "acknowledge-group"; id: string; groupId: string }
  | { kind: "escalate"; id: string };

export interface PagingTiming extends EscalationTiming {
  /** A page that could not be sent for this long is given up, and said to be. */
  pageGiveUpMs: number;
}

/** OnCall is asked for the answer to a page this long; by then people have found each other. */
const POLL_FOR_MS = 30 * 60_000;

/** What pages, alert groups and unanswered offers still owe, as long as the incident is open. */
export function pagingEffects(state: Incident, now: Instant, world: ViewWorld, timing: PagingTiming): PagingEffect[] {
  if (state.status !== "open") return [];
  const id = (...parts: string[]) => [state.id, ...parts].join(":");
  return [
    ...[...state.pages.values()].flatMap((page): PagingEffect[] => {
      const { pageId, sent, trouble } = page;
      if (!isRinging(page)) return [];
      if (sent) {
        return now < sent.at + POLL_FOR_MS ? [{ kind: "poll-page", id: id("poll-page", pageId), pageId }] : [];
      }
      // Whether an unknown call was made is looked up for as long as it would be tried.
      const over = trouble?.kind === "unknown" && now >= page.requestedAt + timing.pageGiveUpMs;
      return over ? [] : [{ kind: "send-page", id: id("send-page", pageId), pageId }];
    }),
    ...[...state.onCallGroups].flatMap(([groupId, group]): PagingEffect[] =>
      state.commander !== undefined && group.state === "firing" && !group.ofPage && !group.acknowledgedByUs
        ? [{ kind: "acknowledge-group", id: id("acknowledge", groupId), groupId }]
        : [],
    ),
    ...escalations(state, now, world, timing).map((due): PagingEffect => ({ kind: "escalate", id: due.id })),
  ];
}
