import { commandClick } from "./command-click.ts";

/** *Ask an approver*: changes nothing on the card, so whoever asked is told that it went out. */
export const onAsk = commandClick({ command: (clicked) => ({ type: "AskApprover", ...clicked }), saysDone: true });
