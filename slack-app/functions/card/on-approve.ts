import { commandClick } from "./command-click.ts";

/**
 * *Approve & Publish* and *Approve again*. Once it is enough, publishing begins at once and the card has no buttons until the outcome
 * is known; after the first of two approvals it keeps them.
 */
export const onApprove = commandClick({
  command: (clicked) => ({ type: "ApproveDraft", ...clicked }),
  buttons: ({ state }) => (state === "APPROVED" || state === "PUBLISHING" ? "without-buttons" : "with-buttons"),
});
