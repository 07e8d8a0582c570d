import type { Core } from "./core.ts";
import { nextTs } from "./ids.ts";
import { postMessage } from "./post-message.ts";
import { SlackError } from "./slack-error.ts";
import { type Channel, channelByIdOrName, type Message, type User, userByIdOrName } from "./state.ts";
import { messageEvent } from "./web-api/chat.ts";
import { join as joinChannel } from "./web-api/conversation-members.ts";
import type { WorkflowEngine } from "./workflow-engine.ts";

/** Somebody who can use Slack here. @throws SlackError for strangers, bots, the deactivated and other workspaces. */
export function activePerson(core: Core, nameOrId: string): User {
  const user = userByIdOrName(core.state, nameOrId);
  if (!user) throw new SlackError("user_not_found");
  if (user.deleted) throw new SlackError("account_inactive");
  if (user.is_bot) throw new SlackError("user_is_bot");
  if (user.team_id !== core.state.team.id) throw new SlackError("team_access_not_granted");
  return user;
}

/**
 * Whoever a click is attributed to. Slack's own client shows a button to members only, yet a request can be forged or sent
 * again: the app must decide by itself who may act, so a click of anybody with an account is delivered.
 */
export function clicker(core: Core, nameOrId: string): User {
  const user = userByIdOrName(core.state, nameOrId);
  if (!user) throw new SlackError("user_not_found");
  return user;
}

export function anyChannel(core: Core, nameOrId: string): Channel {
  const channel = channelByIdOrName(core.state, nameOrId);
  if (!channel) throw new SlackError("channel_not_found");
  return channel;
}

/** A channel this person can see: guests and outsiders only their own, private ones members only. */
export function visibleChannel(core: Core, user: User, nameOrId: string): Channel {
  const channel = channelByIdOrName(core.state, nameOrId);
  const hidden =
    channel &&
    !channel.members.includes(user.id) &&
    (channel.is_private || user.is_restricted || user.is_ultra_restricted);
  if (!channel || hidden) throw new SlackError("channel_not_found");
  return channel;
}

export function visibleMessage(channel: Channel, user: User, ts: string): Message {
  const message = channel.messages.find(
    (one) => one.ts === ts && (!one.ephemeral_for || one.ephemeral_for === user.id),
  );
  if (!message) throw new SlackError("message_not_found");
  return message;
}

export interface PeopleActs {
  message(act: { user: string; channel: string; text: string; thread_ts?: string }): { ts: string; channel: string };
  edit(act: { user: string; channel: string; ts: string; text: string }): Record<string, never>;
  delete(act: { user: string; channel: string; ts: string }): Record<string, never>;
  react(act: { user: string; channel: string; ts: string; name: string }): Record<string, never>;
  pin(act: { user: string; channel: string; ts: string }): Record<string, never>;
  join(act: { user: string; channel: string }): { channel: string };
}

/** Ordinary human activity: talking, changing one's own words, reacting, pinning, joining. */
export function peopleActs(core: Core, engine: WorkflowEngine): PeopleActs {
  const writable = (user: User, nameOrId: string): Channel => {
    const channel = visibleChannel(core, user, nameOrId);
    if (!channel.members.includes(user.id)) throw new SlackError("not_in_channel");
    if (channel.is_archived) throw new SlackError("is_archived");
    return channel;
  };
  const enter = (channel: Channel, user: User): void => {
    if (channel.members.includes(user.id)) return;
    const after = (aftermath: { type: string; event?: unknown }) => {
      if (aftermath.type === "activity") engine.activity(aftermath.event as Parameters<typeof engine.activity>[0]);
    };
    joinChannel({ changed: core.changed, after }, channel, user.id);
  };
  return {
    message: ({ user: who, channel: where, text, thread_ts }) => {
      const user = activePerson(core, who);
      const channel = writable(user, where);
      const message = postMessage(core.state, core.clock.now(), channel, { text, thread_ts }, { user: user.id });
      core.changed({ type: "message", channel: channel.id, ts: message.ts });
      engine.activity(messageEvent(channel, message));
      return { ts: message.ts, channel: channel.id };
    },
    // No trigger hears of these two: Slack offers a hosted app no event for them.
    edit: ({ user: who, channel: where, ts, text }) => {
      const user = activePerson(core, who);
      const channel = writable(user, where);
      const message = visibleMessage(channel, user, ts);
      if (message.user !== user.id) throw new SlackError("cant_update_message");
      Object.assign(message, { text, edited_at: nextTs(core.state, core.clock.now()) });
      core.changed({ type: "message_changed", channel: channel.id, ts });
      return {};
    },
    delete: ({ user: who, channel: where, ts }) => {
      const user = activePerson(core, who);
      const channel = writable(user, where);
      const message = visibleMessage(channel, user, ts);
      if (message.user !== user.id) throw new SlackError("cant_delete_message");
      channel.messages = channel.messages.filter((one) => one !== message);
      channel.pins = channel.pins.filter((pin) => pin.ts !== ts);
      core.changed({ type: "message_deleted", channel: channel.id, ts });
      return {};
    },
    react: ({ user: who, channel: where, ts, name }) => {
      const user = activePerson(core, who);
      const channel = writable(user, where);
      const message = visibleMessage(channel, user, ts);
      const emoji = name.replace(/^:|:$/g, "");
      const reaction = message.reactions.find((one) => one.name === emoji);
      if (reaction?.users.includes(user.id)) throw new SlackError("already_reacted");
      if (reaction) reaction.users.push(user.id);
      else message.reactions.push({ name: emoji, users: [user.id] });
      core.changed({ type: "reaction_added", channel: channel.id, ts, name: emoji });
      engine.activity({
        event_type: "slack#/events/reaction_added",
        channel_id: channel.id,
        message_ts: ts,
        reaction: emoji,
        user_id: user.id,
        message_context: { message_ts: ts, channel_id: channel.id, user_id: message.user },
      });
      return {};
    },
    pin: ({ user: who, channel: where, ts }) => {
      const user = activePerson(core, who);
      const channel = writable(user, where);
      visibleMessage(channel, user, ts);
      if (channel.pins.some((pin) => pin.ts === ts)) throw new SlackError("already_pinned");
      channel.pins.push({ ts, by: user.id, at: Math.floor(core.clock.now() / 1000) });
      core.changed({ type: "pin_added", channel: channel.id, ts });
      engine.activity({
        event_type: "slack#/events/pin_added",
        channel_id: channel.id,
        channel_name: channel.name,
        channel_type: channel.is_private ? "private" : "public",
        message_ts: ts,
        user_id: user.id,
      });
      return {};
    },
    join: ({ user: who, channel: where }) => {
      const user = activePerson(core, who);
      // Somebody inside lets them into a private channel; guests are placed by an admin and nobody else.
      const guest = user.is_restricted || user.is_ultra_restricted;
      const channel = guest ? visibleChannel(core, user, where) : anyChannel(core, where);
      if (channel.is_archived) throw new SlackError("is_archived");
      enter(channel, user);
      return { channel: channel.id };
    },
  };
}
