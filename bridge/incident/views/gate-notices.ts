import type { NoticeView } from "../../../shared/contracts/views.ts";
import type { Instant } from "../../platform/clock.ts";
import { waitsForApproval } from "../escalations.ts";
import { counted, customersKnow, type Draft, type Incident } from "../state.ts";
import { control, type ViewWorld } from "./view-world.ts";

const DAY_MS = 86_400_000;
const PUBLIC_OPEN_EVERY_MS = 30 * 60_000;

/** The public incident is not resolved, and nobody has said why it may stay so. */
export const publicStillOpen = (state: Incident): boolean =>
  customersKnow(state) && state.public?.status !== "resolved" && state.publicLeftOpen === undefined;

export interface Notice {
  /** Posted once for each key. */
  key: string;
  view: NoticeView;
}

/** What the publish gate has to tell the room, each once: calls for an approver, lapsed grants, twins, foreign posts, reviews. */
export function gateNotices(state: Incident, now: Instant, world: ViewWorld): Notice[] {
  const notice = (key: string, text: string, more: Partial<NoticeView> = {}): Notice => ({
    key,
    view: { kind: "notice", incidentId: state.id, text, controls: [], ...more },
  });
  return [
    ...[...state.drafts.values()].flatMap((draft) => draftNotices(draft, now, world, state, notice)),
    ...unreadNotices(state, notice),
    ...unmatchedNotices(state, notice),
    ...reviewNotices(state, now, notice),
    ...publicOpenNotices(state, now, world, notice),
  ];
}

type MakeNotice = (key: string, text: string, more?: Partial<NoticeView>) => Notice;

function draftNotices(draft: Draft, now: Instant, world: ViewWorld, state: Incident, notice: MakeNotice): Notice[] {
  const notices: Notice[] = [];
  const group = world.approverGroupId === undefined ? {} : { mentionGroup: world.approverGroupId };
  const controls = [control(world, state.id, "review_status_update", "Open current card", "primary")];
  if (draft.askedAt !== undefined && waitsForApproval(draft)) {
    const asked = `${draft.draftId}-${draft.askedAt}`;
    notices.push(
      notice(`asked-${asked}`, `<@${draft.askedBy ?? ""}> asks for an approver: a customer update waits.`, {
        ...group,
        controls,
      }),
    );
    if (now >= draft.askedAt + world.askAgainMs) {
      const text =
        world.approversPage === undefined
          ? "Nobody has approved yet. services.yaml names nobody to page for approvals (approvers.page): call an approver."
          : "Nobody has approved yet. The approvers on call are being paged; the page's own line says how that goes.";
      notices.push(notice(`asked-again-${asked}`, text, { ...group, controls }));
    }
  }
  for (const { approvalId, by } of draft.expired) {
    notices.push(
      notice(`expired-${approvalId}`, "Your approval ran out before the text was published. Nothing was sent.", {
        mention: by,
      }),
    );
  }
  if (draft.twin) {
    const text = `The page holds one approved text twice (${draft.twin.join(", ")}). Look at the page and remove one.`;
    notices.push(
      notice(
        `twin-${draft.attempt?.attemptId ?? draft.draftId}`,
        text,
        state.commander ? { mention: state.commander } : {},
      ),
    );
  }
  return notices;
}

function unreadNotices({ publicUnread }: Incident, notice: MakeNotice): Notice[] {
  if (!publicUnread) return [];
  const { draftId, by } = publicUnread;
  const text =
    "The status page could not be read to find the update that you say is on it. Until its entry is found, no other customer update can be written. It is looked for; if this lasts, check its link and give it with /incident-response attest.";
  return [notice(`unread-${draftId}`, text, { mention: by })];
}

function unmatchedNotices(state: Incident, notice: MakeNotice): Notice[] {
  return [...state.unmatched]
    .filter(([, { attestedBy }]) => attestedBy === undefined)
    .map(([updateId, { status, targetId }]) =>
      notice(
        `unmatched-${updateId}`,
        `The status page holds an update (${status}, entry ${targetId}) that nobody approved here. If it is ours, account for it with /incident-response attest and its link.`,
        state.commander ? { mention: state.commander } : {},
      ),
    );
}

/** Once a day until somebody else has closed it. */
function reviewNotices(state: Incident, now: Instant, notice: MakeNotice): Notice[] {
  return [...state.reviews.values()]
    .filter(({ closed }) => !closed)
    .map(({ reviewId, by, openedAt }) =>
      notice(
        `review-${reviewId}-${Math.floor((now - openedAt) / DAY_MS)}`,
        `<@${by}> published with break-glass. Somebody else who may approve must review it here (invite them if they are not in the room): /incident-response review ${reviewId} and what you found.`,
      ),
    );
}

/** Every 30 minutes after the incident is over, to the commander. */
function publicOpenNotices(state: Incident, now: Instant, world: ViewWorld, notice: MakeNotice): Notice[] {
  const { resolved } = state;
  if (!resolved || !publicStillOpen(state)) return [];
  const n = Math.floor((now - resolved.at) / PUBLIC_OPEN_EVERY_MS);
  if (n < 1) return [];
  const text =
    "The incident is over, but customers still read an open one. Publish a resolved update, or say why not: /incident-response leave-open and the reason.";
  const controls = [control(world, state.id, "draft_status_update", "Customer update", "primary")];
  return [
    notice(`public-open${counted(state.life.reopenings.length)}-${n}`, text, {
      ...(state.commander ? { mention: state.commander } : {}),
      controls,
    }),
  ];
}
