import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { ofType, readRecord } from "../support/record-check.ts";
import { actionsOf, type Channel, messageOf, type Scene, startScene, textOf } from "../support/scene.ts";

const ALEX = "U07ALEXLIN1";
const SAM = "U07SAMWIER2";
const KIM = "U07KIMRAMN3";

let scene: Scene;
let group = 0;

beforeAll(async () => {
  scene = await startScene({ bridgeEnv: { RUNBOOKS_DIR: quickEscalations() } });
}, 60_000);
afterEach(async () => {
  expect(await scene.faults()).toEqual([]);
});
afterAll(() => scene.stop());

/** One runbook of the library calls two people from outside within seconds: one whom services.yaml names, one whom it does not. */
function quickEscalations(): string {
  const file = new URL("../../bridge/runbooks/library/traffic-flood.yaml", import.meta.url);
  const escalation = `escalation:
  - { if: Contracts are broken, to: "external:legal", within: PT3S, via: page }
  - { if: The origin is still hit, to: "external:edge-provider", within: PT1S, via: call }
`;
  const quick = readFileSync(file, "utf8").replace(/^escalation:\n.*\n/m, escalation);
  const directory = mkdtempSync(join(tmpdir(), "runbooks-"));
  writeFileSync(join(directory, "traffic-flood.yaml"), quick);
  return directory;
}

/** A new alert with these labels, and the room it opens. */
async function alerted(labels: Record<string, string>): Promise<{ incident: string; room: Channel }> {
  group += 1;
  const id = `IRUNBOOK${group}`;
  const alert = {
    status: "firing",
    labels: { alertname: "Something", ...labels },
    annotations: {},
    startsAt: "2026-11-21T09:10:00Z",
  };
  const incident = await scene.alert({
    fixture: "oncall-alert-group-created",
    overrides: {
      alert_group_id: id,
      alert_group: { id, labels, title: `${labels.alertname ?? "Something"}: payments` },
      alert_payload: { alerts: [alert], commonLabels: alert.labels, groupLabels: {} },
    },
  });
  return { incident, room: await scene.room(incident) };
}

/** Waits until the newest checklist of the room says so. */
const listed = (room: Channel, words: string) =>
  scene.seen(`"${words}" in the checklist of #${room.name}`, ({ slack }) => {
    const channel = slack.channels.find(({ id }) => id === room.id);
    const message = channel && messageOf(channel, "incident_checklist");
    return message && textOf(message.blocks).includes(words) ? message : undefined;
  });

const update = (user: string, room: Channel, values: Record<string, unknown>) =>
  scene.fillIn({ user, trigger: "update_checklist", channel: room.id, values });

describe("a bad deploy, from its alert to the review", () => {
  let incident: string;
  let room: Channel;

  test("the alert's trigger attaches a frozen copy, and the room shows what to do first", async () => {
    ({ incident, room } = await alerted({ alertname: "ErrorsAfterDeploy", service: "payments", severity: "critical" }));
    const copy = await scene.recorded(incident, "RunbookAttached", ({ runbookId }) => runbookId === "bad-deploy");
    expect(copy).toMatchObject({ version: 1, by: null, triggerIndex: 0 });
    expect(copy.sha256).toMatch(/^[0-9a-f]{64}$/);
    const shown = await listed(room, "Roll back, or switch the flag off");
    const text = textOf(shown.blocks);
    expect(text).toContain("Do not: Stack a second deploy on it");
    expect(text).toContain("kubectl -n payments rollout undo deployment/payments");
    expect(text).toContain("not yet exercised here");
    expect(text.indexOf("Do not")).toBeLessThan(text.indexOf("Roll back"));
    expect(actionsOf(shown)).toEqual(["open_update_checklist", "open_change_severity", "open_resolve"]);
    expect(scene.channel(room.id).pins).toEqual([shown.ts]);
  });

  test("several ticks in one form are one record, and skipping needs a reason", async () => {
    await scene.fillIn({ user: "alex", trigger: "take_command", channel: room.id, values: {} });
    const refused = await update("sam", room, { skip: ["bad-deploy/announce"] });
    expect(Object.keys(refused.errors ?? {})).toEqual(["skip_reason"]);
    await update("sam", room, {
      done: ["bad-deploy/roll-back", "bad-deploy/freeze-deploys"],
      skip: ["bad-deploy/announce"],
      skip_reason: "Nobody outside noticed it.",
      assign: ["bad-deploy/confirm-curve"],
      assignee: ALEX,
    });
    await scene.recorded(incident, "ItemAssigned", ({ to }) => to === ALEX);
    const events = await scene.events(incident);
    expect(ofType(events, "ItemTicked").map(({ itemId, by }) => [itemId, by])).toEqual([
      ["roll-back", SAM],
      ["freeze-deploys", SAM],
    ]);
    const text = textOf((await listed(room, "skipped by")).blocks);
    expect(text).toContain("Nobody outside noticed it.");
    expect(text).toContain(`<@${SAM}>`);
  });

  test("what the incident shows by itself is offered to nobody and ticked by nobody", async () => {
    await listed(room, ":white_check_mark: Incident commander confirmed");
    const form = await scene.formSays("sam", "update_checklist", room.id);
    expect(form).not.toContain("War room assembled");
    const said = await scene.slash("sam", room.id, "do room-assembled");
    expect(said).toContain("ticks itself");
  });

  test("anyone raises the severity, only the commander lowers it, and the topic follows", async () => {
    await scene.fillIn({
      user: "sam",
      trigger: "change_severity",
      channel: room.id,
      values: { severity: "SEV1", reason: "Seen by a person." },
    });
    await scene.recorded(incident, "SeverityConfirmed");
    await listed(room, ":white_check_mark: Initial severity assessed");
    const refused = await scene.slash("sam", room.id, "severity SEV3 it is quiet");
    expect(refused).toContain("Only the commander");
    await scene.slash("alex", room.id, "severity SEV2 only one region");
    expect(await scene.recorded(incident, "SeverityChanged")).toMatchObject({ from: "SEV1", to: "SEV2", by: ALEX });
    await scene.seen("the topic with SEV2", ({ slack }) =>
      slack.channels.find(({ id, topic }) => id === room.id && topic.startsWith("SEV2 · payments")),
    );
  });

  test("the commander jumps to a later phase; what was left open is said and recorded, and the pin moves on", async () => {
    expect(await scene.slash("sam", room.id, "phase recover")).toContain("Only the commander");
    const before = messageOf(scene.channel(room.id), "incident_checklist");
    const said = await scene.slash("alex", room.id, "phase recover");
    expect(said).toContain("Left open on the way");
    expect(said).toContain("Confirm that the curve turns");
    const moved = await scene.recorded(incident, "PhaseMoved");
    expect(moved).toMatchObject({ from: "detect", to: "recover", by: ALEX });
    expect(moved.skipped.join()).toContain("Confirm that the curve turns");
    const shown = await listed(room, "Checklist · recover");
    await scene.seen("the pin on the new phase", ({ slack }) =>
      slack.channels.find(({ id, pins }) => id === room.id && pins.length === 1 && pins[0] === shown.ts),
    );
    await scene.seen("the old phase in one line", ({ slack }) =>
      slack.channels
        .find(({ id }) => id === room.id)
        ?.messages.find(({ ts, blocks }) => ts === before?.ts && textOf(blocks).includes("detect:")),
    );
    await scene.seen("the phase in the topic", ({ slack }) =>
      slack.channels.find(({ id, topic }) => id === room.id && topic.includes("recover")),
    );
    await scene.seen("the phase in a bookmark", ({ slack }) =>
      slack.channels
        .find(({ id }) => id === room.id)
        ?.bookmarks.find(({ title }) => title === "SEV2 · recover: checklist"),
    );
    expect(await scene.slash("alex", room.id, "phase contain")).toContain("needs a reason");
  });

  test("what is mitigated moves to validate by itself", async () => {
    await update("alex", room, { done: ["default/mitigated"], proof: "https://grafana.kestrel.example.com/d/pay01xx" });
    expect(await scene.recorded(incident, "PhaseMoved", ({ to }) => to === "validate")).toMatchObject({ by: null });
    await listed(room, "The error rate is inside its objective");
  });

  test("a second runbook is attached by command, and its text stays comparable with the file", async () => {
    expect(await scene.slash("sam", room.id, "runbook data-corruption-or-loss")).toContain("Attached");
    await scene.recorded(incident, "RunbookAttached", ({ runbookId }) => runbookId === "data-corruption-or-loss");
    const said = await scene.slash("sam", room.id, "runbook");
    expect(said).toContain("data-corruption-or-loss@1");
    expect(said).toContain("as the file reads now");
    expect(await scene.slash("sam", room.id, "runbook detach bad-deploy wrong one")).toContain("Only the commander");
  });

  test("evidence is recorded as a link", async () => {
    expect(await scene.slash("sam", room.id, "evidence")).toContain("query-log");
    await scene.slash("sam", room.id, "evidence add query-log https://store.kestrel.example.com/e/1 the whole window");
    expect(await scene.recorded(incident, "EvidenceStored")).toMatchObject({
      runbookId: "data-corruption-or-loss",
      evidenceId: "query-log",
      by: SAM,
    });
  });
});

describe("a secret that was seen outside", () => {
  let incident: string;
  let room: Channel;

  test("the label runbook chooses, and raises what the alert called small", async () => {
    ({ incident, room } = await alerted({ runbook: "secret-exposure", service: "payments", severity: "info" }));
    const opened = await scene.recorded(incident, "IncidentOpened");
    expect(opened).toMatchObject({ severity: "SEV1", class: "security" });
    expect(opened.severityBasis).toContain("secret-exposure");
    await listed(room, "Revoke the credential");
  });

  test("its severity does not fall while a check holds it, not even for the commander", async () => {
    await scene.fillIn({ user: "alex", trigger: "take_command", channel: room.id, values: {} });
    const said = await scene.slash("alex", room.id, "severity SEV3 it was only a test key");
    expect(said).toContain("held until this is proven");
    const form = await scene.formSays("alex", "resolve_incident", room.id);
    expect(form).not.toContain("Not an incident");
    expect(ofType(await scene.events(incident), "SeverityChanged")).toEqual([]);
  });

  test("a proof that looks like a secret is refused", async () => {
    const said = await scene.slash(
      "alex",
      room.id,
      "gate prove old-one-refused AKIAIOSFODNN7EXAMPLE was refused at 10:02 from the office",
    );
    expect(said).toContain("never the secret itself");
    await scene.slash(
      "alex",
      room.id,
      "gate prove old-one-refused The old one was refused at 10:02 UTC from the office.",
    );
    expect(await scene.recorded(incident, "CheckProven")).toMatchObject({ checkId: "old-one-refused", by: ALEX });
  });
});

describe("whom a runbook calls from outside", () => {
  test("is paged by itself in its time from when its condition is confirmed, or asked for in the room", async () => {
    const { incident, room } = await alerted({ alertname: "RequestFlood", service: "payments", severity: "critical" });
    await scene.recorded(incident, "RunbookAttached", ({ runbookId }) => runbookId === "traffic-flood");
    await update("sam", room, { confirm: ["traffic-flood/escalation-1"] });
    await scene.recorded(incident, "EscalationConfirmed", ({ by }) => by === SAM);
    const typed = (item: string) => scene.slash("alex", room.id, `checklist confirm traffic-flood/${item}`);
    expect(await typed("escalation-1")).toContain("confirmed that already");
    expect(await typed("throttle-route")).toContain("waits for nothing that could be confirmed");

    const asked = await scene.seen("the one whom nobody is named for", ({ slack }) =>
      slack.channels
        .find(({ id }) => id === room.id)
        ?.messages.find(({ blocks }) => textOf(blocks).includes("A person must reach them now")),
    );
    expect(textOf(asked.blocks)).toContain("services.yaml names nobody for external:edge-provider");
    expect(actionsOf(asked)).toEqual(["open_update_checklist"]);
    expect(await scene.recorded(incident, "PageRequested", ({ cause }) => cause === "runbook")).toMatchObject({
      target: { kind: "person", id: KIM, name: "legal" },
      by: null,
    });
    const at = (type: string) =>
      Date.parse(entries.find(({ events }) => events.some((event) => event.type === type))?.at ?? "");
    const entries = readRecord(await scene.world.ledger(incident)).streams.get(incident) ?? [];
    expect(at("PageRequested") - at("EscalationConfirmed")).toBeGreaterThanOrEqual(3_000);

    await update("sam", room, { done: ["traffic-flood/escalation-2"] });
    await scene.seen("the room being told that nobody is left", ({ slack }) =>
      slack.channels
        .find(({ id }) => id === room.id)
        ?.messages.find(({ blocks }) => textOf(blocks).includes("Nobody is left whom a runbook asks")),
    );
  });
});
