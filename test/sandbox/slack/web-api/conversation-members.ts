import { SlackError } from "../slack-error.ts";
import { type Channel, type Json, userById } from "../state.ts";
import {
  type Call,
  type Family,
  knownChannel,
  memberChannel,
  needChannelScope,
  page,
  writableChannel,
} from "./call.ts";
import { channelShape } from "./shapes.ts";

const MAX_INVITED = 100;

/** Why this person cannot be invited; undefined when they can. */
function inviteRefusal(call: Call, channel: Channel, id: string): string | undefined {
  const user = userById(call.state, id);
  if (!user) return "user_not_found";
  if (user.id === call.caller.user) return "cant_invite_self";
  if (channel.members.includes(user.id)) return "already_in_channel";
  if (user.deleted) return "cant_invite";
  // A person of another workspace needs Slack Connect, which an app cannot arrange here.
  if (user.team_id !== call.state.team.id) return "user_not_found";
  // A single-channel guest already has the one channel.
  if (user.is_ultra_restricted) return "ura_max_channels";
  return undefined;
}

export function join(call: Pick<Call, "changed" | "after">, channel: Channel, user: string, inviter?: string): void {
  channel.members.push(user);
  call.changed({ type: "member_joined", channel: channel.id, user });
  call.after({
    type: "activity",
    event: {
      event_type: "slack#/events/user_joined_channel",
      channel_id: channel.id,
      channel_name: channel.name,
      channel_type: channel.is_private ? "private" : "public",
      user_id: user,
      ...(inviter ? { inviter_id: inviter } : {}),
    },
  });
}

/** Without `force` one bad name stops all; with it the others are invited and the bad ones listed in `errors`. */
function invite(call: Call): Json {
  const channel = knownChannel(call);
  needChannelScope(call, channel.is_private, "write");
  writableChannel(call);
  const ids = [...new Set(call.args.strings("users"))];
  if (ids.length === 0) throw new SlackError("no_user");
  if (ids.length > MAX_INVITED) throw new SlackError("too_many_users");
  const judged = ids.map((user) => ({ user, error: inviteRefusal(call, channel, user) }));
  const errors = judged.flatMap(({ user, error }) => (error ? [{ user, ok: false, error }] : []));
  const welcome = judged.filter(({ error }) => !error);
  const first = errors[0];
  if (first && (!call.args.flag("force") || welcome.length === 0)) throw new SlackError(first.error, { errors });
  for (const { user } of welcome) join(call, channel, user, call.caller.user);
  return {
    channel: channelShape(channel, call.state, call.caller.user),
    ...(errors.length > 0 ? { errors } : {}),
  };
}

function remove(call: Call, channel: Channel, user: string): void {
  channel.members = channel.members.filter((member) => member !== user);
  call.changed({ type: "member_left", channel: channel.id, user });
}

export const conversationMembers: Family = {
  "conversations.invite": { tier: 3, run: invite },
  "conversations.members": {
    tier: 4,
    run: (call) => {
      const channel = knownChannel(call);
      needChannelScope(call, channel.is_private, "read");
      const { items, response_metadata } = page(call, channel.members, 100, 1000);
      return { members: items, response_metadata };
    },
  },
  "conversations.kick": {
    tier: 3,
    run: (call) => {
      const channel = knownChannel(call);
      needChannelScope(call, channel.is_private, "write");
      writableChannel(call);
      const user = call.args.required("user");
      if (!userById(call.state, user)) throw new SlackError("user_not_found");
      if (user === call.caller.user) throw new SlackError("cant_kick_self");
      if (!channel.members.includes(user)) throw new SlackError("not_in_channel");
      remove(call, channel, user);
      return { errors: {} };
    },
  },
  "conversations.join": {
    tier: 3,
    run: (call) => {
      const channel = knownChannel(call);
      if (channel.is_private) throw new SlackError("method_not_supported_for_channel_type");
      needChannelScope(call, false, "write", "join");
      if (channel.is_archived) throw new SlackError("is_archived");
      if (!channel.members.includes(call.caller.user)) join(call, channel, call.caller.user);
      return { channel: channelShape(channel, call.state, call.caller.user) };
    },
  },
  "conversations.leave": {
    tier: 3,
    run: (call) => {
      const channel = memberChannel(call);
      needChannelScope(call, channel.is_private, "write");
      remove(call, channel, call.caller.user);
      return {};
    },
  },
};
