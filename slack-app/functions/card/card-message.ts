import type { DraftView } from "../../../shared/contracts/views.ts";
import type { CardAction } from "../../../shared/vocabulary.ts";
import {
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
import { lines, type Mrkdwn, md, mention, sentence } from "../../blocks/text.ts";
import { CardValue } from "./card-value.ts";

export interface CardMessage extends Rendered {
  metadata: { event_type: "approval_card"; event_payload: Record<string, string | number> };
}

/**
 * One draft version, whole. `title` and `body` are what customers will read, to the letter.
 * Only the execution that posted a card may draw it with buttons; everybody else draws it without.
 * @throws TextTooLongError when Slack could only show the text in pieces: nobody may approve what they cannot see.
 */
export function cardMessage(
  draft: DraftView,
  buttons: "with-buttons" | "without-buttons",
  effectId: string,
): CardMessage {
  const { incidentId, draftId, version, contentHash, title, body } = draft;
  if (!fits(body) || !fits(title)) throw new TextTooLongError(draftId, version);
  const acting = buttons === "with-buttons" ? draft.actions : [];
  const headline = `${acting.length > 0 ? "Approval needed: customer" : "Customer"} update, version ${version}`;
  const blocks: Block[] = [
    header(headline),
    ...sections(facts(draft)),
    ...sections([md`*Title*`]),
    exactSection("draft_title", title),
    ...sections([md`*Text customers will read*`]),
    exactSection("draft_text", body),
    ...(draft.previousBody ? context([md`*Public until now:* ${lines(draft.previousBody, 600)}`]) : []),
    ...sections(draft.blockers.map((blocker) => md`:no_entry: *Must be edited out:* ${blocker}`)),
    ...sections([md`*${sentence(draft.standing)}*`]),
    ...context([provenance(draft)]),
    ...(acting.length > 0 ? [actionsOf(draft, acting)] : []),
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
      ? components.map(({ name, to }) => md`*Component* ${name} → ${spoken(to)}`)
      : [md`*Components* unchanged`]),
    md`*E-mails subscribers:* ${notify ? "yes" : "no"}`,
    ...(publicUrl ? [md`*Public at* ${publicUrl}`] : []),
  ];
}

function provenance({ author, version, contentHash, incidentId }: DraftView): Mrkdwn {
  const who = author.userId ? mention(author.userId) : author.kind === "human" ? md`a person` : md`the ${author.kind}`;
  return md`Written by ${who}${author.note ? md` (${author.note})` : ""} · version ${version} · ${contentHash.slice(0, 8)} · ${incidentId}`;
}

const PUBLISH_CONFIRM = {
  title: plainText("Publish to customers?", 100),
  text: plainText("This posts the exact title and text of this card to the public status page.", 300),
  confirm: plainText("Publish", 30),
  deny: plainText("Back", 30),
};

const BUTTONS = {
  approve_publish: { label: "Approve & Publish", style: "primary", confirm: PUBLISH_CONFIRM },
  edit_draft: { label: "Edit" },
  reject_draft: { label: "Reject", style: "danger" },
  approve_again: { label: "Approve again", style: "primary", confirm: PUBLISH_CONFIRM },
  give_up_publish: { label: "Give up", style: "danger" },
} as const satisfies Record<
  CardAction,
  Pick<Extract<Element, { type: "button" }>, "style" | "confirm"> & { label: string }
>;

function actionsOf(draft: DraftView, actions: readonly CardAction[]): Block {
  const value = CardValue.write(draft);
  return {
    type: "actions",
    block_id: "approval",
    elements: actions.map((action_id): Element => {
      const { label, ...look } = BUTTONS[action_id];
      return { type: "button", action_id, text: plainText(label, 75), value, ...look };
    }),
  };
}
