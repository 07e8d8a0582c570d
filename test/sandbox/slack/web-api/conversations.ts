import { mint } from "../ids.ts";
import { SlackError } from "../slack-error.ts";
import type { Channel, Json } from "../state.ts";
import {
  type Call,
  type Family,
  knownChannel,
  memberChannel,
  needChannelScope,
  page,
  writableChannel,
} from "./call.ts";
import { channelShape, messageShape } from "./shapes.ts";

const TOPIC_LENGTH = 250;

/** @throws SlackError with the rule the name breaks, `name_taken` when any channel, archived or not, has it. */
function assertNewName(call: Call, name: string): void {
  if (name === "") throw new SlackError("invalid_name_required");
  if (name.length > 80) throw new SlackError("invalid_name_maxlength");
  if (/^[-_]+$/.test(name)) throw new SlackError("invalid_name_punctuation");
  if (!/^[a-z0-9_-]+$/.test(name)) throw new SlackError("invalid_name_specials");
  if (call.state.channels.some((channel) => channel.name === name)) throw new SlackError("name_taken");
}

const shaped = (call: Call, channel: Channel): Json => ({
  channel: channelShape(channel, call.state, call.caller.user),
});

function create(call: Call): Json {
  const isPrivate = call.args.flag("is_private");
  needChannelScope(call, isPrivate, "write");
  const name = call.args.text("name") ?? "";
  assertNewName(call, name);
  const channel: Channel = {
    id: mint(call.state, "C"),
    name,
    is_private: isPrivate,
    is_archived: false,
    created: Math.floor(call.now / 1000),
    creator: call.caller.user,
    topic: "",
    purpose: "",
    previous_names: [],
    members: [call.caller.user],
    bookmarks: [],
    pins: [],
    messages: [],
  };
  call.state.channels.push(channel);
  call.changed({ type: "channel_created", channel: channel.id, name });
  return shaped(call, channel);
}

function setLine(call: Call, field: "topic" | "purpose"): Json {
  const channel = knownChannel(call);
  needChannelScope(call, channel.is_private, "write");
  writableChannel(call);
  const value = call.args.text(field) ?? "";
  if (value.length > TOPIC_LENGTH) throw new SlackError("too_long");
  channel[field] = value;
  call.changed({ type: `channel_${field}`, channel: channel.id });
  return { [field]: value, ...shaped(call, channel) };
}

function rename(call: Call): Json {
  const channel = knownChannel(call);
  needChannelScope(call, channel.is_private, "write");
  writableChannel(call);
  const name = call.args.text("name") ?? "";
  if (name !== channel.name) {
    assertNewName(call, name);
    channel.previous_names.push(channel.name);
    channel.name = name;
    call.changed({ type: "channel_renamed", channel: channel.id, name });
  }
  return shaped(call, channel);
}

function setArchived(call: Call, archived: boolean): Json {
  const channel = knownChannel(call);
  needChannelScope(call, channel.is_private, "write");
  // An archived channel has no members to check any more; a bot may still bring it back.
  if (archived) memberChannel(call);
  if (channel.is_archived === archived) throw new SlackError(archived ? "already_archived" : "not_archived");
  if (channel.name === "general") throw new SlackError("cant_archive_general");
  channel.is_archived = archived;
  call.changed({ type: archived ? "channel_archived" : "channel_unarchived", channel: channel.id });
  return {};
}

function wantedTypes(call: Call): { wantPublic: boolean; wantPrivate: boolean } {
  const types = call.args.strings("types");
  const wantPublic = types.length === 0 || types.includes("public_channel");
  const wantPrivate = types.includes("private_channel");
  if (wantPublic) needChannelScope(call, false, "read");
  if (wantPrivate) needChannelScope(call, true, "read");
  return { wantPublic, wantPrivate };
}

function listChannels(call: Call, of: string | undefined): Json {
  const { wantPublic, wantPrivate } = wantedTypes(call);
  const excludeArchived = call.args.flag("exclude_archived");
  const matching = call.state.channels.filter(
    (channel) =>
      (channel.is_private ? wantPrivate && channel.members.includes(call.caller.user) : wantPublic) &&
      !(excludeArchived && channel.is_archived) &&
      (of === undefined || channel.members.includes(of)),
  );
  const { items, response_metadata } = page(call, matching, 100, 1000);
  return { channels: items.map((channel) => channelShape(channel, call.state, call.caller.user)), response_metadata };
}

function history(call: Call): Json {
  const channel = knownChannel(call);
  needChannelScope(call, channel.is_private, "history");
  memberChannel(call);
  const { args } = call;
  const oldest = args.text("oldest") ?? "0";
  const latest = args.text("latest") || "9999999999.999999";
  const inclusive = args.flag("inclusive");
  const within = (ts: string) => (inclusive ? ts >= oldest && ts <= latest : ts > oldest && ts < latest);
  const messages = channel.messages
    .filter((message) => !message.ephemeral_for && (!message.thread_ts || message.thread_ts === message.ts))
    .filter((message) => within(message.ts))
    .reverse();
  const { items, response_metadata } = page(call, messages, 100, 999);
  const withMetadata = args.flag("include_all_metadata");
  return {
    messages: items.map((message) => messageShape(message, channel, call.state, withMetadata)),
    has_more: response_metadata.next_cursor !== "",
    pin_count: channel.pins.length,
    response_metadata,
  };
}

function replies(call: Call): Json {
  const channel = knownChannel(call);
  needChannelScope(call, channel.is_private, "history");
  memberChannel(call);
  const ts = call.args.required("ts");
  const thread = channel.messages.filter(
    (message) => !message.ephemeral_for && (message.ts === ts || message.thread_ts === ts),
  );
  if (thread.length === 0) throw new SlackError("thread_not_found");
  const { items, response_metadata } = page(call, thread, 100, 1000);
  const withMetadata = call.args.flag("include_all_metadata");
  return {
    messages: items.map((message) => messageShape(message, channel, call.state, withMetadata)),
    has_more: response_metadata.next_cursor !== "",
    response_metadata,
  };
}

export const conversations: Family = {
  "conversations.create": { tier: 2, run: create },
  "conversations.setTopic": { tier: 2, run: (call) => setLine(call, "topic") },
  "conversations.setPurpose": { tier: 2, run: (call) => setLine(call, "purpose") },
  "conversations.rename": { tier: 2, run: rename },
  "conversations.archive": { tier: 2, run: (call) => setArchived(call, true) },
  "conversations.unarchive": { tier: 2, run: (call) => setArchived(call, false) },
  "conversations.list": { tier: 2, run: (call) => listChannels(call, undefined) },
  "users.conversations": { tier: 3, run: (call) => listChannels(call, call.args.text("user") || call.caller.user) },
  "conversations.info": {
    tier: 3,
    run: (call) => {
      const channel = knownChannel(call);
      needChannelScope(call, channel.is_private, "read");
      return shaped(call, channel);
    },
  },
  "conversations.history": { tier: 3, run: history },
  "conversations.replies": { tier: 3, run: replies },
};
