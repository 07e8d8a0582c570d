import type { Instant } from "../../platform/clock.ts";
import { type Decision, happened, nothingNew, notOpen, refuse } from "../decision.ts";
import type { EventOf } from "../events.ts";
import type { Incident, Page } from "../state.ts";

export type PageTarget = EventOf<"PageRequested">["target"];

export interface PageRequest {
  pageId: string;
  target: PageTarget;
  message: string | null;
  important: boolean;
  actor: string;
}

/** A page whose answer people still wait for. */
export const isRinging = ({ acknowledged, trouble }: Page): boolean =>
  acknowledged === undefined && trouble?.kind !== "failed";

/** Asks for a page. The same target is not called twice while a page of it rings: `againAfterMs` from the last one. */
export function requestPage(
  state: Incident,
  { actor, ...request }: PageRequest,
  now: Instant,
  againAfterMs: number,
): Decision {
  if (state.status !== "open") return notOpen(state.status);
  const ringing = [...state.pages.values()].find(
    (page) => page.request.target.id === request.target.id && isRinging(page) && now < page.requestedAt + againAfterMs,
  );
  if (ringing) {
    const seconds = Math.max(1, Math.round((now - ringing.requestedAt) / 1_000));
    return refuse(
      "already-paging",
      `${targetName(request.target)} is being paged since ${seconds} s; the line in the room says how that goes.`,
    );
  }
  return happened({ type: "PageRequested", ...request, by: actor, cause: "person" });
}

/** A person of Slack is mentioned; everybody else goes by name. */
export const targetName = ({ kind, id, name }: PageTarget): string =>
  kind === "person" && /^U0[A-Z0-9]+$/.test(id) ? `<@${id}>` : name;

/** Written down before the call: whoever finds it without an outcome must look before calling again. */
export function recordPageCalled(state: Incident, called: Omit<EventOf<"PageCalled">, "type">): Decision {
  const page = state.pages.get(called.pageId);
  if (!page || page.sent || page.trouble?.kind === "failed") return nothingNew;
  if ((page.call?.n ?? 0) >= called.n) return refuse("called-already", "Another process makes this call.");
  return happened({ type: "PageCalled", ...called });
}

/** The end of one try. What is known already is not said twice. */
export function recordPageOutcome(
  state: Incident,
  outcome: EventOf<"PageSent" | "PageDelayed" | "PageFailed" | "PageOutcomeUnknown">,
): Decision {
  const page = state.pages.get(outcome.pageId);
  if (!page || page.sent) return nothingNew;
  const { trouble } = page;
  const same =
    (outcome.type === "PageDelayed" && trouble?.kind === "delayed") ||
    (outcome.type === "PageOutcomeUnknown" && trouble?.kind === "unknown") ||
    (outcome.type === "PageFailed" && trouble?.kind === "failed");
  return same ? nothingNew : happened(outcome);
}

export function recordPageAcknowledged(state: Incident, { pageId, by }: { pageId: string; by: string }): Decision {
  const page = state.pages.get(pageId);
  return !page?.sent || page.acknowledged ? nothingNew : happened({ type: "PageAcknowledged", pageId, by });
}

export function recordGroupAcknowledged(
  state: Incident,
  { groupId, already }: { groupId: string; already: boolean },
): Decision {
  return state.onCallGroups.get(groupId)?.acknowledgedByUs
    ? nothingNew
    : happened({ type: "AlertGroupAcknowledged", groupId, already });
}

/** Said once; the acknowledging itself is tried again until it succeeds. */
export function recordAcknowledgeDelayed(
  state: Incident,
  { groupId, reason }: { groupId: string; reason: string },
): Decision {
  const group = state.onCallGroups.get(groupId);
  return group?.acknowledgedByUs || group?.delayed !== undefined
    ? nothingNew
    : happened({ type: "AcknowledgeDelayed", groupId, reason });
}
