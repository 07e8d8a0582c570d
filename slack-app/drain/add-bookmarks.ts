import * as z from "zod/mini";
import type { Link } from "../../shared/contracts/views.ts";
import { plain } from "../blocks/text.ts";
import type { Slack } from "../slack-client.ts";
import { ended, type StepEnd } from "./room-step.ts";

export const Listed = z.object({
  bookmarks: z.array(
    z.object({ id: z.optional(z.string()), link: z.nullish(z.string()), title: z.nullish(z.string()) }),
  ),
});

/** Longer titles would not fit beside each other. */
export const TITLE_MAX = 80;

/** Bookmarks in their order. On a repeated attempt those already there are left alone, for Slack would add them twice. */
export async function addBookmarks(
  slack: Slack,
  channel: string,
  links: readonly Link[],
  attempt: number,
): Promise<StepEnd> {
  const there = new Set<string>();
  if (attempt > 1 && links.length > 0) {
    const listed = await slack.call("bookmarks.list", { channel_id: channel });
    if (!listed.ok) return ended(listed);
    for (const { title, link } of z.parse(Listed, listed.body).bookmarks) there.add(`${title} ${link}`);
  }
  const refused: string[] = [];
  for (const { title, url } of links) {
    const name = plain(title, TITLE_MAX);
    if (there.has(`${name} ${url}`)) continue;
    const added = await slack.call("bookmarks.add", { channel_id: channel, title: name, type: "link", link: url });
    if (!added.ok && added.transient) return { later: added };
    if (!added.ok) refused.push(`${name}: ${added.error}`);
  }
  return refused.length === 0 ? { ok: true } : { ok: false, error: refused.join("; ").slice(0, 500) };
}
