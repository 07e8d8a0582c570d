import { fieldError } from "../../blocks/modal.ts";
import { rejectModal } from "./card-modals.ts";
import { commandModal } from "./command-modal.ts";

/** *Reject* asks for a reason; the bridge then ends the draft. */
export const rejecting = commandModal({
  view: rejectModal,
  errorField: "reason",
  command(clicked, field) {
    const reason = field("reason");
    if (!reason) return fieldError("reason", "Say in a few words why.");
    return { type: "RejectDraft", ...clicked, reason };
  },
});
