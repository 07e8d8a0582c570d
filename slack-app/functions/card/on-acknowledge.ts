import { commandClick } from "./command-click.ts";

/** *Seen*: ticks the one finding that the button names. */
export const onAcknowledge = commandClick({
  command(clicked, { findingId }) {
    if (findingId === undefined) throw new TypeError("the button names no finding");
    return { type: "AcknowledgeFinding", ...clicked, findingId };
  },
});
