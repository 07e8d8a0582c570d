import type { Instant } from "../platform/clock.ts";
import { unreachable } from "../platform/unreachable.ts";
import type { EventOf } from "./events.ts";
import { withoutAlertsOf } from "./evolve-alerts.ts";
import type { Incident, OnCallGroup, Page } from "./state.ts";

type PagingEvent = EventOf<
  | "PageRequested"
  | "PageCalled"
  | "PageSent"
  | "PageDelayed"
  | "PageFailed"
  | "PageOutcomeUnknown"
  | "PageGroupRecognised"
  | "PageAcknowledged"
  | "AlertGroupAcknowledged"
  | "AcknowledgeDelayed"
>;

/** What pages and acknowledgements do to the state. */
export function evolvePaging(state: Incident, event: PagingEvent, at: Instant): Incident {
  switch (event.type) {
    case "PageRequested": {
      const page: Page = { pageId: event.pageId, request: event, requestedAt: at };
      return { ...state, pages: new Map(state.pages).set(event.pageId, page) };
    }
    case "PageCalled":
      return withPage(state, event.pageId, ({ trouble: _, ...page }) => ({ ...page, call: { ...event, at } }));
    case "PageSent": {
      const { groupId, link } = event;
      const sent = withPage(state, event.pageId, ({ trouble: _, ...page }) => ({
        ...page,
        sent: { groupId, link, at: page.call?.at ?? at },
      }));
      const made = sent.pages.get(event.pageId)?.call?.groupId === null;
      return made ? ofPage(sent, groupId) : sent;
    }
    case "PageDelayed":
      return withPage(state, event.pageId, (page) => ({
        ...page,
        trouble: { kind: "delayed", reason: event.reason },
      }));
    case "PageFailed":
      return withPage(state, event.pageId, (page) => ({ ...page, trouble: { kind: "failed", reason: event.reason } }));
    case "PageOutcomeUnknown":
      return withPage(state, event.pageId, (page) => ({ ...page, trouble: { kind: "unknown", reason: event.reason } }));
    case "PageGroupRecognised":
      return ofPage(state, event.groupId);
    case "PageAcknowledged":
      return withPage(state, event.pageId, (page) => ({ ...page, acknowledged: { by: event.by, at } }));
    case "AlertGroupAcknowledged":
      return withGroup(state, event.groupId, { acknowledgedByUs: true }, "delayed");
    case "AcknowledgeDelayed":
      return withGroup(state, event.groupId, { delayed: event.reason });
    default:
      return unreachable(event);
  }
}

/** What OnCall's webhooks say of its groups, and of those it was asked to notify. */
export function alertOfOnCall(state: Incident, event: EventOf<"AlertAttached">, at: Instant): Incident {
  if (event.source !== "oncall") return state;
  const now = GROUP_STATES[event.kind];
  const grouped = withGroup(state, event.groupId, now === undefined ? {} : { state: now });
  const { by } = event;
  if (by === null || (event.kind !== "notified" && event.kind !== "acknowledged")) return grouped;
  const pages = new Map(grouped.pages);
  for (const [pageId, page] of pages) {
    if (!concerns(page, event.groupId, by, grouped)) continue;
    pages.set(pageId, event.kind === "notified" ? delivered(page, event.groupId, at) : acknowledged(page, by, at));
  }
  return { ...grouped, pages };
}

const GROUP_STATES: Partial<Record<EventOf<"AlertAttached">["kind"], OnCallGroup["state"]>> = {
  firing: "firing",
  unresolved: "firing",
  unacknowledged: "firing",
  unsilenced: "firing",
  acknowledged: "acknowledged",
  silenced: "silenced",
  resolved: "resolved",
};

/**
 * Somebody of a page, in its group, since it was called. By id; older records have the username that OnCall gave. The webhook of a group that
 * our page makes may come before the reply that names the group: then it is one that carries our link, never just any that rings.
 */
function concerns({ call, sent }: Page, groupId: string, by: string, { onCallGroups }: Incident): boolean {
  if (!call?.people.some(({ id, username }) => id === by || username === by)) return false;
  const expected = sent?.groupId ?? call.groupId;
  return expected === null ? onCallGroups.get(groupId)?.ofPage === true : expected === groupId;
}

/** A notification proves the call, whatever became of its reply. */
const delivered = ({ trouble, ...page }: Page, groupId: string, at: Instant): Page => ({
  ...page,
  ...(trouble?.kind === "failed" ? { trouble } : {}),
  deliveredAt: page.deliveredAt ?? at,
  sent: page.sent ?? { groupId, link: null, at: page.call?.at ?? at },
});

const acknowledged = (page: Page, by: string, at: Instant): Page =>
  page.sent === undefined || page.acknowledged ? page : { ...page, acknowledged: { by, at } };

/** Who takes command has come, whether or not they pressed anything on their phone. */
export const answeredByTaking = (pages: Incident["pages"], by: string, at: Instant): Incident["pages"] =>
  new Map(
    [...pages].map(([pageId, page]): [string, Page] =>
      page.request.target.id === by || page.call?.people.some(({ userId }) => userId === by)
        ? [pageId, acknowledged(page, by, at)]
        : [pageId, page],
    ),
  );

function withPage(state: Incident, pageId: string, change: (page: Page) => Page): Incident {
  const page = state.pages.get(pageId);
  return page === undefined ? state : { ...state, pages: new Map(state.pages).set(pageId, change(page)) };
}

/** Its group rings for us alone: what it was counted as before is taken back. */
const ofPage = (state: Incident, groupId: string): Incident =>
  withoutAlertsOf(withGroup(state, groupId, { ofPage: true }), `oncall|${groupId}`);

function withGroup(state: Incident, groupId: string, change: Partial<OnCallGroup>, without?: "delayed"): Incident {
  const known = state.onCallGroups.get(groupId) ?? { state: "firing", ofPage: false, acknowledgedByUs: false };
  const { delayed, ...rest } = known;
  const kept = without === "delayed" || delayed === undefined ? {} : { delayed };
  return { ...state, onCallGroups: new Map(state.onCallGroups).set(groupId, { ...rest, ...kept, ...change }) };
}
