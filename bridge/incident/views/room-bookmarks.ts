import { createHash } from "node:crypto";
import { closingKey, type Incident } from "../state.ts";
import { checklistHolder, checklistKey } from "./checklist-view.ts";

/** One bookmark of the room that follows the incident. */
export interface RoomBookmark {
  key: "now" | "public";
  title: string;
  url: string;
  /** Names what it says. */
  rev: string;
}

/** Where the room stands, by severity and phase, one click from its message; and what customers read, once they read anything. */
export function roomBookmarks(state: Incident): RoomBookmark[] {
  const { severity, response, resolved, public: shown } = state;
  const here = resolved
    ? { title: `${severity} · over: how it ended`, message: closingKey(state) }
    : { title: `${severity} · ${response.phase}: checklist`, message: checklistKey(checklistHolder(state)) };
  const message = state.messages.get(here.message);
  return [
    // Slack finds the workspace by the channel's id.
    ...(message
      ? [bookmark("now", here.title, `https://slack.com/archives/${message.channel}/p${message.ts.replace(".", "")}`)]
      : []),
    ...(shown && /^https?:\/\/\S+$/.test(shown.url)
      ? [bookmark("public", `Status page: ${shown.status}`, shown.url)]
      : []),
  ];
}

const bookmark = (key: RoomBookmark["key"], title: string, url: string): RoomBookmark => ({
  key,
  title,
  url,
  rev: createHash("sha256").update(`${title}\n${url}`).digest("hex").slice(0, 16),
});
