import { LIMITS } from "../../shared/limits.ts";
import { inRoom } from "./in-room.ts";
import { escapeKeepingMentions, link } from "./mrkdwn.ts";
import type { SlashCommand } from "./slash-command.ts";
import { tooLong } from "./typed-text.ts";

/** `page`: pages a person, the on-call of a service or a schedule, by their rules for urgent pages. */
export const page: SlashCommand = {
  name: "page",
  takes: "[person|schedule|service] [message]",
  summary: "pages somebody through OnCall; a line in the room follows it",
  group: "people",
  fits: ["unled", "untold"],
  run: inRoom("page", async (incident, { args, actor, act, preparePage, links }) => {
    if (args === "") {
      const form =
        links.page_someone === undefined ? "" : ` Or use the form: ${link(links.page_someone, "Page someone")}.`;
      return `Nobody was paged: say whom, as @name, a service or an on-call schedule.${form}`;
    }
    if (args.length > LIMITS.note) return tooLong("message", args, LIMITS.note);
    const prepared = await preparePage(incident, { target: args, important: true, actor: actor.userId });
    if (prepared.kind === "unclear") return escapeKeepingMentions(prepared.message);
    const refusal = await act(incident, prepared.decide);
    return escapeKeepingMentions(refusal?.message ?? prepared.done);
  }),
};
