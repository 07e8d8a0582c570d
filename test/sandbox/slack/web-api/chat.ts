import { nextTs } from "../ids.ts";
import { assertText, postMessage, readBlocks, readMetadata } from "../post-message.ts";
import { SlackError } from "../slack-error.ts";
import { type Channel, channelByIdOrName, type Json, type Message, userById } from "../state.ts";
import { type Call, type Family, knownChannel, writableChannel } from "./call.ts";
import { messageShape } from "./shapes.ts";

const authorOf = ({ caller }: Call) => ({
  user: caller.user,
  bot_id: caller.bot_id,
  app_id: caller.app_id,
  execution_id: caller.execution_id,
  painted_by: caller.execution_id,
});

const content = ({ args }: Call) => ({
  text: args.text("text"),
  blocks: args.json("blocks"),
  metadata: args.json("metadata"),
  thread_ts: args.text("thread_ts") || undefined,
});

/** A bot posts where it is a member, or into any public channel with chat:write.public. */
function postableChannel(call: Call): Channel {
  const channel = knownChannel(call);
  if (!channel.members.includes(call.caller.user) && !call.caller.scopes.includes("chat:write.public")) {
    throw new SlackError("not_in_channel");
  }
  if (channel.is_archived) throw new SlackError("is_archived");
  return channel;
}

function ownMessage(call: Call, channel: Channel, refusal: string): Message {
  const message = channel.messages.find((one) => one.ts === call.args.required("ts") && !one.ephemeral_for);
  if (!message) throw new SlackError("message_not_found");
  if (message.user !== call.caller.user) throw new SlackError(refusal);
  return message;
}

function postIn(call: Call): Json {
  // The one method that takes a name where the others take an id only.
  const id = channelByIdOrName(call.state, call.args.required("channel"))?.id ?? "unknown";
  call.args.raw.channel = id;
  // The per-channel budget is spent by the attempt, valid or not.
  call.limiter.takeMessage(`${call.caller.app} ${id}`, call.now);
  const channel = postableChannel(call);
  const message = postMessage(call.state, call.now, channel, content(call), authorOf(call));
  call.changed({ type: "message", channel: channel.id, ts: message.ts });
  call.after({ type: "activity", event: messageEvent(channel, message) });
  return { channel: channel.id, ts: message.ts, message: messageShape(message, channel, call.state, true) };
}

/** What an event trigger on `message_posted` or `message_metadata_posted` would see. */
export const messageEvent = (channel: Channel, message: Message): Json & { event_type: string } => ({
  event_type: "slack#/events/message_posted",
  channel_id: channel.id,
  channel_name: channel.name,
  channel_type: channel.is_private ? "private" : "public",
  message_ts: message.ts,
  text: message.text,
  user_id: message.user,
  ...(message.thread_ts ? { thread_ts: message.thread_ts } : {}),
  ...(message.app_id ? { app_id: message.app_id } : {}),
  ...(message.metadata ? { metadata: message.metadata } : {}),
});

function update(call: Call): Json {
  const channel = writableChannel(call);
  const message = ownMessage(call, channel, "cant_update_message");
  const { args } = call;
  if (!args.has("text") && !args.has("blocks") && !args.has("metadata")) throw new SlackError("no_text");
  const text = args.text("text") ?? message.text;
  assertText(text);
  // Left out means kept, an empty list or object means removed (docs.slack.dev, chat.update).
  const blocks = args.has("blocks") ? readBlocks(args.json("blocks")) : message.blocks;
  const metadata = args.has("metadata") ? readMetadata(args.json("metadata")) : message.metadata;
  if (text === "" && blocks.length === 0) throw new SlackError("no_text");
  if (args.has("blocks")) message.painted_by = call.caller.execution_id;
  Object.assign(message, { text, blocks, metadata, edited_at: nextTs(call.state, call.now) });
  call.changed({ type: "message_changed", channel: channel.id, ts: message.ts });
  return { channel: channel.id, ts: message.ts, text, message: messageShape(message, channel, call.state, true) };
}

function postEphemeral(call: Call): Json {
  const channel = postableChannel(call);
  const user = call.args.required("user");
  if (!userById(call.state, user) || !channel.members.includes(user)) throw new SlackError("user_not_in_channel");
  const message = postMessage(call.state, call.now, channel, content(call), {
    ...authorOf(call),
    ephemeral_for: user,
  });
  call.changed({ type: "message", channel: channel.id, ts: message.ts, ephemeral_for: user });
  return { message_ts: message.ts };
}

export const chat: Family = {
  "chat.postMessage": { tier: "message", scopes: ["chat:write"], run: postIn },
  "chat.update": { tier: 3, scopes: ["chat:write"], run: update },
  "chat.postEphemeral": { tier: 4, scopes: ["chat:write"], run: postEphemeral },
  "chat.delete": {
    tier: 3,
    scopes: ["chat:write"],
    run: (call) => {
      const channel = writableChannel(call);
      const message = ownMessage(call, channel, "cant_delete_message");
      channel.messages = channel.messages.filter((one) => one !== message);
      channel.pins = channel.pins.filter((pin) => pin.ts !== message.ts);
      call.changed({ type: "message_deleted", channel: channel.id, ts: message.ts });
      return { channel: channel.id, ts: message.ts };
    },
  },
  "chat.getPermalink": {
    tier: "unlimited",
    run: (call) => {
      const channel = knownChannel(call);
      const ts = call.args.required("message_ts");
      if (!channel.messages.some((message) => message.ts === ts)) throw new SlackError("message_not_found");
      return { channel: channel.id, permalink: permalink(call.url, channel.id, ts) };
    },
  },
};

export const permalink = (url: string, channel: string, ts: string): string =>
  `${url}/archives/${channel}/p${ts.replace(".", "")}`;
