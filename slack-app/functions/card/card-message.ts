import type { DraftView } from "../../../shared/contracts/views.ts";
import type { CardAction } from "../../../shared/vocabulary.ts";
import {
  BLOCK_LIMITS,
  type Block,
  context,
  type Element,
  exactSection,
  fits,
  header,
  plainText,
  type Rendered,
  sections,
} from "../../blocks/block-kit.ts";
import { controlBlocks } from "../../blocks/controls.ts";
import { joined, lines, type Mrkdwn, md, mention, sentence } from "../../blocks/text.ts";
import { CardValue } from "./card-value.ts";

/** Only the execution that posted a card may draw it with buttons. */
export type Buttons = "with-buttons" | "without-buttons";

export interface CardMessage extends Rendered {
  metadata: { event_type: "approval_card"; event_payload: Record<string, string | number> };
}

/**
 * One draft version, whole. `title` and `body` are what customers will read, to the letter.
 * @throws TextTooLongError when Slack could only show the text in pieces: nobody may approve what they cannot see.
 */
export function cardMessage(draft: DraftView, buttons: Buttons, effectId: string): CardMessage {
  const { incidentId, draftId, version, contentHash, title, body } = draft;
  if (!fits(body) || !fits(title)) throw new TextTooLongError(draftId, version);
  const acting = buttons === "with-buttons" ? draft.actions : [];
  const headline = headlineOf(draft, acting);
  const blocks: Block[] = [
    header(headline),
    ...sections(facts(draft)),
    ...sections([md`*Title*`]),
    exactSection("draft_title", title),
    ...sections([md`*Text customers will read*`]),
    exactSection("draft_text", body),
    ...(draft.previousBody ? context([md`*Public until now:* ${lines(draft.previousBody, 600)}`]) : []),
    ...(draft.previousByHand === undefined
      ? []
      : context([md`*Public until now:* changed by hand on the page; read it there: ${draft.previousByHand}`])),
    ...sections(
      (isOpen(draft) ? draft.blockers : []).map((blocker) => md`:no_entry: *Must be edited out:* ${blocker}`),
    ),
    ...findingBlocks(draft, acting.includes("acknowledge_finding")),
    ...sections(standing(draft)),
    ...context([provenance(draft)]),
    ...actionsOf(draft, acting),
    ...controlBlocks(draft.controls),
  ];
  return {
    text: headline,
    blocks,
    metadata: {
      event_type: "approval_card",
      event_payload: {
        effect_id: effectId,
        incident_id: incidentId,
        draft_id: draftId,
        version,
        content_hash: contentHash,
      },
    },
  };
}

/** A draft that one Slack section cannot hold. The bridge's own limit is lower, so this is a fault worth stopping at. */
class TextTooLongError extends Error {
  override readonly name = "TextTooLongError";
  constructor(draftId: string, version: number) {
    super(`the text of ${draftId} version ${version} does not fit one Slack section; shorten it and request again`);
  }
}

const OPS = {
  create: "Opens a public incident",
  update: "Updates the public incident",
  resolve: "Resolves the public incident",
} as const;

const spoken = (status: string) => status.replaceAll("_", " ");

function facts({ page, op, status, previousStatus, components, notify, publicUrl }: DraftView): Mrkdwn[] {
  const change = previousStatus && previousStatus !== status ? `${previousStatus} → ${status}` : status;
  return [
    md`*${OPS[op]}* on ${page}`,
    md`*Status* ${change}`,
    ...(components.length > 0
      ? components.map(
          ({ name, from, to }) => md`*Component* ${name}${from ? md`: ${spoken(from)}` : ""} → ${spoken(to)}`,
        )
      : [md`*Components* unchanged`]),
    md`*E-mails subscribers:* ${notify ? "yes" : "no"}`,
    ...(publicUrl ? [md`*Public at* ${publicUrl}`] : []),
  ];
}

function provenance({ author, version, contentHash, incidentId }: DraftView): Mrkdwn {
  const who = author.userId ? mention(author.userId) : author.kind === "human" ? md`a person` : md`the ${author.kind}`;
  return md`Written by ${who}${author.note ? md` (${author.note})` : ""} · version ${version} · ${contentHash.slice(0, 8)} · ${incidentId}`;
}

function headlineOf({ state, version }: DraftView, acting: readonly CardAction[]): string {
  if (state === "APPROVED" || state === "PUBLISHING") return `Customer update, version ${version}: publishing …`;
  const asks = acting.includes("approve_publish") || acting.includes("approve_again");
  return `${asks ? "Approval needed: customer" : "Customer"} update, version ${version}`;
}

/** True while a person may still decide about this version. */
const isOpen = ({ state }: DraftView): boolean =>
  ["DRAFTED", "SHOWN", "PARTIAL", "FAILED", "NEEDS_HUMAN"].includes(state);

/** Where it stands, who has approved so far, and who may not. */
function standing(draft: DraftView): Mrkdwn[] {
  const { standing, approvals, approvalsNeeded, policyNote } = draft;
  const by = joined(
    approvals.map((approval) => mention(approval.by)),
    ", ",
  );
  return [
    md`*${sentence(standing)}*`,
    ...(approvalsNeeded > 1 || approvals.length > 0
      ? [md`*Approvals* ${approvals.length} of ${approvalsNeeded}${approvals.length > 0 ? md`: ${by}` : ""}`]
      : []),
    ...(policyNote && isOpen(draft) ? [md`:busts_in_silhouette: ${sentence(policyNote)}`] : []),
  ];
}

/** More than this many findings say that the text needs an edit, not ticks. */
const FINDINGS_MAX = 10;

/** What the scan found, who has seen it, and a button for each finding that nobody has. */
function findingBlocks(draft: DraftView, acting: boolean): Block[] {
  const open = isOpen(draft) ? draft.findings.filter(({ acknowledgedBy }) => acknowledgedBy === undefined) : [];
  const seen = draft.findings.filter(({ acknowledgedBy }) => acknowledgedBy !== undefined);
  const shown = open.slice(0, FINDINGS_MAX);
  const rest = open.length - shown.length;
  return [
    ...sections([
      ...shown.map(({ text }) => md`:mag: *Meant to be public?* ${text}`),
      ...(rest > 0 ? [md`… and ${rest} more: edit the text.`] : []),
      ...seen.map(
        ({ text, acknowledgedBy }) => md`:white_check_mark: ${text} (seen by ${mention(acknowledgedBy ?? "")})`,
      ),
    ]),
    ...(acting
      ? shown.map(
          // A block each: action ids must differ within one.
          ({ id, text }, index): Block => ({
            type: "actions",
            block_id: `finding_${index + 1}`,
            elements: [
              {
                type: "button",
                action_id: "acknowledge_finding",
                text: plainText(`Seen: ${text}`, BLOCK_LIMITS.button),
                value: CardValue.write(draft, id),
              },
            ],
          }),
        )
      : []),
  ];
}

const confirmation = (title: string, text: string, confirm: string) => ({
  title: plainText(title, 100),
  text: plainText(text, 300),
  confirm: plainText(confirm, 30),
  deny: plainText("Back", 30),
});

const PUBLISH_CONFIRM = confirmation(
  "Publish to customers?",
  "This posts the exact title and text of this card to the public status page.",
  "Publish",
);

const GIVE_UP_CONFIRM = confirmation(
  "Give up publishing?",
  "Nothing more will be sent for this version. If it is on the page after all, go back and say so instead.",
  "Give up",
);

type Look = Pick<Extract<Element, { type: "button" }>, "style" | "confirm"> & { label: string };

const BUTTONS = {
  approve_publish: { label: "Approve & Publish", style: "primary", confirm: PUBLISH_CONFIRM },
  edit_draft: { label: "Edit" },
  reject_draft: { label: "Reject", style: "danger" },
  revoke_approval: { label: "Revoke approval", style: "danger" },
  ask_approver: { label: "Ask an approver" },
  break_glass: { label: "Break glass", style: "danger" },
  approve_again: { label: "Approve again", style: "primary", confirm: PUBLISH_CONFIRM },
  attest_published: { label: "It is on the page" },
  give_up_publish: { label: "Give up", style: "danger", confirm: GIVE_UP_CONFIRM },
} as const satisfies Record<Exclude<CardAction, "acknowledge_finding">, Look>;

/** An approval that others must follow publishes nothing yet, and says so. */
function lookOf(action: keyof typeof BUTTONS, { approvals, approvalsNeeded }: DraftView): Look {
  const nth = approvals.length + 1;
  if (!["approve_publish", "approve_again"].includes(action) || nth >= approvalsNeeded) return BUTTONS[action];
  return {
    label: `Approve (${nth} of ${approvalsNeeded})`,
    style: "primary",
    confirm: confirmation(
      "Approve this text?",
      `It is posted once ${approvalsNeeded} people have approved exactly this title and text.`,
      "Approve",
    ),
  };
}

function actionsOf(draft: DraftView, actions: readonly CardAction[]): Block[] {
  const value = CardValue.write(draft);
  const elements = actions.flatMap((action_id): Element[] => {
    // Its buttons stand with the findings.
    if (action_id === "acknowledge_finding") return [];
    const { label, ...look } = lookOf(action_id, draft);
    return [{ type: "button", action_id, text: plainText(label, BLOCK_LIMITS.button), value, ...look }];
  });
  return elements.length > 0 ? [{ type: "actions", block_id: "approval", elements }] : [];
}
