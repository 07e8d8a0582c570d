import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Channel, messageOf, type Scene, startScene, textOf } from "../support/scene.ts";

const MODEL_MS = 1_000;
const BUDGET_MS = 3_000;
/** How much later than its budget a postmortem may be there. */
const GRACE_MS = 2_000;
const PROJECT = "4ad7c6b8-2f1e-4c3d-9b5a-7e8f90a1b2c3";
const LABEL = "5be8d7c9-3a2f-4d4e-8c6b-8f90a1b2c3d4";
const ALEX_IN_LINEAR = "1c9a4d63-8b2e-4f71-8d35-62e8f9b01a22";

let scene: Scene;
beforeAll(async () => {
  scene = await startScene({
    bridgeEnv: {
      DRAFT_BUDGET_MS: String(BUDGET_MS),
      LINEAR_PROJECT_ID: PROJECT,
      LINEAR_LABEL_IDS: LABEL,
    },
  });
});
beforeEach(() => scene.world.clearFaults());
afterAll(() => scene.stop());

const bedrock = () => scene.world.parts.find(({ name }) => name === "bedrock")?.url ?? "";

/** One incident of its own, commanded by alex and resolved; with its issues and how long they took from the resolution. */
async function resolved(fault?: Parameters<Scene["world"]["addFault"]>[0]) {
  const incident = await scene.alert({ fixture: "oncall-alert-group-created" });
  const room: Channel = await scene.room(incident);
  await scene.recorded(incident, "ContextRead", ({ complete }) => complete);
  await scene.fillIn({ user: "alex", trigger: "take_command", channel: room.id, values: {} });
  await scene.recorded(incident, "CommandTaken");
  if (fault) scene.world.addFault(fault);
  const startedAt = performance.now();
  await scene.fillIn({
    user: "alex",
    trigger: "resolve_incident",
    channel: room.id,
    values: { summary: "A deploy was rolled back.", outcome: "resolved", override_reason: "Watched by hand." },
  });
  const drafted = await scene.recorded(incident, "PostmortemDrafted");
  const draftedMs = performance.now() - startedAt;
  const filed = await scene.recorded(incident, "PostmortemFiled");
  const filedMs = performance.now() - startedAt;
  const { issues } = scene.snapshot().linear;
  const issue = issues.find(({ id }) => id === filed.issueId);
  if (!issue) throw new Error("Linear does not hold the issue");
  const told = await scene.seen("the postmortem in the room", ({ slack }) => {
    const channel = slack.channels.find(({ id }) => id === room.id);
    const message = channel && messageOf(channel, "postmortem");
    return message && textOf(message.blocks);
  });
  return {
    drafted,
    draftedMs,
    filed,
    filedMs,
    issue,
    below: issues.filter(({ parentId }) => parentId === issue.id),
    told,
  };
}

test("a resolution becomes an issue that a model helped to write, placed, due and assigned", async () => {
  const { filed, filedMs, issue, below, drafted, told } = await resolved({
    target: "bedrock",
    kind: "slow",
    ms: MODEL_MS,
    match: "/converse",
  });
  expect(filedMs).toBeLessThan(MODEL_MS + 10_000);
  expect(filed.author, filed.note ?? "").toBe("model");
  expect(issue.description).toMatch(/## What happened\n\n- At \d\d:\d\d UTC /);
  expect(issue.description).toMatch(/At \d\d:\d\d UTC commander 1 took command\. \[E#\d+\]/);
  for (const heading of ["Contributing factors", "Actions", "Deploys and changes before", "Timeline"]) {
    expect(issue.description).toContain(`## ${heading}`);
  }
  expect(issue).toMatchObject({
    projectId: PROJECT,
    labelIds: [LABEL],
    priority: 1,
    assigneeId: ALEX_IN_LINEAR,
    parentId: null,
  });
  const dueInMs = Date.parse(issue.dueDate ?? "") - Date.parse(issue.createdAt);
  expect(dueInMs).toBeGreaterThan(23 * 3_600_000);
  expect(dueInMs).toBeLessThanOrEqual(48 * 3_600_000);
  expect(below.map(({ id }) => id)).toEqual(drafted.actions.map(({ issueId }) => issueId));
  expect(told).toContain(filed.identifier);
}, 60_000);

test("what the model makes up reaches nobody, and the room hears how much that was", async () => {
  await fetch(`${bedrock()}/simulated/untruthful`, { method: "PUT" });
  const { drafted, filed, issue, told } = await resolved();
  await fetch(`${bedrock()}/simulated/untruthful`, { method: "DELETE" });
  expect(drafted.author).toBe("model");
  expect(drafted.dropped).toBeGreaterThan(2);
  expect(issue.description).not.toMatch(/memory leak|E#9999| never /);
  expect(filed.note).toContain(`${drafted.dropped} sentences were left out because no entry supports them`);
  expect(told).toContain("no entry supports them");
}, 60_000);

test("when the model takes too long the record alone is there two seconds after its budget, and says so", async () => {
  const { drafted, draftedMs, issue, told } = await resolved({
    target: "bedrock",
    kind: "slow",
    ms: 60_000,
    match: "/converse",
  });
  expect(draftedMs).toBeLessThan(BUDGET_MS + GRACE_MS);
  expect(drafted).toMatchObject({ author: "template", parts: [], actions: [] });
  expect(issue.description).toContain("## Timeline");
  expect(issue.description).not.toContain("## What happened\n");
  expect(told).toContain("did not answer in 3 s; it was written from the record alone");
}, 60_000);
