import * as z from "zod/mini";
import { sections } from "../blocks/block-kit.ts";
import { sentence } from "../blocks/text.ts";
import type { Instant } from "../clock.ts";
import { log } from "../log.ts";
import type { Slack } from "../slack-client.ts";
import type { DrainEnd } from "./drain.ts";
import { findPosted } from "./find-posted.ts";

const EVENT = "bridge_away";
const Me = z.object({ user_id: z.string() });
const Listed = z.object({
  channels: z.array(z.object({ id: z.string(), name: z.string(), creator: z.optional(z.string()) })),
});
/** What the rest of an execution has time for. */
const ROOMS_MAX = 10;

type Away = Extract<DrainEnd, { kind: "unreachable" | "refused" }>;

/** What is known of a bridge that does not work with us, and nothing more. */
export const awaySentence = (end: Away, at: Instant): string =>
  end.kind === "refused"
    ? `At ${clockTime(at)} the incident bridge answered, but refused this app (${end.status}).`
    : `At ${clockTime(at)} the incident bridge could not be reached (${end.why}).`;

/**
 * Says in each war room that the bridge is away, at most once an hour: people there press buttons that do nothing. Rooms are known
 * by their name and maker, because who could say which they are is away. Whatever fails here is logged and costs nothing else.
 */
export async function tellRooms(slack: Slack, end: Away, at: Instant): Promise<void> {
  const rooms = await openRooms(slack);
  if (!Array.isArray(rooms)) return log("warn", "rooms_not_told", { error: rooms.error });
  const effectId = `bridge-away:${new Date(at).toISOString().slice(0, 13)}`;
  const text = sentence(
    `${awaySentence(end, at)} Until it answers, buttons, forms and commands here record nothing, no reminder comes and alerts open no room. Whether a customer update that was approved before then went out is not known here: look at the status page. Write down in this channel what you decide.`,
    2_000,
  );
  for (const { id: channel } of rooms.slice(0, ROOMS_MAX)) {
    const told = await findPosted(slack, channel, { eventType: EVENT, effectId });
    // Not knowing is no reason to say it twice.
    if (!told.ok || told.ts !== undefined) continue;
    const posted = await slack.call("chat.postMessage", {
      channel,
      text: text.text,
      blocks: sections([text]),
      metadata: { event_type: EVENT, event_payload: { effect_id: effectId } },
    });
    if (!posted.ok) log("warn", "room_not_told", { channel, error: posted.error });
  }
}

async function openRooms(slack: Slack) {
  const identity = await slack.call("auth.test", {});
  if (!identity.ok) return identity;
  const { user_id: me } = z.parse(Me, identity.body);
  const listed = await slack.call("conversations.list", {
    types: "private_channel",
    exclude_archived: true,
    limit: 1000,
  });
  if (!listed.ok) return listed;
  return z.parse(Listed, listed.body).channels.filter(({ name, creator }) => creator === me && name.startsWith("inc-"));
}

const clockTime = (at: Instant): string => `${new Date(at).toISOString().slice(11, 16)} UTC`;
