import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { playNoisyIncident, topLevelBotMessages } from "../support/noisy-incident.ts";
import { ofType } from "../support/record-check.ts";
import { kindOf, type Scene, startScene, textOf } from "../support/scene.ts";
import { servicesApart } from "../support/services-apart.ts";

/** As quiet as a room without a holding statement must be. */
const MOST = 16;

let scene: Scene;
beforeAll(async () => {
  const services = join(mkdtempSync(join(tmpdir(), "services-holding-")), "services.yaml");
  writeFileSync(services, `${readFileSync(servicesApart(), "utf8")}\nholding_statement: [SEV1, SEV2]\n`);
  scene = await startScene({ bridgeEnv: { SERVICES_FILE: services } });
}, 60_000);
afterAll(() => scene.stop());

test("a first statement waits in the new room, gives way to a person's update, and costs one message", async () => {
  const room = await playNoisyIncident(scene, { nudges: 0 });
  const incident = String(
    (room.messages.find(({ metadata }) => metadata)?.metadata as { event_payload?: { incident_id?: string } })
      ?.event_payload?.incident_id,
  );
  const events = await scene.events(incident);
  const [holding, ...asked] = ofType(events, "DraftProposed");
  expect(ofType(events, "HoldingStatementRequested")).toMatchObject([{ draftId: holding?.draftId }]);
  expect(holding).toMatchObject({ author: { kind: "template", userId: null } });
  expect(holding?.content.body).toMatch(
    /^Some customers may notice problems with Payments API\.\n\nWe are investigating\./,
  );
  expect(ofType(events, "DraftSuperseded")).toContainEqual(
    expect.objectContaining({ draftId: holding?.draftId, byDraftId: asked[0]?.draftId }),
  );
  // Only what a person asked for and a person approved is public.
  expect(ofType(events, "PublishStarted").map(({ draftId }) => draftId)).toEqual(asked.map(({ draftId }) => draftId));
  expect(scene.snapshot().bedrock.requests.filter(({ path }) => path.includes("converse")).length).toBeGreaterThan(0);
  const messages = topLevelBotMessages(scene, room);
  expect(messages.filter((message) => kindOf(message) === "approval_card")).toHaveLength(3);
  expect(messages.length).toBeLessThanOrEqual(MOST);
  expect(await scene.faults()).toEqual([]);
}, 60_000);

test("its card says that nobody asked for it, and can be approved as it is", async () => {
  const incident = await scene.alert({ fixture: "oncall-alert-group-created" });
  const room = await scene.room(incident);
  const { draftId, version } = await scene.recorded(incident, "DraftProposed");
  const card = await scene.readCard(incident, draftId, version);
  expect(textOf(card.message.blocks)).toContain("Nobody has asked for this");
  await scene.act("join", { user: "riley", channel: room.id });
  await scene.approve("riley", card);
  await scene.recorded(incident, "PublishSucceeded", (event) => event.draftId === draftId);
  expect(await scene.faults()).toEqual([]);
}, 60_000);
