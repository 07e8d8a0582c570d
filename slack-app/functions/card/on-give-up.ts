import { commandClick } from "./command-click.ts";

/** *Give up*: ends an attempt whose outcome nobody knows. The button asks once more before it gets here. */
export const onGiveUp = commandClick({ command: (clicked) => ({ type: "GiveUpPublish", ...clicked }) });
