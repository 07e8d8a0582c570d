import type { DraftView } from "../../../shared/contracts/views.ts";
import type { CardAction, ComponentStatus } from "../../../shared/vocabulary.ts";
import { iso } from "../../platform/clock.ts";
import { unreachable } from "../../platform/unreachable.ts";
import { type ApprovalPolicy, approvalsNeeded, policyNote } from "../../publish-gate/policy.ts";
import { effectivePolicy } from "../decide/approve.ts";
import { isFinal } from "../evolve-draft.ts";
import type { Draft, Incident } from "../state.ts";
import { control, type ViewWorld } from "./view-world.ts";

/** Everything the approval card shows of a draft; undefined while there is no text yet. */
export function draftView(state: Incident, draft: Draft, world: ViewWorld): DraftView | undefined {
  const { content, contentHash, author } = draft;
  if (!content || contentHash === undefined || !author || draft.state === "REQUESTED") return undefined;
  const { blockers, findings } = world.scan(content.title, content.body);
  const policy = effectivePolicy(state, draft, world.approvalPolicy(state.opened?.service ?? "unknown"));
  const note = policyNote(policy);
  return {
    incidentId: state.id,
    draftId: draft.draftId,
    version: draft.version,
    contentHash,
    op: content.op,
    page: world.page,
    title: content.title,
    status: content.status,
    ...(content.op === "create" ? {} : previously(state)),
    body: content.body,
    components: Object.entries(content.components).map(([id, to]) => {
      // Once it is decided, the page shows the new one.
      const from = isFinal(draft) ? undefined : present(state, id, world);
      return { id, name: world.componentName(id), ...(from === undefined ? {} : { from }), to };
    }),
    notify: content.notify,
    author: {
      kind: author.kind,
      ...(author.userId === null ? {} : { userId: author.userId }),
      ...(author.note === null ? {} : { note: author.note }),
    },
    standing: standing(draft),
    state: draft.state,
    ...(draft.publicUrl ? { publicUrl: draft.publicUrl } : {}),
    blockers: [...blockers],
    findings: findings.map(({ id, text }) => {
      const by = draft.acknowledged[id];
      return { id, text, ...(by === undefined ? {} : { acknowledgedBy: by }) };
    }),
    approvals: draft.approvals.map(({ by }) => ({ by })),
    approvalsNeeded: approvalsNeeded(policy),
    ...(note === undefined ? {} : { policyNote: note }),
    actions: actions(draft, policy, {
      blocked: blockers.length > 0,
      unticked: findings.some(({ id }) => !Object.hasOwn(draft.acknowledged, id)),
    }),
    controls: isOpen(draft) ? [control(world, state.id, "review_status_update", "Open current card")] : [],
  };
}

/** How a component stands on the page: as it was read there, or as our own update left it since. */
function present({ public: shown }: Incident, id: string, world: ViewWorld): ComponentStatus | undefined {
  const read = world.componentStatus(id);
  const ours = shown?.components[id];
  return ours !== undefined && shown && shown.publishedAt >= (read?.readAt ?? 0) ? ours : read?.status;
}

/** What customers read until then: our own last words, or where to read those that somebody else wrote. */
function previously({
  public: shown,
}: Incident): Pick<DraftView, "previousStatus" | "previousBody" | "previousByHand"> {
  if (!shown) return {};
  const { status: previousStatus, body, url, byHand } = shown;
  return { previousStatus, ...(byHand ? { previousByHand: url } : { previousBody: body }) };
}

/** Somebody can still act on it: decide, or take an approval back that waits to be published. */
const isOpen = (draft: Draft): boolean =>
  ["DRAFTED", "SHOWN", "PARTIAL", "FAILED", "NEEDS_HUMAN"].includes(draft.state) ||
  (draft.state === "APPROVED" && draft.notBefore !== undefined);

function actions(draft: Draft, policy: ApprovalPolicy, text: { blocked: boolean; unticked: boolean }): CardAction[] {
  const approvable = !text.blocked && !text.unticked;
  const tick: CardAction[] = text.unticked ? ["acknowledge_finding"] : [];
  switch (draft.state) {
    case "DRAFTED":
    case "SHOWN":
    case "PARTIAL":
      return [
        ...(approvable ? (["approve_publish"] as const) : []),
        ...tick,
        "edit_draft",
        "reject_draft",
        ...(draft.state === "PARTIAL" ? (["revoke_approval"] as const) : []),
        "ask_approver",
        ...(policy !== "off" ? (["break_glass"] as const) : []),
      ];
    case "APPROVED":
      return ["revoke_approval"];
    case "FAILED":
      return [
        ...(approvable ? (["approve_again"] as const) : []),
        ...tick,
        "edit_draft",
        "attest_published",
        "give_up_publish",
      ];
    case "NEEDS_HUMAN":
      return [...(approvable ? (["approve_again"] as const) : []), ...tick, "attest_published", "give_up_publish"];
    case "REQUESTED":
    case "PUBLISHING":
    case "UNKNOWN":
    case "PUBLISHED":
    case "REJECTED":
    case "EXPIRED":
    case "CANCELLED":
    case "SUPERSEDED":
      return [];
    default:
      return unreachable(draft.state);
  }
}

/** Where a draft stands, as one sentence: the same words on the card, in the status command and in forms. */
export function standing(draft: Draft): string {
  const approver = draft.approvals.map(({ by }) => `<@${by}>`).join(" and ") || "somebody";
  switch (draft.state) {
    case "REQUESTED":
      return "The text is being drafted.";
    case "DRAFTED":
    case "SHOWN":
      return draft.breakGlass
        ? `<@${draft.breakGlass.by}> used break-glass: one person may approve this version, and somebody else will review that.`
        : "Waits for approval by the commander or an approver.";
    case "PARTIAL":
      if (draft.breakGlass)
        return `Approved by ${approver} until ${untilOf(draft)}, and <@${draft.breakGlass.by}> used break-glass: one more click publishes it, also by the same person, and somebody else will review that.`;
      return `Approved by ${approver} until ${untilOf(draft)}; waits for one more person.`;
    case "APPROVED":
      return draft.notBefore === undefined
        ? `Approved by ${approver}; publishing …`
        : `Approved by ${approver}; waiting to publish: ${draft.reason ?? "the page asked to wait"}.`;
    case "PUBLISHING":
      return `Approved by ${approver}; publishing …`;
    case "UNKNOWN":
      return "It was sent, but the page did not confirm it. The page is being read to find out; nothing is sent again by itself.";
    case "NEEDS_HUMAN":
      return `Nobody knows whether this is public: ${draft.reason ?? "the page gave no answer"}. Look at the page, then decide.`;
    case "FAILED":
      return `Not published: ${draft.reason ?? "the page refused it"}.`;
    case "PUBLISHED":
      if (draft.attested) return `On the page, says <@${draft.attested.by}>; not published by this app.`;
      return `Published; approved by ${approver}${draft.approvals.some((approval) => approval.selfApproved) ? ", who also wrote it" : ""}${draft.breakGlass ? "; break-glass was used" : ""}.`;
    case "REJECTED":
      return `Rejected: ${draft.reason ?? "no reason given"}.`;
    case "EXPIRED":
      return "Expired: nobody decided in time. Nothing was published.";
    case "CANCELLED":
      return `Cancelled: ${draft.reason ?? "no reason given"}.`;
    case "SUPERSEDED":
      return "Replaced by a newer draft. Nothing of this one was published.";
    default:
      return unreachable(draft.state);
  }
}

/** When the first of the grants runs out. */
function untilOf({ approvals }: Draft): string {
  const soonest = Math.min(...approvals.map(({ expiresAt }) => expiresAt));
  return Number.isFinite(soonest) ? `${iso(soonest).slice(11, 16)} UTC` : "it is taken back";
}

/** The draft that a form or the status command means: the newest that is not final, else the newest. */
export function currentDraft(state: Incident): Draft | undefined {
  const drafts = [...state.drafts.values()];
  const open = drafts.filter(
    (draft) => !["PUBLISHED", "REJECTED", "EXPIRED", "CANCELLED", "SUPERSEDED"].includes(draft.state),
  );
  return open.at(-1) ?? drafts.at(-1);
}
