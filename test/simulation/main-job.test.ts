import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { ofType, readRecord } from "../support/record-check.ts";
import {
  actionsOf,
  blockText,
  buttonValue,
  type Channel,
  kindOf,
  type Message,
  messageOf,
  type Scene,
  type ShownCard,
  startScene,
  textOf,
} from "../support/scene.ts";

const ALEX = "U07ALEXLIN1";
const SAM = "U07SAMWIER2";
const KIM = "U07KIMRAMN3";
const RILEY = "U07RILEYQ4";
const CASEY = "U07CASEYN06";
const HOSTED_BOT = "U07HOSTBOT1";
const TEAM = "T07KESTREL1";
const ALERTS = "C07ALERTS01";

let scene: Scene;

beforeAll(async () => {
  scene = await startScene({ bridgeEnv: { ARCHIVE_AFTER_MS: "5000", NOISE_ARCHIVE_AFTER_MS: "1000" } });
});
afterEach(async () => {
  expect(await scene.faults()).toEqual([]);
});
afterAll(() => scene.stop());

const people = ({ members }: Channel): string[] => members.filter((id) => id !== HOSTED_BOT).sort();

/** The first message of this kind in a room. */
function shows(room: Channel, kind: string): Message {
  const message = messageOf(scene.channel(room.id), kind);
  if (!message) throw new Error(`#${room.name} shows no ${kind}`);
  return message;
}

/** Waits until the newest message of this kind says so: messages are edited in place. */
const says = (room: Channel, kind: string, words: string): Promise<Message> =>
  scene.seen(`"${words}" in the ${kind} of #${room.name}`, ({ slack }) => {
    const channel = slack.channels.find(({ id }) => id === room.id);
    const message = channel && messageOf(channel, kind);
    return message && textOf(message.blocks).includes(words) ? message : undefined;
  });

const publicIncident = (id: string) => {
  const found = scene.snapshot().statuspage.incidents.find((one) => one.id === id);
  if (!found) throw new Error(`the page shows no incident ${id}`);
  return found;
};

describe("an incident from the alert to the archived room", () => {
  let incident: string;
  let room: Channel;
  let card: ShownCard;
  let target: string;

  test("an alert from OnCall opens one private room with exactly its people: those it names, its chain and the team", async () => {
    incident = await scene.alert({ fixture: "oncall-alert-group-created" });
    await scene.recorded(incident, "RoomStepDone", ({ step }) => step === "bookmarks");
    await scene.recorded(incident, "RoomStepDone", ({ step }) => step === "topic");
    room = await scene.room(incident);
    expect(room.is_private).toBe(true);
    expect(room.name).toBe(`inc-${incident.slice(8, 12)}-payments-${incident.slice(-4).toLowerCase()}`);
    expect(people(room)).toEqual([ALEX, KIM, SAM]);
    expect(room.topic).toContain("SEV1 · payments");
    expect(room.bookmarks.map(({ title }) => title)).toEqual([
      "Alert group",
      "Dashboard",
      "Runbook of the alert",
      "Silence this alert",
      "Call",
    ]);
  });

  test("the first message says what fires, since when, who is first on call and what is known", async () => {
    // It stands before the answers do, and is edited as they come.
    const message = await says(room, "incident_context", "Owners of the changed files");
    const text = textOf(message.blocks);
    for (const words of ["SEV1", "payments", "PaymentsErrorBudgetBurn", "Firing since", `<@${ALEX}>`, incident]) {
      expect(text).toContain(words);
    }
    expect(text).toMatch(/Error rate/i);
    expect(text).toMatch(/deploy/i);
    expect(text).not.toContain("unavailable");
    expect(actionsOf(message)).toEqual([
      "open_take_command",
      "open_page_someone",
      "open_customer_update",
      "open_checklist",
      "open_not_an_incident",
    ]);
  });

  test("the checklist is pinned and ticks only what the record shows", () => {
    const checklist = shows(room, "incident_checklist");
    expect(scene.channel(room.id).pins).toEqual([checklist.ts]);
    expect(textOf(checklist.blocks)).toContain("Postmortem draft created");
    expect(textOf(checklist.blocks)).not.toContain(":white_check_mark: Incident commander confirmed");
  });

  test("a second alert of the same group attaches and opens nothing", async () => {
    const [opened] = ofType(await scene.events(incident), "AlertAttached");
    const rooms = scene.snapshot().slack.channels.length;
    const group = { alert_group_id: opened?.groupId ?? "", alert_group: { id: opened?.groupId ?? "" } };
    expect((await scene.world.alert({ fixture: "oncall-escalation", overrides: group })).status).toBe(200);
    await scene.recorded(incident, "AlertAttached", ({ kind }) => kind === "escalation");
    expect(await scene.incidents()).toEqual([incident]);
    expect(scene.snapshot().slack.channels).toHaveLength(rooms);
  });

  test("the first responder takes command, and nobody can take it from them", async () => {
    await scene.fillIn({ user: "alex", trigger: "take_command", channel: room.id, values: {} });
    expect(await scene.recorded(incident, "CommandTaken")).toMatchObject({ by: ALEX, from: null });
    await says(room, "incident_context", `<@${ALEX}>`);
    await says(room, "incident_checklist", ":white_check_mark: Incident commander confirmed");
    const refused = await scene.fillIn({ user: "sam", trigger: "take_command", channel: room.id, values: {} });
    expect(refused.said).toContain("has command");
    expect(ofType(await scene.events(incident), "CommandTaken")).toHaveLength(1);
  });

  test("command changes hands only when the person it was offered to accepts", async () => {
    const offer = (to: string) =>
      scene.fillIn({ user: "alex", trigger: "hand_over_command", channel: room.id, values: { to, note: "your turn" } });
    await scene.act("join", { user: "kim", channel: room.id });
    await offer("sam");
    await scene.recorded(incident, "HandoverOffered", ({ to }) => to === SAM);
    expect(ofType(await scene.events(incident), "CommandTaken")).toHaveLength(1);

    const other = await scene.fillIn({ user: "kim", trigger: "take_command", channel: room.id, values: {} });
    expect(other.said).toContain(`<@${ALEX}> has command`);
    const shown = await says(room, "command_offer", "your turn");
    const accepting = await scene.act("click", {
      user: "sam",
      channel: room.id,
      ts: shown.ts,
      action_id: "open_accept_command",
    });
    await scene.act("submit", { user: "sam", view_id: accepting.view_id, values: {} });
    expect(await scene.recorded(incident, "CommandTaken", ({ by }) => by === SAM)).toMatchObject({ from: ALEX });
    expect(ofType(await scene.events(incident), "CommandTaken").some(({ by }) => by === KIM)).toBe(false);
  });

  test("a customer update becomes a card that shows the whole text and says what it would do", async () => {
    card = await scene.draft(room.id, {
      status: "investigating",
      impact: "Card payments fail for some customers",
      components: ["Payments API"],
      component_status: "partial_outage",
    });
    const [proposed] = ofType(await scene.events(incident), "DraftProposed");
    expect(blockText(card.message, "draft_text")).toBe(proposed?.content.body);
    expect(blockText(card.message, "draft_title")).toBe(proposed?.content.title);
    expect(proposed?.content.body).toContain("Card payments fail for some customers");
    const text = textOf(card.message.blocks);
    for (const words of [
      "Opens a public incident",
      "investigating",
      "Payments API: operational → partial outage",
      "E-mails subscribers:",
    ])
      expect(text).toContain(words);
    expect(actionsOf(card.message)).toEqual([
      "approve_publish",
      "edit_draft",
      "reject_draft",
      "ask_approver",
      "open_open_current_card",
    ]);
    expect(scene.snapshot().statuspage.incidents).toEqual([]);
  });

  test("a click within three seconds of the showing is refused: nobody has read it yet", async () => {
    await scene.act("join", { user: "riley", channel: room.id });
    await scene.approve("riley", card);
    expect(scene.whispered("riley", room.id)).toContain("only just appeared");
    await scene.recorded(incident, "ApprovalDenied", ({ by, reason }) => by === RILEY && reason === "too-soon");
  });

  test("an edit makes version 2 on the same card, and version 1 can no longer be approved", async () => {
    const stale = JSON.parse(buttonValue(card.message, "approve_publish")) as { version: number; hash16: string };
    const opened = await scene.act("click", {
      user: "sam",
      channel: room.id,
      ts: card.ts,
      action_id: "edit_draft",
    });
    await scene.act("submit", {
      user: "sam",
      view_id: opened.view_id,
      values: { title: "Card payments fail", body: "Some card payments fail.\n\nBank transfers work." },
    });
    card = await scene.readCard(incident, card.draftId, 2);
    expect(blockText(card.message, "draft_text")).toBe("Some card payments fail.\n\nBank transfers work.");
    expect(textOf(card.message.blocks)).toContain("version 2");

    const reply = await scene.command({
      type: "ApproveDraft",
      commandId: "stale-click-1",
      actor: { userId: RILEY, teamId: TEAM },
      incidentId: incident,
      draftId: card.draftId,
      version: stale.version,
      hash16: stale.hash16,
      channel: room.id,
      ts: card.ts,
    });
    expect(reply).toMatchObject({ ok: false, refusal: "stale-version" });
    expect(reply.message).toContain("old version");
    await scene.recorded(incident, "ApprovalDenied", ({ reason }) => reason === "stale-version");
    expect(scene.snapshot().statuspage.incidents).toEqual([]);
  });

  test.each([
    ["casey", CASEY, TEAM, "Only the commander"],
    ["guest", "U07GUEST007", TEAM, "Guests, bots and people from other workspaces"],
    ["robot", "U07ROBOT008", TEAM, "Guests, bots and people from other workspaces"],
    ["former", "U07FORMER09", TEAM, "Guests, bots and people from other workspaces"],
    ["outsider", "U08OUTSIDE1", "T08OTHER001", "another workspace"],
    ["outsider in our name", "U08OUTSIDE1", TEAM, "Guests, bots and people from other workspaces"],
  ])("%s may not approve, is told why, and nothing is published", async (who, userId, teamId, words) => {
    const value = JSON.parse(buttonValue(card.message, "approve_publish")) as { version: number; hash16: string };
    const reply = await scene.command({
      type: "ApproveDraft",
      commandId: `denied-${who}`,
      actor: { userId, teamId },
      incidentId: incident,
      draftId: card.draftId,
      ...value,
      channel: room.id,
      ts: card.ts,
    });
    expect(reply.ok).toBe(false);
    expect(reply.message).toContain(words);
    expect(ofType(await scene.events(incident), "ApprovalGranted")).toEqual([]);
    expect(scene.snapshot().statuspage.incidents).toEqual([]);
  });

  test("casey's own click in Slack is answered to casey alone", async () => {
    await scene.act("join", { user: "casey", channel: room.id });
    await scene.approve("casey", card);
    expect(scene.whispered("casey", room.id)).toContain("Only the commander");
    expect(scene.snapshot().statuspage.incidents).toEqual([]);
  });

  test("an approver's click publishes exactly the words on the card", async () => {
    await scene.approve("riley", card);
    const { targetId } = await scene.recorded(incident, "PublishSucceeded");
    target = targetId;
    const onPage = publicIncident(target);
    expect(scene.snapshot().statuspage.incidents).toHaveLength(1);
    expect(onPage.name).toBe("Card payments fail");
    expect(onPage.incident_updates.map(({ status, body }) => ({ status, body }))).toEqual([
      { status: "investigating", body: blockText(card.message, "draft_text") },
    ]);
    expect(await scene.recorded(incident, "ApprovalGranted")).toMatchObject({
      by: RILEY,
      basis: "approver-group",
      contentHash: card.contentHash,
    });
    const painted = await says(room, "approval_card", "Published");
    expect(actionsOf(painted)).not.toContain("approve_publish");
  });

  test("approving again says that it has been decided and writes nothing", async () => {
    const reply = await scene.command({
      type: "ApproveDraft",
      commandId: "late-click",
      actor: { userId: RILEY, teamId: TEAM },
      incidentId: incident,
      draftId: card.draftId,
      ...(JSON.parse(buttonValue(card.message, "approve_publish")) as { version: number; hash16: string }),
      channel: room.id,
      ts: card.ts,
    });
    expect(reply).toMatchObject({ ok: false, refusal: "already-decided" });
    expect(publicIncident(target).incident_updates).toHaveLength(1);
  });

  test("a second update goes to the same public incident", async () => {
    card = await scene.draft(room.id, { status: "identified", impact: "We have found why some card payments fail" });
    expect(textOf(card.message.blocks)).toContain("investigating → identified");
    expect(textOf(card.message.blocks)).toContain("Bank transfers work.");
    card = await scene.readCard(incident, card.draftId, 1);
    await scene.approve("sam", card);
    await scene.recorded(incident, "PublishSucceeded", ({ draftId }) => draftId === card.draftId);
    expect(await scene.recorded(incident, "ApprovalGranted", ({ by }) => by === SAM)).toMatchObject({
      basis: "commander",
    });
    expect(publicIncident(target).incident_updates.map(({ status }) => status)).toEqual([
      "identified",
      "investigating",
    ]);
  });

  test("a rejected text is never published, and its card says who would not have it", async () => {
    const rejected = await scene.draft(room.id, { status: "monitoring", impact: "Everything is wonderful" });
    const opened = await scene.act("click", {
      user: "riley",
      channel: room.id,
      ts: rejected.ts,
      action_id: "reject_draft",
    });
    await scene.act("submit", { user: "riley", view_id: opened.view_id, values: { reason: "Not true yet." } });
    expect(await scene.recorded(incident, "DraftRejected")).toMatchObject({ by: RILEY, reason: "Not true yet." });
    const painted = await says(room, "approval_card", "Rejected: Not true yet.");
    expect(actionsOf(painted)).not.toContain("approve_publish");
    expect(publicIncident(target).incident_updates).toHaveLength(2);
  });

  test("/incident-response status tells the room where it stands", async () => {
    const said = await scene.slash("alex", room.id, "status");
    for (const words of [
      "SEV1",
      incident,
      `Commander: <@${SAM}>`,
      "Update 1 (investigating",
      "Rejected: Not true yet.",
    ])
      expect(said).toContain(words);
  });

  test("only the commander can resolve", async () => {
    const refused = await scene.fillIn({
      user: "alex",
      trigger: "resolve_incident",
      channel: room.id,
      values: { summary: "Over.", outcome: "resolved" },
    });
    expect(Object.values(refused.errors ?? {}).join()).toContain("Only the commander can resolve");
    expect(ofType(await scene.events(incident), "IncidentResolved")).toEqual([]);
  });

  test("resolving says step by step what was done and what still waits", async () => {
    const form = await scene.formSays("sam", "resolve_incident", room.id);
    expect(form).toContain("identified");
    await scene.fillIn({
      user: "sam",
      trigger: "resolve_incident",
      channel: room.id,
      values: {
        summary: "A deploy lowered the gateway's timeout; it was rolled back.",
        outcome: "resolved",
        override_reason: "The alert clears within minutes; watched by hand.",
      },
    });
    expect(await scene.recorded(incident, "IncidentResolved")).toMatchObject({ outcome: "resolved" });
    const closing = await says(room, "closing", "the public incident is still open");
    expect(textOf(closing.blocks)).toContain(`<@${SAM}>`);
    expect(actionsOf(closing)).toEqual(["open_customer_update", "open_rate_this_response"]);
  });

  test("a room with a public incident still open is not archived; the resolved update closes both", async () => {
    card = await scene.draft(room.id, {
      status: "resolved",
      impact: "Card payments work again",
      components: ["Payments API"],
      component_status: "operational",
    });
    expect(textOf(card.message.blocks)).toContain("Resolves the public incident");
    card = await scene.readCard(incident, card.draftId, 1);
    expect(scene.channel(room.id).is_archived).toBe(false);
    await scene.approve("riley", card);
    await scene.recorded(incident, "PublishSucceeded", ({ draftId }) => draftId === card.draftId);
    const onPage = publicIncident(target);
    expect(onPage.status).toBe("resolved");
    expect(onPage.incident_updates.map(({ status }) => status)).toEqual(["resolved", "identified", "investigating"]);
    expect(onPage.incident_updates[0]?.body).toBe(blockText(card.message, "draft_text"));
    expect(scene.snapshot().statuspage.components.find(({ name }) => name === "Payments API")?.status).toBe(
      "operational",
    );
  });

  test("one postmortem is filed in Linear and linked in the room", async () => {
    const filed = await scene.recorded(incident, "PostmortemFiled");
    const issues = scene.snapshot().linear.issues;
    expect(issues.map(({ identifier }) => identifier)).toEqual([filed.identifier]);
    expect(issues[0]?.title).toContain(incident);
    await says(room, "postmortem", filed.identifier);
  });

  test("the room is archived after its grace time, with every closing step done", async () => {
    await scene.recorded(incident, "RoomArchived");
    expect(scene.channel(room.id).is_archived).toBe(true);
    const closing = textOf(shows(room, "closing").blocks);
    expect(closing).toContain(":white_check_mark: Customers told that it is over");
    expect(closing).toContain(":white_check_mark: Postmortem filed");
  });
});

describe("alerts of other kinds", () => {
  test("an alert of Grafana Alerting opens a room with who is on call by the schedule and the team", async () => {
    const incident = await scene.alert({ fixture: "grafana-alerting-firing" });
    const room = await scene.room(incident);
    const { first, note, people: found } = await scene.recorded(incident, "RespondersFound");
    expect(note).toBe("Inviting who is on call now and the directory group payments-sre");
    expect(first).toBe(ALEX);
    expect(people(room)).toEqual(found.map(({ userId }) => userId).sort());
    expect(people(room)).toEqual([ALEX, KIM, SAM]);
    expect(textOf(shows(room, "incident_context").blocks)).toContain("2 alerts");
  });

  test("a SEV3 alert is one line with a button that opens a room when pressed", async () => {
    const labels = { severity: "warning", service_name: "search", service: "search" };
    const incident = await scene.alert({
      fixture: "oncall-alert-group-created",
      overrides: {
        alert_group: { labels, last_alert: { payload: { commonLabels: labels } } },
        alert_payload: { commonLabels: labels },
      },
    });
    const line = await scene.seen("a line in #alerts", ({ slack }) =>
      slack.channels
        .find(({ id }) => id === ALERTS)
        ?.messages.find((one) => kindOf(one) === "alert_line" && textOf(one.blocks).includes("SEV3")),
    );
    expect(ofType(await scene.events(incident), "IncidentOpened")[0]).toMatchObject({ room: false, severity: "SEV3" });
    expect(scene.snapshot().slack.channels.some(({ name }) => name.startsWith("inc-") && name.includes("search"))).toBe(
      false,
    );
    const opened = await scene.act("click", {
      user: "kim",
      channel: ALERTS,
      ts: line.ts,
      action_id: "open_open_a_room",
    });
    await scene.act("submit", {
      user: "kim",
      view_id: opened.view_id,
      values: { title: "Search is slow", service: "search", severity: "SEV2" },
    });
    const room = await scene.room(incident);
    expect(people(room)).toContain(KIM);
    expect(await scene.recorded(incident, "RoomRequested")).toMatchObject({ severity: "SEV2" });
    await scene.seen("the line without its button", ({ slack }) => {
      const message = slack.channels.find(({ id }) => id === ALERTS)?.messages.find(({ ts }) => ts === line.ts);
      return message && actionsOf(message).length === 0 ? true : undefined;
    });
  });

  test("a SEV4 alert is recorded and nobody is disturbed", async () => {
    const labels = { severity: "info", service_name: "search", service: "search" };
    const before = scene.channel(ALERTS).messages.length;
    const rooms = scene.snapshot().slack.channels.length;
    const incident = await scene.alert({
      fixture: "oncall-alert-group-created",
      overrides: {
        alert_group: { labels, last_alert: { payload: { commonLabels: labels } } },
        alert_payload: { commonLabels: labels },
      },
    });
    expect(await scene.recorded(incident, "IncidentOpened")).toMatchObject({ severity: "SEV4", room: false });
    // A whole drain later there is still nothing: it did what was owed.
    await scene.act("fire", { trigger: "sweep_00" });
    const manual = await scene.fillIn({
      user: "casey",
      trigger: "declare_incident",
      channel: "general",
      values: { title: "Parcels are late", service: "checkout", severity: "SEV2" },
    });
    expect(manual.errors).toBeUndefined();
    const declared = /INC-\d{8}-\d{4}-[A-Z0-9]{4}/.exec(manual.said)?.[0] ?? "";
    const room = await scene.room(declared);
    expect(people(room)).toContain(CASEY);
    expect(scene.channel(ALERTS).messages).toHaveLength(before);
    expect(scene.snapshot().slack.channels).toHaveLength(rooms + 1);
    expect(ofType(await scene.events(incident), "RoomCreated")).toEqual([]);
  });
});

describe("what is refused", () => {
  let incident: string;
  let room: Channel;
  /** Everything that people did, in all incidents: Slack's own paint may still be drying. */
  const said = async () =>
    [...readRecord(await scene.world.ledger()).streams.values()].flatMap((entries) =>
      entries.filter(({ actor }) => actor.kind === "human").map(({ commandId }) => commandId),
    );

  test("an incident declared by hand has its person in the room", async () => {
    const { said } = await scene.fillIn({
      user: "casey",
      trigger: "declare_incident",
      channel: "general",
      values: { title: "Labels print upside down", service: "payments", severity: "SEV1" },
    });
    incident = /INC-\d{8}-\d{4}-[A-Z0-9]{4}/.exec(said)?.[0] ?? "";
    room = await scene.room(incident);
    expect(people(room)).toContain(CASEY);
    expect(textOf(shows(room, "incident_context").blocks)).toContain("declared by a person");
  });

  test.each(["take_command", "draft_status_update", "resolve_incident", "hand_over_command", "review_status_update"])(
    "%s outside a war room says where to go and changes nothing",
    async (trigger) => {
      const before = await said();
      expect(await scene.formSays("alex", trigger, "general")).toContain("not a war room");
      expect(await said()).toEqual(before);
    },
  );

  test("a person Slack does not know can do nothing", async () => {
    const before = await said();
    expect(await scene.refused("run", { user: "nobody", trigger: "take_command", channel: room.id })).toMatchObject({
      error: "user_not_found",
    });
    expect(await scene.refused("run", { user: "robot", trigger: "take_command", channel: room.id })).toMatchObject({
      error: "user_is_bot",
    });
    expect(await said()).toEqual(before);
  });

  test("a command of another workspace is refused and leaves no trace", async () => {
    const before = await said();
    const reply = await scene.command({
      type: "TakeCommand",
      commandId: "foreign",
      actor: { userId: "U08OUTSIDE1", teamId: "T08OTHER001" },
      incidentId: incident,
    });
    expect(reply).toMatchObject({ ok: false, refusal: "other-workspace" });
    expect(await said()).toEqual(before);
  });

  test("a form submitted twice counts once", async () => {
    const command = {
      type: "RequestStatusUpdate" as const,
      commandId: "Fx0TWICE:draft_status_update",
      actor: { userId: CASEY, teamId: TEAM },
      incidentId: incident,
      status: "investigating" as const,
      impact: "Labels are upside down",
      components: [],
      notifySubscribers: false,
    };
    const [first, second] = await Promise.all([scene.command(command), scene.command(command)]);
    expect(second).toEqual(first);
    expect(first.ok).toBe(true);
    expect(ofType(await scene.events(incident), "StatusUpdateRequested")).toHaveLength(1);
  });

  test("/incident-response explains itself where there is no incident", async () => {
    const help = await scene.slash("kim", "general", "help");
    for (const words of ["/incident-response help", "`status`", "/incident-response declare", "Declare an incident"])
      expect(help).toContain(words);
    expect(help).not.toContain("Resolve");
    expect(await scene.slash("casey", room.id, "help")).toContain("Resolve");
    expect(await scene.slash("kim", "general", "status")).toContain("not the war room of an incident");
    expect(await scene.slash("kim", "general", "statsu")).toContain("status");
  });

  test("what was no incident is closed with a reason, without a postmortem, and archived soon", async () => {
    const issues = scene.snapshot().linear.issues.length;
    await scene.fillIn({
      user: "casey",
      trigger: "resolve_incident",
      channel: room.id,
      values: { summary: "The printer was upside down.", outcome: "not_an_incident" },
    });
    await scene.recorded(incident, "IncidentResolved", ({ outcome }) => outcome === "not_an_incident");
    // Rings are counted by the minute, and this file has used them up: the scheduled sweep drains too.
    await scene.act("fire", { trigger: "sweep_00" });
    await scene.recorded(incident, "RoomArchived");
    expect(scene.snapshot().linear.issues).toHaveLength(issues);
    expect(ofType(await scene.events(incident), "PostmortemReserved")).toEqual([]);
  });
});
