import { fieldError } from "../../blocks/modal.ts";
import { breakGlassModal } from "./card-modals.ts";
import { commandModal } from "./command-modal.ts";

/** *Break glass*: a typed reason lets one person approve this version. It approves nothing itself. */
export const breakingGlass = commandModal({
  view: breakGlassModal,
  errorField: "reason",
  command(clicked, field) {
    const reason = field("reason");
    if (!reason) return fieldError("reason", "Say why this cannot wait for the others: the review starts from it.");
    return { type: "UseBreakGlass", ...clicked, reason };
  },
});
