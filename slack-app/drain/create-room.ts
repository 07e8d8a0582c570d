import * as z from "zod/mini";
import type { Slack, SlackRefusal } from "../slack-client.ts";

export interface Room {
  channel: string;
  name: string;
}
export type Created = { ok: true; room: Room } | SlackRefusal;

const Channel = z.object({ channel: z.object({ id: z.string(), name: z.string() }) });
const Me = z.object({ user_id: z.string() });
const Listed = z.object({
  channels: z.array(z.object({ id: z.string(), name: z.string(), creator: z.optional(z.string()) })),
  response_metadata: z.nullish(z.object({ next_cursor: z.optional(z.string()) })),
});

/** Slack's limit for a channel name. */
const NAME_MAX = 80;
const LIST_PAGES = 10;

/**
 * Creates the private room. The name is reserved for one incident, so a room of that name made by our own bot is ours:
 * an earlier attempt died before it could say so. A room made by somebody else is left alone and ours gets `-2`.
 */
export async function createRoom(slack: Slack, name: string): Promise<Created> {
  const first = await createOrAdopt(slack, name);
  if (first.ok || !nameTaken(first)) return first;
  return await createOrAdopt(slack, `${name.slice(0, NAME_MAX - 2)}-2`);
}

const nameTaken = ({ error }: SlackRefusal) => error.startsWith("name_taken");

async function createOrAdopt(slack: Slack, name: string): Promise<Created> {
  const created = await slack.call("conversations.create", { name, is_private: true });
  if (created.ok) {
    const { channel } = z.parse(Channel, created.body);
    return { ok: true, room: { channel: channel.id, name: channel.name } };
  }
  return nameTaken(created) ? ((await ownRoom(slack, name)) ?? created) : created;
}

/** The room of that name that our bot made. A private room of others is not listed for us at all. */
async function ownRoom(slack: Slack, name: string): Promise<Created | undefined> {
  const identity = await slack.call("auth.test", {});
  if (!identity.ok) return identity;
  const { user_id: me } = z.parse(Me, identity.body);
  let cursor: string | undefined;
  for (let page = 0; page < LIST_PAGES; page += 1) {
    const listed = await slack.call("conversations.list", {
      types: "private_channel",
      exclude_archived: true,
      limit: 1000,
      cursor,
    });
    if (!listed.ok) return listed;
    const { channels, response_metadata } = z.parse(Listed, listed.body);
    const ours = channels.find((channel) => channel.name === name && channel.creator === me);
    if (ours) return { ok: true, room: { channel: ours.id, name: ours.name } };
    cursor = response_metadata?.next_cursor;
    if (!cursor) return undefined;
  }
  return undefined;
}
