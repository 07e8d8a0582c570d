import { acknowledgesOnPhone } from "./phone.ts";
import { ofType } from "./record-check.ts";
import { actionsOf, type Channel, kindOf, type Scene, type ShownCard, textOf } from "./scene.ts";

const KIM = "U07KIMRAMN3";
const KIM_IN_ONCALL = { id: "UF9B4RSK7YE2G", username: "kim", email: "kim@example.com" };
const IMPACT = "Card payments fail for some customers. Shipments that are already paid are not affected.";

/** Configuration of the bridge under which it is played: a reminder after seconds, not after a quarter of an hour. */
export const SOONER = { NUDGE_EVERY_MS: "6000" } as const;

/** How the room stands when thirty minutes have been played. */
export interface PlayedRoom {
  incident: string;
  room: Channel;
  /** The second customer update, which waits for approval. */
  waiting: ShownCard;
}

/**
 * The first thirty minutes of a SEV1 as people play them, in under a minute: the alert, command, context, a page, severity, roles,
 * the checklist, a first customer update, facts and a decision for the record, somebody who joins late, a handover, a reminder.
 */
export async function playFirstThirtyMinutes(scene: Scene): Promise<PlayedRoom> {
  const incident = await scene.alert({ fixture: "oncall-alert-group-created" });
  const room = await scene.room(incident);
  await scene.recorded(incident, "ContextRead", ({ complete }) => complete);
  const say = async (user: string, text: string) =>
    String((await scene.act("message", { user, channel: room.id, text })).ts);
  const fillIn = async (user: string, trigger: string, values: Record<string, unknown>) => {
    const { errors } = await scene.fillIn({ user, trigger, channel: room.id, values });
    if (errors) throw new Error(`the form ${trigger} refused ${JSON.stringify(errors)}`);
  };
  const type = (user: string, text: string) => scene.slash(user, room.id, text);
  const shows = (words: string) =>
    scene.seen(`"${words}" in the room`, () =>
      scene.channel(room.id).messages.find(({ blocks }) => textOf(blocks).includes(words)),
    );

  // Who leads, and who is still missing.
  await fillIn("alex", "take_command", {});
  await scene.recorded(incident, "CommandTaken");
  await type("alex", "phase contain");
  await fillIn("alex", "page_someone", {
    target: "@kim",
    message: "Card payments time out; you know the gateway best",
  });
  await scene.recorded(incident, "PageRequested", ({ target }) => target.id === KIM);
  await shows("paged and delivered");
  await acknowledgePage(scene, incident);
  await shows("acknowledged.");

  // What is known, and how bad it is.
  const cause = await say(
    "sam",
    "2026.47.3 lowered the gateway's timeout from 20 s to 5 s, just before the first error.",
  );
  await say("kim", "The gateway answers in 8 s at worst right now. 5 s cuts off a third of the payments.");
  await fillIn("alex", "change_severity", { severity: "SEV1", reason: "One card payment in three fails." });
  await scene.act("pin", { user: "alex", channel: room.id, ts: cause });
  await scene.recorded(incident, "NoteTaken", ({ ts }) => ts === cause);
  await type("alex", "note decision: roll back 2026.47.3, the timeout goes with it");

  // Customers hear of it, in words that somebody else has read.
  for (const user of ["riley", "jordan"]) await scene.act("join", { user, channel: room.id });
  await type("alex", "role communications @riley");
  const wish = { impact: IMPACT, user: "riley" };
  const first = await scene.draft(room.id, {
    ...wish,
    status: "investigating",
    components: ["Payments API"],
    component_status: "partial_outage",
  });
  await fillIn("sam", "update_checklist", {
    done: ["default/freeze-or-roll-back", "default/impact-identified"],
    proof: "https://deploys.kestrel.example.com/payments/2026.47.2",
  });
  await scene.approve("jordan", await scene.readCard(incident, first.draftId, first.version));
  await scene.recorded(incident, "PublishSucceeded");

  // Somebody who can help catches up and is let in.
  const about = { channel: "incidents", inputs: { incident_id: incident } };
  const brief = await scene.act("run", { user: "casey", trigger: "catch_me_up", ...about });
  await scene.act("close", { user: "casey", view_id: brief.view_id });
  const reason = "I wrote the gateway client";
  await scene.fillIn({ user: "casey", trigger: "ask_to_join", ...about, values: { reason } });
  const request = await scene.seen("the request to join", () =>
    scene.channel(room.id).messages.find((message) => actionsOf(message).includes("open_accept")),
  );
  const accept = { user: "alex", channel: room.id, ts: request.ts, action_id: "open_accept" };
  const { view_id } = await scene.act("click", accept);
  await scene.act("submit", { user: "alex", view_id, values: {} });
  await shows("let <@");
  const fact = await say(
    "casey",
    "The client gives up after its second try: the rollback alone is enough, no restart.",
  );
  await scene.act("react", { user: "alex", channel: room.id, ts: fact, name: "memo" });
  await scene.recorded(incident, "NoteTaken", ({ ts }) => ts === fact);

  // Command goes on, and so does the response.
  await fillIn("alex", "hand_over_command", { to: "sam", note: "The rollback is out; payments come back." });
  await scene.recorded(incident, "HandoverOffered");
  await fillIn("sam", "take_command", {});
  await scene.recorded(incident, "CommandTaken", ({ from }) => from !== null);
  await type("sam", "phase recover the rollback is out");
  await scene.seen("a reminder of the customers", () =>
    scene.channel(room.id).messages.find((message) => kindOf(message) === "nudge"),
  );
  const waiting = await scene.draft(room.id, { ...wish, status: "monitoring" });
  return { incident, room: scene.channel(room.id), waiting };
}

/** Kim presses *acknowledge* on the phone. */
async function acknowledgePage(scene: Scene, incident: string): Promise<void> {
  const group = ofType(await scene.events(incident), "AlertAttached")[0]?.groupId ?? "";
  const status = await acknowledgesOnPhone(scene, KIM_IN_ONCALL, group);
  if (status !== 200) throw new Error(`the acknowledgement was answered ${status}`);
}
