import type { JoinRequestView } from "../../shared/contracts/views.ts";
import { type Rendered, sections } from "./block-kit.ts";
import { controlBlocks } from "./controls.ts";
import { lines, md, mention } from "./text.ts";

/** One line: who asks, why, and what came of it. */
export function joinRequest(view: JoinRequestView): Rendered {
  const { userId, reason, mention: asked, acceptedBy, invited, controls } = view;
  const why = reason ? md`: ${lines(reason.replace(/\s+/g, " "), 500)}` : "";
  const line = acceptedBy
    ? md`${mention(acceptedBy)} let ${mention(userId)} in${why}${outcome(invited)}`
    : md`${asked ? md`${mention(asked)}, ` : ""}${mention(userId)} asks to join${why}`;
  return { text: line.text, blocks: [...sections([line]), ...controlBlocks(controls)] };
}

function outcome(invited: JoinRequestView["invited"]) {
  if (!invited) return "";
  return invited.error
    ? md`. :warning: Slack did not take the invitation: ${invited.error}`
    : md`. They have been invited`;
}
