import { CONTROL_ACTION } from "../../blocks/controls.ts";
import type { CardClick, CardView } from "./card-context.ts";
import { ATTEST_MODAL, BREAK_GLASS_MODAL, EDIT_MODAL, REJECT_MODAL } from "./card-modals.ts";
import { onAcknowledge } from "./on-acknowledge.ts";
import { onApprove } from "./on-approve.ts";
import { onAsk } from "./on-ask.ts";
import { attesting } from "./on-attest.ts";
import { breakingGlass } from "./on-break-glass.ts";
import { onEdit, onEditSubmitted } from "./on-edit.ts";
import { onGiveUp } from "./on-give-up.ts";
import { rejecting } from "./on-reject.ts";
import { onRevoke } from "./on-revoke.ts";

interface CardHost {
  addBlockActionsHandler(actions: string | string[] | RegExp, handler: (click: CardClick) => Promise<void>): unknown;
  addViewSubmissionHandler(view: string, handler: (submitted: CardView) => Promise<unknown>): unknown;
  addViewClosedHandler(view: string[], handler: (closed: CardView) => Promise<void>): unknown;
}

/**
 * Registers the approval card's handlers with a function that can post a card.
 * A click reaches only the function whose execution posted the message, so each of them needs all of these;
 * an action id without a handler fails without a word.
 */
export function withCardHandlers<Host extends CardHost>(host: Host): Host {
  host.addBlockActionsHandler(["approve_publish", "approve_again"], onApprove);
  host.addBlockActionsHandler("edit_draft", onEdit);
  host.addBlockActionsHandler("reject_draft", rejecting.open);
  host.addBlockActionsHandler("revoke_approval", onRevoke);
  host.addBlockActionsHandler("acknowledge_finding", onAcknowledge);
  host.addBlockActionsHandler("ask_approver", onAsk);
  host.addBlockActionsHandler("break_glass", breakingGlass.open);
  host.addBlockActionsHandler("attest_published", attesting.open);
  host.addBlockActionsHandler("give_up_publish", onGiveUp);
  // A workflow button opens its own form; a click on it that is also delivered here needs nothing more.
  host.addBlockActionsHandler(CONTROL_ACTION, async () => {});
  host.addViewSubmissionHandler(EDIT_MODAL, onEditSubmitted);
  host.addViewSubmissionHandler(REJECT_MODAL, rejecting.submit);
  host.addViewSubmissionHandler(BREAK_GLASS_MODAL, breakingGlass.submit);
  host.addViewSubmissionHandler(ATTEST_MODAL, attesting.submit);
  // Closing a modal changes nothing: the card and its execution stay as they were.
  host.addViewClosedHandler([EDIT_MODAL, REJECT_MODAL, BREAK_GLASS_MODAL, ATTEST_MODAL], async () => {});
  return host;
}
