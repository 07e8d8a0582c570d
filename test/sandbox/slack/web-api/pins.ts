import { SlackError } from "../slack-error.ts";
import type { Channel, Message } from "../state.ts";
import { type Call, type Family, memberChannel, writableChannel } from "./call.ts";
import { messageShape } from "./shapes.ts";

function shownMessage(call: Call, channel: Channel): Message {
  const ts = call.args.required("timestamp");
  const message = channel.messages.find((one) => one.ts === ts && !one.ephemeral_for);
  if (!message) throw new SlackError("message_not_found");
  return message;
}

export const pins: Family = {
  "pins.add": {
    tier: 2,
    scopes: ["pins:write"],
    run: (call) => {
      const channel = writableChannel(call);
      const { ts } = shownMessage(call, channel);
      if (channel.pins.some((pin) => pin.ts === ts)) throw new SlackError("already_pinned");
      channel.pins.push({ ts, by: call.caller.user, at: Math.floor(call.now / 1000) });
      call.changed({ type: "pin_added", channel: channel.id, ts });
      return {};
    },
  },
  "pins.remove": {
    tier: 2,
    scopes: ["pins:write"],
    run: (call) => {
      const channel = writableChannel(call);
      const { ts } = shownMessage(call, channel);
      if (!channel.pins.some((pin) => pin.ts === ts)) throw new SlackError("no_pin");
      channel.pins = channel.pins.filter((pin) => pin.ts !== ts);
      call.changed({ type: "pin_removed", channel: channel.id, ts });
      return {};
    },
  },
  "pins.list": {
    tier: 2,
    scopes: ["pins:read"],
    run: (call) => {
      const channel = memberChannel(call);
      return {
        items: channel.pins.flatMap((pin) => {
          const message = channel.messages.find((one) => one.ts === pin.ts);
          return message
            ? [
                {
                  type: "message",
                  channel: channel.id,
                  created: pin.at,
                  created_by: pin.by,
                  message: messageShape(message, channel, call.state, false),
                },
              ]
            : [];
        }),
      };
    },
  },
};

export const reactions: Family = {
  "reactions.add": {
    tier: 3,
    scopes: ["reactions:write"],
    run: (call) => {
      const channel = writableChannel(call);
      const message = shownMessage(call, channel);
      const name = call.args.required("name");
      const reaction = message.reactions.find((one) => one.name === name);
      if (reaction?.users.includes(call.caller.user)) throw new SlackError("already_reacted");
      if (reaction) reaction.users.push(call.caller.user);
      else message.reactions.push({ name, users: [call.caller.user] });
      call.changed({ type: "reaction_added", channel: channel.id, ts: message.ts, name });
      return {};
    },
  },
};
