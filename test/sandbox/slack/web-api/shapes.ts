import type { Channel, Json, Message, SlackState, User } from "../state.ts";

/** A channel as the Web API shows it to `viewer`. */
export const channelShape = (channel: Channel, state: SlackState, viewer: string): Json => ({
  id: channel.id,
  name: channel.name,
  name_normalized: channel.name,
  is_channel: !channel.is_private,
  is_group: channel.is_private,
  is_im: false,
  is_mpim: false,
  is_private: channel.is_private,
  is_archived: channel.is_archived,
  is_general: channel.name === "general",
  is_member: channel.members.includes(viewer),
  is_shared: false,
  is_ext_shared: false,
  is_org_shared: false,
  created: channel.created,
  creator: channel.creator,
  context_team_id: state.team.id,
  topic: { value: channel.topic, creator: "", last_set: 0 },
  purpose: { value: channel.purpose, creator: "", last_set: 0 },
  previous_names: channel.previous_names,
  num_members: channel.members.length,
});

/** A message as `conversations.history` lists it. Metadata only when asked for. */
export const messageShape = (message: Message, channel: Channel, state: SlackState, withMetadata: boolean): Json => {
  const replies = channel.messages.filter((other) => other.thread_ts === message.ts && other.ts !== message.ts);
  return {
    type: "message",
    ...(message.subtype ? { subtype: message.subtype } : {}),
    user: message.user,
    ...(message.bot_id ? { bot_id: message.bot_id, app_id: message.app_id } : {}),
    team: state.team.id,
    ts: message.ts,
    text: message.text,
    ...(message.blocks.length > 0 ? { blocks: message.blocks } : {}),
    ...(withMetadata && message.metadata ? { metadata: message.metadata } : {}),
    ...(message.thread_ts ? { thread_ts: message.thread_ts } : {}),
    ...(message.edited_at ? { edited: { user: message.user, ts: message.edited_at } } : {}),
    ...(message.reactions.length > 0
      ? { reactions: message.reactions.map((reaction) => ({ ...reaction, count: reaction.users.length })) }
      : {}),
    ...(replies.length > 0 ? { thread_ts: message.ts, reply_count: replies.length } : {}),
    ...(channel.pins.some((pin) => pin.ts === message.ts) ? { pinned_to: [channel.id] } : {}),
  };
};

export const userShape = (user: User, withEmail: boolean): Json => ({
  id: user.id,
  team_id: user.team_id,
  name: user.name,
  deleted: user.deleted,
  real_name: user.real_name,
  tz: "Etc/UTC",
  is_bot: user.is_bot,
  is_app_user: false,
  is_restricted: user.is_restricted,
  is_ultra_restricted: user.is_ultra_restricted,
  is_stranger: user.is_stranger,
  is_admin: false,
  is_owner: false,
  is_email_confirmed: user.email !== undefined,
  updated: 1_790_000_000,
  profile: {
    real_name: user.real_name,
    display_name: user.name,
    ...(withEmail && user.email ? { email: user.email } : {}),
    ...(user.bot_id ? { bot_id: user.bot_id, api_app_id: user.app_id } : {}),
    team: user.team_id,
  },
});
