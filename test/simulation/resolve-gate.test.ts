import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { ofType } from "../support/record-check.ts";
import { type Channel, kindOf, type Scene, startScene, textOf } from "../support/scene.ts";

const ALEX = "U07ALEXLIN1";
const JORDAN = "U07JORDANO5";

let scene: Scene;
let incident: string;
let room: Channel;

beforeAll(async () => {
  // A sweep that finds nobody is over soon.
  scene = await startScene({ functionEnv: { DRAIN_BUDGET_MS: "6000" } });
  incident = await scene.alert({ fixture: "oncall-alert-group-created" });
  room = await scene.room(incident);
  await scene.recorded(incident, "RunbookAttached", ({ runbookId }) => runbookId === "default");
}, 60_000);
afterEach(async () => {
  expect(await scene.faults()).toEqual([]);
});
afterAll(() => scene.stop());

const resolve = (user: string, values: Record<string, unknown>) =>
  scene.fillIn({ user, trigger: "resolve_incident", channel: room.id, values });

describe("the gate before resolve", () => {
  test("lists what is open, in the form and by command", async () => {
    await scene.fillIn({ user: "alex", trigger: "take_command", channel: room.id, values: {} });
    const form = await scene.formSays("alex", "resolve_incident", room.id);
    expect(form).toContain("No attached alert is still firing");
    expect(await scene.slash("alex", room.id, "resolve")).toContain("No attached alert is still firing");
    expect(await scene.slash("alex", room.id, "gate")).toContain("no-alert-firing");
  });

  test("keeps the incident open while the alert fires and nobody says why to go on", async () => {
    const refused = await resolve("alex", { summary: "The gateway is back.", outcome: "resolved" });
    expect(Object.values(refused.errors ?? {}).join()).toContain("No attached alert is still firing");
    expect(ofType(await scene.events(incident), "IncidentResolved")).toEqual([]);
  });

  test("a customer update is published meanwhile, so that discarding is no longer offered", async () => {
    const card = await scene.draft(room.id, { status: "investigating", impact: "Card payments fail in the EU." });
    const read = await scene.readCard(incident, card.draftId, 1);
    await scene.approve("riley", read);
    await scene.recorded(incident, "PublishSucceeded");
    const form = await scene.formSays("alex", "resolve_incident", room.id);
    expect(form).not.toContain("Duplicate of another incident");
    expect(form).toContain("What customers should read last");
  });

  test("an executive's reason goes past what waits for an executive, and closes nothing", async () => {
    expect(await scene.slash("alex", room.id, "runbook attach publish-gate-anomaly")).toContain("Attached");
    const mine = await resolve("alex", {
      summary: "The gateway is back.",
      outcome: "resolved",
      override_reason: "I say so.",
    });
    expect(Object.values(mine.errors ?? {}).join()).toContain("The old key is refused");
    const theirs = await resolve("jordan", {
      summary: "Nothing was at risk.",
      outcome: "resolved",
      override_reason: "The key was rotated this morning.",
    });
    expect(theirs.errors).toBeUndefined();
    await scene.recorded(incident, "CheckOverridden", ({ checkId }) => checkId === "evidence-preserved");
    const events = await scene.events(incident);
    expect(ofType(events, "CheckOverridden").map(({ checkId, by, basis }) => ({ checkId, by, basis }))).toEqual([
      { checkId: "old-key-refused", by: JORDAN, basis: "exec" },
      { checkId: "evidence-preserved", by: JORDAN, basis: "exec" },
    ]);
    expect(ofType(events, "IncidentResolved")).toEqual([]);
    expect(await scene.slash("alex", room.id, "runbook detach publish-gate-anomaly a rehearsal")).toContain("Detached");
  });

  test("a proof of the one and a reason for the other pass it; both are recorded, and the last words become a draft", async () => {
    await resolve("alex", {
      summary: "The gateway's timeout was too low; it was rolled back.",
      outcome: "resolved",
      "proof:default/impact-statement": "Card payments in the EU failed from 09:10 to 09:42 UTC.",
      override_reason: "The alert clears with the next evaluation.",
      public_text: "Card payments in the EU work again since 09:42 UTC.",
    });
    await scene.recorded(incident, "IncidentResolved", ({ outcome }) => outcome === "resolved");
    const events = await scene.events(incident);
    expect(ofType(events, "CheckProven")).toMatchObject([{ checkId: "impact-statement", by: ALEX, stated: false }]);
    expect(ofType(events, "CheckOverridden").filter(({ by }) => by === ALEX)).toMatchObject([
      {
        checkId: "no-alert-firing",
        by: ALEX,
        basis: "commander",
        reason: "The alert clears with the next evaluation.",
      },
    ]);
    expect(ofType(events, "PhaseMoved")).toMatchObject([{ to: "review" }]);
    const draft = ofType(events, "DraftProposed").at(-1);
    expect(draft?.content).toMatchObject({
      op: "resolve",
      status: "resolved",
      body: "Card payments in the EU work again since 09:42 UTC.",
    });
    expect(draft?.author).toMatchObject({ kind: "human", userId: ALEX });
  });

  test("the last words reach customers only once somebody approves them", async () => {
    const draft = ofType(await scene.events(incident), "DraftProposed").at(-1);
    const shown = scene.snapshot().statuspage.incidents;
    expect(shown.every(({ status }) => status !== "resolved")).toBe(true);
    await scene.approve("riley", await scene.readCard(incident, draft?.draftId ?? "", 1));
    await scene.seen("the resolved incident on the page", ({ statuspage }) =>
      statuspage.incidents.find(({ status }) => status === "resolved"),
    );
  });
});

describe("while the bridge is away", () => {
  test("its rooms are told so once an hour, and what was said comes to nothing when it is back", async () => {
    await scene.world.bridge("kill");
    const away = () => scene.channel(room.id).messages.filter((message) => kindOf(message) === "bridge_away");
    await scene.act("fire", { trigger: "sweep_00" });
    const told = await scene.seen("the room to be told", () => away()[0]);
    expect(textOf(told.blocks)).toContain("buttons, forms and commands here record nothing");
    await scene.act("fire", { trigger: "sweep_15" });
    await scene.seen("the second sweep to end", ({ slack }) =>
      slack.executions
        .filter(({ trigger }) => /^sweep_/.test(trigger ?? ""))
        .every(({ status }) => status !== "running")
        ? true
        : undefined,
    );
    expect(away()).toHaveLength(1);
    await scene.world.bridge("start");
    expect(await scene.slash("alex", room.id, "status")).toContain(incident);
  });
});
