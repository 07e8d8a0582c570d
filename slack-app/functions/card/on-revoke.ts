import { commandClick } from "./command-click.ts";

/** *Revoke approval*: takes a grant back while nothing was sent. No dialog is in the way: it is a brake. */
export const onRevoke = commandClick({ command: (clicked) => ({ type: "RevokeApproval", ...clicked }) });
