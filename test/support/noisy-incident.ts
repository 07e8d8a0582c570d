import { type Channel, kindOf, type Message, type Scene, textOf } from "./scene.ts";

/** What people in the room see at its top level: what bots posted there and what still stands. */
export const topLevelBotMessages = (scene: Scene, { id }: Pick<Channel, "id">): Message[] => {
  const bots = new Set(scene.snapshot().slack.users.flatMap((user) => (user.is_bot ? [user.id] : [])));
  return scene
    .channel(id)
    .messages.filter(
      (message) =>
        bots.has(message.user) && !message.ephemeral_for && (!message.thread_ts || message.thread_ts === message.ts),
    );
};

/** One line a message, for whoever must find out what has become too loud. */
export const listed = (messages: readonly Message[]): string =>
  messages.map((message, n) => `${n + 1}. ${String(kindOf(message) ?? "message")}: ${firstLine(message)}`).join("\n");

const firstLine = (message: Message): string => (textOf(message.blocks).split("\n")[0] ?? message.text).slice(0, 100);

/**
 * A SEV1 as it usually goes: command taken, two public updates, one handover, reminders in between, resolved with its postmortem.
 * @returns its room, once everything has been said there.
 */
export async function playNoisyIncident(scene: Scene, { nudges = 2 } = {}): Promise<Channel> {
  const incident = await scene.alert({ fixture: "oncall-alert-group-created" });
  const room = await scene.room(incident);
  await scene.fillIn({ user: "alex", trigger: "take_command", channel: room.id, values: {} });
  await scene.recorded(incident, "CommandTaken");
  await scene.act("join", { user: "riley", channel: room.id });

  // People forget to tell customers for a while.
  if (nudges > 0) await scene.recorded(incident, "NudgeIssued", ({ n }) => n === nudges);
  await publish(scene, room, { status: "investigating", impact: "Card payments fail for some customers" });
  await scene.fillIn({ user: "alex", trigger: "hand_over_command", channel: room.id, values: { to: "sam" } });
  await scene.recorded(incident, "HandoverOffered");
  await scene.fillIn({ user: "sam", trigger: "take_command", channel: room.id, values: {} });
  await scene.recorded(incident, "CommandTaken", ({ from }) => from !== null);
  await publish(scene, room, { status: "resolved", impact: "Card payments work again" });

  await scene.fillIn({
    user: "sam",
    trigger: "resolve_incident",
    channel: room.id,
    values: { summary: "Rolled back.", outcome: "resolved", override_reason: "Watched by hand." },
  });
  await scene.recorded(incident, "PostmortemFiled");
  await scene.recorded(incident, "MessagePainted", ({ key }) => key === "postmortem");
  await scene.seen("a room without a reminder", () =>
    scene.channel(room.id).messages.every((message) => kindOf(message) !== "nudge") ? true : undefined,
  );
  return scene.channel(room.id);

  async function publish(from: Scene, { id }: Channel, wish: { status: string; impact: string }) {
    const { draftId, version } = await from.draft(id, wish);
    await from.approve("riley", await from.readCard(incident, draftId, version));
    await from.recorded(incident, "PublishSucceeded", (event) => event.draftId === draftId);
  }
}
