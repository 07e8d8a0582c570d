import * as z from "zod/mini";
import { DraftId, Hash16, IncidentId, MessageTs, SlackChannelId } from "../../../shared/contracts/ids.ts";
import type { DraftView } from "../../../shared/contracts/views.ts";
import { LIMITS } from "../../../shared/limits.ts";
import { sections, sentenceSection } from "../../blocks/block-kit.ts";
import { modal, textInput, type View } from "../../blocks/modal.ts";
import { md, sentence } from "../../blocks/text.ts";
import type { Click } from "../../payload.ts";
import type { CardValue } from "./card-value.ts";

export const EDIT_MODAL = "edit_draft_modal";
export const REJECT_MODAL = "reject_draft_modal";
export const BREAK_GLASS_MODAL = "break_glass_modal";
export const ATTEST_MODAL = "attest_published_modal";

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

export const remember = (
  { channel, ts, effectId }: Pick<Click, "channel" | "ts" | "effectId">,
  { incidentId, draftId, version, hash16 }: CardValue,
): Remembered => ({
  incident_id: incidentId,
  draft_id: draftId,
  base_version: version,
  hash16,
  channel_id: channel,
  message_ts: ts,
  ...(effectId ? { effect_id: effectId } : {}),
});

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
      ...(draft.policyNote
        ? sections([
            md`:warning: *${sentence(draft.policyNote)}*`,
            md`If the words are right as they are, close this and press *Ask an approver* on the card.`,
          ])
        : []),
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

export const rejectModal = (remembered: Remembered): View =>
  modal({
    callbackId: REJECT_MODAL,
    title: "Reject update",
    submit: "Reject",
    memory: remembered,
    blocks: [
      sentenceSection("Customers will not read this text. The reason is kept with the incident."),
      reasonInput("Reason"),
    ],
  });

export const breakGlassModal = (remembered: Remembered): View =>
  modal({
    callbackId: BREAK_GLASS_MODAL,
    title: "Break glass",
    submit: "Break glass",
    memory: remembered,
    blocks: [
      sentenceSection(
        "One authorised person, whoever wrote the text, may then approve this version alone. It publishes nothing by itself, and the next version needs everybody again.",
      ),
      sentenceSection(
        "A review opens. It keeps the room from being archived, stands in the postmortem, and only another authorised person can close it.",
      ),
      reasonInput("Why it cannot wait for the others"),
    ],
  });

/** Not filled in beforehand: whoever attests has looked at the page. */
export const attestModal = (remembered: Remembered): View =>
  modal({
    callbackId: ATTEST_MODAL,
    title: "It is on the page",
    submit: "Confirm",
    memory: remembered,
    blocks: [
      sentenceSection("Open the public page and look. You confirm, by name, what stands there; nothing is sent."),
      textInput({
        name: "link",
        label: "Link to the public entry",
        max: LINK_MAX,
        hint: "The address of the entry itself, starting with https://",
      }),
      textInput({
        name: "text",
        label: "Text that stands there",
        max: LIMITS.publicBody,
        multiline: true,
        hint: "Copy it from the page, whole and unchanged.",
      }),
    ],
  });

/** As the contract of the command allows. */
const LINK_MAX = 2_000;

const reasonInput = (label: string) => textInput({ name: "reason", label, max: LIMITS.reason, multiline: true });
