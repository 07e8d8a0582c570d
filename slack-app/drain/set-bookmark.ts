import * as z from "zod/mini";
import type { SetBookmark } from "../../shared/contracts/outbox.ts";
import { plain } from "../blocks/text.ts";
import type { Slack, SlackRefusal } from "../slack-client.ts";
import { Listed, TITLE_MAX } from "./add-bookmarks.ts";
import { failedWith } from "./report-failure.ts";
import type { Work } from "./work.ts";

const Added = z.object({ bookmark: z.object({ id: z.string() }) });

/** Brings one bookmark of the room up to date; one that a person took away is added anew. */
export async function setBookmark(item: SetBookmark, { slack, executionId, report }: Work): Promise<boolean> {
  const { effectId, channel, bookmarkId, url: link, attempt } = item;
  const wanted = { channel, title: plain(item.title, TITLE_MAX), link };
  const edited = bookmarkId === undefined ? undefined : await edit(slack, bookmarkId, wanted);
  const set = edited ?? (await addOnce(slack, wanted, attempt));
  if (!set.ok) return await failedWith(effectId, set, { executionId, report });
  await report(effectId, { result: "bookmark-set", executionId, bookmarkId: set.id });
  return true;
}

interface Wanted {
  channel: string;
  title: string;
  link: string;
}
type Set = { ok: true; id: string } | SlackRefusal;

/** Undefined where it is not there any more. */
async function edit(slack: Slack, id: string, { channel, title, link }: Wanted): Promise<Set | undefined> {
  const edited = await slack.call("bookmarks.edit", { channel_id: channel, bookmark_id: id, title, link });
  if (edited.ok) return { ok: true, id };
  return /^(bookmark_)?not_found/.test(edited.error) ? undefined : edited;
}

/** Above the first attempt somebody may have added it and died before saying so, and Slack would add it twice. */
async function addOnce(slack: Slack, { channel, title, link }: Wanted, attempt: number): Promise<Set> {
  if (attempt > 1) {
    const listed = await slack.call("bookmarks.list", { channel_id: channel });
    if (!listed.ok) return listed;
    const there = z.parse(Listed, listed.body).bookmarks.find((one) => one.title === title && one.link === link);
    if (there?.id !== undefined) return { ok: true, id: there.id };
  }
  const added = await slack.call("bookmarks.add", { channel_id: channel, title, type: "link", link });
  return added.ok ? { ok: true, id: z.parse(Added, added.body).bookmark.id } : added;
}
