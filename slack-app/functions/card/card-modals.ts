import * as z from "zod/mini";
import { DraftId, Hash16, IncidentId, MessageTs, SlackChannelId } from "../../../shared/contracts/ids.ts";
import type { DraftView } from "../../../shared/contracts/views.ts";
import { LIMITS } from "../../../shared/limits.ts";
import { sentenceSection } from "../../blocks/block-kit.ts";
import { modal, textInput, type View } from "../../blocks/modal.ts";

export const EDIT_MODAL = "edit_draft_modal";
export const REJECT_MODAL = "reject_draft_modal";

/** What a card's modal remembers between opening and submitting; all of it is checked again by the bridge. */
const Remembered = z.object({
  incident_id: IncidentId,
  draft_id: DraftId,
  base_version: z.int(),
  hash16: Hash16,
  channel_id: SlackChannelId,
  message_ts: MessageTs,
  effect_id: z.optional(z.string()),
});
export type Remembered = z.infer<typeof Remembered>;

export const recall = (memory: string): Remembered => z.parse(Remembered, JSON.parse(memory));

export const editLoading = (): View => modal({ callbackId: EDIT_MODAL, title: "Edit update" });

/** The draft as the bridge has it now: an edit starts from the current version, not from what the card showed. */
export const editModal = (draft: DraftView, remembered: Remembered, note?: string): View =>
  modal({
    callbackId: EDIT_MODAL,
    title: "Edit update",
    submit: "Save version",
    memory: remembered,
    blocks: [
      ...(note ? [sentenceSection(note)] : []),
      textInput({ name: "title", label: "Title", max: LIMITS.publicTitle, initial: draft.title }),
      textInput({
        name: "body",
        label: "Text customers will read",
        max: LIMITS.publicBody,
        multiline: true,
        initial: draft.body,
      }),
    ],
  });

export const editUnavailable = (sentence: string): View =>
  modal({ callbackId: EDIT_MODAL, title: "Edit update", blocks: [sentenceSection(sentence)] });

/** One modal for both ways of ending a draft; they differ only in words. */
export const rejectModal = (remembered: Remembered, way: "reject" | "give-up"): View =>
  modal({
    callbackId: REJECT_MODAL,
    title: way === "reject" ? "Reject update" : "Give up publishing",
    submit: way === "reject" ? "Reject" : "Give up",
    memory: remembered,
    blocks: [
      sentenceSection(
        way === "reject"
          ? "Customers will not read this text. The reason is kept with the incident."
          : "Nothing more will be sent for this version. The reason is kept with the incident.",
      ),
      textInput({ name: "reason", label: "Reason", max: LIMITS.reason, multiline: true }),
    ],
  });
