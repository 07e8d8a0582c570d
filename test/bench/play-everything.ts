import { ofType } from "../support/record-check.ts";
import { actionsOf, buttonValue, type Channel, type Scene } from "../support/scene.ts";
import type { AnswerTimes } from "./answer-times.ts";

const SAM = "U07SAMWIER2";
const GOES_ON = "Watched by hand.";
const WISH = { status: "investigating", impact: "Card payments fail for some customers" };

/**
 * People use everything there is once: each form submitted and closed, each button of the approval card, each step of Workflow
 * Builder, each typed command. `calm` ends whatever troubles a vendor has and leaves only the slowness.
 */
export async function playEverything(scene: Scene, times: AnswerTimes, calm: () => void): Promise<void> {
  const { incident, room } = await openRoom(scene);
  await playForms(scene, times, incident, room);
  await playCommands(scene, times, incident, room);
  await playCard(scene, times, incident, room, calm);
  await playSteps(scene);
  await playSecondApproval(scene, times);
  await playTheEnd(scene, times, incident, room);
  await scene.act("fire", { trigger: "sweep_00" });
  await scene.seen("the sweep to end", ({ slack }) =>
    slack.executions.some((one) => one.function === "sweep" && one.status === "completed") ? true : undefined,
  );
}

async function openRoom(scene: Scene): Promise<{ incident: string; room: Channel }> {
  const incident = await scene.alert({ fixture: "oncall-alert-group-created" });
  return { incident, room: await scene.room(incident) };
}

async function playForms(scene: Scene, times: AnswerTimes, incident: string, { id: channel }: Channel): Promise<void> {
  // Once closed without a word …
  for (const trigger of [
    "take_command",
    "change_severity",
    "update_checklist",
    "page_someone",
    "silence_nudges",
    "draft_status_update",
    "resolve_incident",
    "declare_incident",
    "hand_over_command",
  ]) {
    await times.form({ user: "alex", trigger, channel });
  }
  // … and once filled in.
  await times.form({ user: "alex", trigger: "take_command", channel, values: {} });
  await scene.recorded(incident, "CommandTaken");
  const reason = "Seen by a person.";
  await times.form({ user: "sam", trigger: "change_severity", channel, values: { severity: "SEV1", reason } });
  await times.form({
    user: "sam",
    trigger: "update_checklist",
    channel,
    values: { done: ["default/freeze-or-roll-back"] },
  });
  await times.form({ user: "alex", trigger: "page_someone", channel, values: { target: "@kim" } });
  await times.form({ user: "sam", trigger: "silence_nudges", channel, values: { minutes: "30", reason } });
  await times.form({ user: "casey", trigger: "catch_me_up", channel: "incidents", inputs: { incident_id: incident } });
  const asking = { user: "casey", trigger: "ask_to_join", channel: "incidents", inputs: { incident_id: incident } };
  await times.form(asking);
  await times.form({ ...asking, values: { reason: "I wrote the card module" } });
  const request = await scene.seen("the request to join", ({ slack }) =>
    slack.channels.find(({ id }) => id === channel)?.messages.find((one) => actionsOf(one).includes("open_accept")),
  );
  const inputs = JSON.parse(
    JSON.stringify(request.blocks).match(/"customizable_input_parameters":(\[.*?\])/)?.[1] ?? "[]",
  ) as {
    name: string;
    value: string;
  }[];
  const accepting = {
    user: "alex",
    trigger: "accept_join",
    channel,
    inputs: Object.fromEntries(inputs.map(({ name, value }) => [name, value])),
  };
  await times.form(accepting);
  await times.form({ ...accepting, values: {} });
  // Marking a message starts a function of its own.
  await scene.recorded(incident, "RoomStepDone", ({ step, ok }) => step === "timeline" && ok);
  const { ts } = await scene.act("message", { user: "sam", channel, text: "Latency is normal" });
  await scene.act("pin", { user: "alex", channel, ts });
  await scene.recorded(incident, "NoteTaken", (event) => event.ts === ts);
}

async function playCommands(scene: Scene, times: AnswerTimes, incident: string, { id: room }: Channel): Promise<void> {
  const type = (user: string, text: string, channel = room) => times.slash(user, channel, text);
  for (const text of [
    "help",
    "status",
    "catchup",
    "silence",
    "take",
    "page sam the database is full",
    `role scribe <@${SAM}>`,
    "checklist",
    "do freeze-or-roll-back it is rolled back",
    "severity SEV1 still the same",
    "phase",
    "runbook third-party-outage",
    "update",
    "evidence",
    "gate",
    "note the queue drains again",
    "review",
    "resolve",
    "attest",
    "leave-open",
    "reopen it is not over",
    "merge",
    "split",
    "invite @riley to tell customers",
    "handover @sam",
  ]) {
    await type("alex", text);
  }
  const known = new Set(await scene.incidents());
  await type("casey", "declare sev2 search results are empty", "general");
  await scene.room(await scene.newIncident(known));
  await scene.recorded(incident, "HandoverOffered");
  // Back where it was: alex stays commander.
  await type("alex", "take");
}

/** All buttons of a card that one approval publishes. */
async function playCard(
  scene: Scene,
  times: AnswerTimes,
  incident: string,
  room: Channel,
  calm: () => void,
): Promise<void> {
  const at = (ts: string) => ({ channel: room.id, ts });
  const shownWith = (action: string) =>
    scene.seen(`a card with ${action}`, ({ slack }) =>
      slack.channels
        .find(({ id }) => id === room.id)
        ?.messages.findLast((message) => actionsOf(message).includes(action)),
    );

  // Asked about, edited, a finding ticked, then rejected.
  const first = await drafted(scene, times, incident, room);
  await times.click({ user: "sam", ...at(first.ts), action_id: "ask_approver" });
  const edit = { user: "sam", ...at(first.ts), action_id: "edit_draft" };
  await times.clickForm(edit);
  const body = "Some card payments fail on pay-7f9c.internal.";
  await times.clickForm(edit, { title: "Card payments fail", body });
  await scene.readCard(incident, first.draftId, 2);
  const unticked = await shownWith("acknowledge_finding");
  const value = buttonValue(unticked, "acknowledge_finding");
  await times.click({ user: "sam", ...at(unticked.ts), action_id: "acknowledge_finding", value });
  const reject = { user: "riley", ...at(unticked.ts), action_id: "reject_draft" };
  await times.clickForm(reject);
  await times.clickForm(reject, { reason: "Not true yet." });
  await scene.recorded(incident, "DraftRejected");

  // Refused by the page twice, then given up.
  const refusing = (times: number) => {
    scene.world.clearFaults();
    scene.world.addFault({ target: "statuspage", kind: "error", status: 422, match: "POST", times });
    calm();
  };
  refusing(2);
  const second = await drafted(scene, times, incident, room);
  const read = await scene.readCard(incident, second.draftId, 1);
  await times.click({ user: "riley", ...at(read.ts), action_id: "approve_publish" });
  await scene.recorded(incident, "PublishFailed", ({ draftId }) => draftId === second.draftId);
  const failed = await shownWith("approve_again");
  await scene.recorded(incident, "DraftShown", ({ ts }) => ts === failed.ts);
  await reading();
  await times.click({ user: "riley", ...at(failed.ts), action_id: "approve_again" });
  await scene.recorded(incident, "ApprovalGranted", ({ retryOf }) => retryOf !== null);
  const twice = await shownWith("give_up_publish");
  await times.click({ user: "alex", ...at(twice.ts), action_id: "give_up_publish" });

  // Refused once more, and put on the page by hand.
  refusing(1);
  const third = await drafted(scene, times, incident, room);
  const again = await scene.readCard(incident, third.draftId, 1);
  await times.click({ user: "riley", ...at(again.ts), action_id: "approve_publish" });
  await scene.recorded(incident, "PublishFailed", ({ draftId }) => draftId === third.draftId);
  const byHand = await shownWith("attest_published");
  const attest = { user: "alex", ...at(byHand.ts), action_id: "attest_published" };
  await times.clickForm(attest);
  const entry = { link: "https://status.kestrel.example.com/i/byhand", text: "Card payments fail." };
  await times.clickForm(attest, entry, "refused");
  // Where the page cannot be read, a person's word stands.
  scene.world.clearFaults();
  scene.world.addFault({ target: "statuspage", kind: "down" });
  calm();
  await times.clickForm(attest, entry);
  scene.world.clearFaults();
  calm();

  await scene.act("run", { user: "sam", trigger: "review_status_update", channel: room.id });
}

/** A click on a card that has not stood for three seconds is refused: nobody has read it yet. */
const reading = () => new Promise((resolve) => setTimeout(resolve, 3_200));

async function drafted(scene: Scene, times: AnswerTimes, incident: string, { id: channel }: Channel) {
  const known = new Set(ofType(await scene.events(incident), "DraftProposed").map(({ draftId }) => draftId));
  await times.form({ user: "sam", trigger: "draft_status_update", channel, values: WISH });
  const { draftId } = await scene.recorded(incident, "DraftProposed", (event) => !known.has(event.draftId));
  const { ts } = await scene.recorded(incident, "DraftShown", (event) => event.draftId === draftId);
  return { draftId, ts };
}

/** Two people must approve what concerns security: one approval can be taken back, or break-glass used. */
async function playSecondApproval(scene: Scene, times: AnswerTimes): Promise<void> {
  const known = new Set(await scene.incidents());
  const values = { title: "A key has leaked", service: "payments", severity: "SEV1", class: "security" };
  await times.form({ user: "sam", trigger: "declare_incident", channel: "general", values });
  const incident = await scene.newIncident(known);
  const room = await scene.room(incident);
  for (const user of ["alex", "riley"]) await scene.act("join", { user, channel: room.id });
  await scene.fillIn({ user: "alex", trigger: "take_command", channel: room.id, values: {} });
  const { draftId } = await scene.draft(room.id, WISH);
  const card = await scene.readCard(incident, draftId, 1);
  const at = { channel: room.id, ts: card.ts };
  await scene.act("click", { user: "riley", ...at, action_id: "approve_publish" });
  await scene.recorded(incident, "ApprovalGranted");
  await times.click({ user: "riley", ...at, action_id: "revoke_approval" });
  await scene.recorded(incident, "ApprovalRevoked");
  const glass = { user: "riley", ...at, action_id: "break_glass" };
  await times.clickForm(glass);
  await times.clickForm(glass, { reason: "The others sleep" });
  await scene.recorded(incident, "BreakGlassUsed");
}

async function playSteps(scene: Scene): Promise<void> {
  const step = (name: string, inputs: Record<string, unknown> = {}) => ({
    function: name,
    inputs: { incident_id: "{{steps.0.incident_id}}", ...inputs },
  });
  const declare = { title: "Labels print blank", service: "search", severity: "SEV2" };
  await scene.act("workflow", {
    steps: [
      { function: "step_declare_incident", inputs: declare },
      step("step_get_incident"),
      step("step_add_note", { note: "The label printer was restarted" }),
      step("step_request_update", { status: "investigating", impact: "Labels come out blank" }),
      step("step_assign_role", { role: "scribe", person: SAM }),
      step("step_set_checklist_item", { item: "default/freeze-or-roll-back", proof: "https://example.com/run/7" }),
    ],
  });
}

async function playTheEnd(scene: Scene, times: AnswerTimes, incident: string, { id: channel }: Channel): Promise<void> {
  const handover = { user: "alex", trigger: "hand_over_command", channel, values: { to: "sam" } };
  await times.form(handover);
  const ending = { summary: "Rolled back.", outcome: "resolved", override_reason: GOES_ON };
  await times.form({ user: "alex", trigger: "resolve_incident", channel, values: ending });
  await scene.recorded(incident, "IncidentResolved");
  await scene.recorded(incident, "MessagePainted", ({ key }) => key.startsWith("closing"));
  await times.form({ user: "sam", trigger: "rate_response", channel });
  await times.form({ user: "sam", trigger: "rate_response", channel, values: { score: "4" } });
}
