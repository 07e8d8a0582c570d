import { mint } from "../ids.ts";
import { SlackError } from "../slack-error.ts";
import type { Bookmark, Channel } from "../state.ts";
import { type Call, type Family, writableChannel } from "./call.ts";

const MAX_BOOKMARKS = 100;

/** Bookmark methods name the channel `channel_id`. */
const channelOf = (call: Call): Channel => {
  call.args.raw.channel = call.args.raw.channel_id;
  return writableChannel(call);
};

function bookmarkOf(call: Call, channel: Channel): Bookmark {
  const id = call.args.required("bookmark_id");
  const bookmark = channel.bookmarks.find((one) => one.id === id);
  if (!bookmark) throw new SlackError("not_found");
  return bookmark;
}

function assertLink(link: string): void {
  if (!/^https?:\/\/\S+$/.test(link)) throw new SlackError("invalid_link");
}

export const bookmarks: Family = {
  "bookmarks.add": {
    tier: 2,
    scopes: ["bookmarks:write"],
    run: (call) => {
      const channel = channelOf(call);
      if (call.args.required("type") !== "link") throw new SlackError("invalid_bookmark_type");
      const link = call.args.required("link");
      assertLink(link);
      if (channel.bookmarks.length >= MAX_BOOKMARKS) throw new SlackError("too_many_bookmarks");
      const bookmark: Bookmark = {
        id: mint(call.state, "Bk"),
        channel_id: channel.id,
        title: call.args.required("title"),
        link,
        ...(call.args.has("emoji") ? { emoji: call.args.text("emoji") } : {}),
        type: "link",
        date_created: Math.floor(call.now / 1000),
      };
      channel.bookmarks.push(bookmark);
      call.changed({ type: "bookmark_added", channel: channel.id, id: bookmark.id });
      return { bookmark };
    },
  },
  "bookmarks.edit": {
    tier: 2,
    scopes: ["bookmarks:write"],
    run: (call) => {
      const channel = channelOf(call);
      const bookmark = bookmarkOf(call, channel);
      const link = call.args.text("link");
      if (link !== undefined) assertLink(link);
      bookmark.link = link ?? bookmark.link;
      bookmark.title = call.args.text("title") ?? bookmark.title;
      bookmark.emoji = call.args.text("emoji") ?? bookmark.emoji;
      call.changed({ type: "bookmark_changed", channel: channel.id, id: bookmark.id });
      return { bookmark };
    },
  },
  "bookmarks.remove": {
    tier: 2,
    scopes: ["bookmarks:write"],
    run: (call) => {
      const channel = channelOf(call);
      const bookmark = bookmarkOf(call, channel);
      channel.bookmarks = channel.bookmarks.filter((one) => one !== bookmark);
      call.changed({ type: "bookmark_removed", channel: channel.id, id: bookmark.id });
      return {};
    },
  },
  "bookmarks.list": {
    tier: 3,
    scopes: ["bookmarks:read"],
    run: (call) => ({ bookmarks: channelOf(call).bookmarks }),
  },
};
