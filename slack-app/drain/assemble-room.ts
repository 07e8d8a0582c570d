import type { AssembleRoom, RoomStep } from "../../shared/contracts/outbox.ts";
import type { MessageView } from "../../shared/contracts/views.ts";
import { plain } from "../blocks/text.ts";
import { putRow } from "../datastores/put-row.ts";
import { WarRooms } from "../datastores/war-rooms.ts";
import type { SlackRefusal } from "../slack-client.ts";
import { addBookmarks } from "./add-bookmarks.ts";
import { createRoom, type Room } from "./create-room.ts";
import { invitePeople } from "./invite-people.ts";
import { listenToRoom } from "./listen-to-room.ts";
import { pinned } from "./paint-message.ts";
import { postOnce } from "./post-once.ts";
import { failedWith } from "./report-failure.ts";
import { ended, type StepEnd, type StepReport } from "./room-step.ts";
import type { Work } from "./work.ts";

/** Slack's limit for purpose and topic. */
const TOPIC_MAX = 250;

/**
 * Opens the room. Every step may be repeated, and each is reported singly.
 * 1. Create the channel, or find the one an earlier attempt made. Its report and the next steps go out together.
 * 2. People first: one invitation for all of them. Then the context message, because a mention of somebody who is not in
 *    the room notifies nobody, then the checklist. Purpose, topic and bookmarks run beside all that.
 * 3. Where a step is missing, whether refused or only put off, the effect is `failed`: the bridge decides when to try again.
 */
export async function assembleRoom(item: AssembleRoom, work: Work): Promise<boolean> {
  const { effectId, attempt, incidentId } = item;
  const { slack, executionId, report } = work;

  const made = item.channel
    ? { ok: true as const, room: { channel: item.channel, name: item.name } }
    : await createRoom(slack, item.name); // 1
  if (!made.ok) return await failedWith(effectId, made, work);
  const { room } = made;
  const { channel } = room;
  // Told to stop, another execution may be at work here: whatever this one still posted could stand there twice.
  let stopped = false;
  const tell = async (step: RoomStep, end: StepReport) => {
    const next = await report(effectId, { result: "room-step", executionId, step, channel, ...end });
    stopped ||= next === "stop";
    return next;
  };

  const createTold = item.done.includes("create") ? "continue" : tell("create", { ok: true, name: room.name });
  const later: SlackRefusal[] = [];
  const refused: RoomStep[] = [];
  const messages: Partial<Record<RoomStep, string>> = {};
  const step = async (name: RoomStep, run: () => Promise<StepEnd>): Promise<void> => {
    if (item.done.includes(name) || stopped) return;
    const end = await run();
    // The bridge must know the channel before it hears what was done in it.
    if ((await createTold) === "stop") return;
    if ("later" in end) {
      later.push(end.later);
      return;
    }
    if (!end.ok) refused.push(name);
    if (end.ts) messages[name] = end.ts;
    await tell(name, end);
  };
  const post = async (view: MessageView): Promise<StepEnd> => {
    const posted = await postOnce({ channel, effectId, attempt, view }, work);
    return posted.ok ? { ok: true, ts: posted.ts } : ended(posted);
  };

  await Promise.all([
    step("invite", () => invitePeople(slack, channel, item.invite)).then(async () => {
      await step("context", () => post(item.context));
      await step("checklist", async () => {
        const posted = await post(item.checklist);
        if (!("ts" in posted) || posted.ts === undefined) return posted;
        const unpinned = await pinned(work, channel, posted.ts);
        return unpinned === undefined ? posted : { ...posted, error: `not pinned: ${unpinned}` };
      });
    }),
    step("purpose", async () =>
      ended(await slack.call("conversations.setPurpose", { channel, purpose: plain(item.purpose, TOPIC_MAX) })),
    ),
    step("topic", async () =>
      ended(await slack.call("conversations.setTopic", { channel, topic: plain(item.topic, TOPIC_MAX) })),
    ),
    step("bookmarks", () => addBookmarks(slack, channel, item.bookmarks, attempt)),
    step("timeline", () => listenToRoom(slack, channel, attempt)),
  ]); // 2

  await putRow(slack, WarRooms.name, rowOf(incidentId, room, messages));
  await createTold;
  if (stopped) return false;
  if (later.length === 0 && refused.length === 0) return true;
  const longest = Math.max(0, ...later.map(({ retryAfterMs = 0 }) => retryAfterMs));
  const error = [...later.map((refusal) => refusal.error), ...refused.map((name) => `${name} refused`)].join("; ");
  return await failedWith(effectId, { error, ...(longest > 0 ? { retryAfterMs: longest } : {}) }, work); // 3
}

function rowOf(incidentId: string, { channel, name }: Room, { context, checklist }: Partial<Record<RoomStep, string>>) {
  return {
    incident_id: incidentId,
    channel_id: channel,
    name,
    ...(context ? { context_ts: context } : {}),
    ...(checklist ? { checklist_ts: checklist } : {}),
  };
}
