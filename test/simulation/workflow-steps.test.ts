import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { ofType, readRecord } from "../support/record-check.ts";
import { actionsOf, type Channel, type Scene, startScene, textOf } from "../support/scene.ts";

const SAM = "U07SAMWIER2";

let scene: Scene;
let incident: string;
let room: Channel;

beforeAll(async () => {
  scene = await startScene({});
});
afterEach(async () => {
  expect(await scene.faults()).toEqual([]);
});
afterAll(() => scene.stop());

interface Step {
  function: string;
  inputs?: Record<string, unknown>;
}
const run = async (...steps: Step[]) => {
  const answer = await scene.act("workflow", { steps });
  return answer.outputs as Record<string, unknown>[];
};
/** Why the workflow stopped. */
const stopped = async (step: Step) => (await scene.refused("workflow", { steps: [step] })).detail;

const noticed = (words: string) =>
  scene.seen(`"${words}" in the room`, ({ slack }) =>
    slack.channels.find(({ id }) => id === room.id)?.messages.find(({ blocks }) => textOf(blocks).includes(words)),
  );

const actors = async (type: string) =>
  [...readRecord(await scene.world.ledger(incident)).streams.values()]
    .flat()
    .filter(({ events }) => events.some((event) => event.type === type))
    .map(({ actor }) => actor);

test("a workflow declares an incident, and is recorded as the one who did; no person is taken for it", async () => {
  const [declared, found] = await run(
    {
      function: "step_declare_incident",
      inputs: { title: "Labels print blank", service: "search", severity: "SEV2" },
    },
    { function: "step_get_incident", inputs: { incident_id: "{{steps.0.incident_id}}" } },
  );
  incident = String(declared?.incident_id);
  expect(found).toMatchObject({ incident_id: incident, title: "Labels print blank", severity: "SEV2", status: "open" });
  expect(found).not.toHaveProperty("commander");
  const [opened] = ofType(await scene.events(incident), "IncidentOpened");
  expect(opened).toMatchObject({ origin: "workflow", room: true });
  expect(await actors("IncidentOpened")).toEqual([
    { kind: "workflow", id: expect.stringMatching(/^Wx/), basis: "workflow-builder-step" },
  ]);
  room = await scene.room(incident);
  expect(await run({ function: "step_get_incident", inputs: { channel: room.id } })).toEqual([
    expect.objectContaining({ incident_id: incident, channel: room.id }),
  ]);
});

test("a note is kept in the record as a workflow's", async () => {
  const note = "The label printer was restarted with ghp_16C7e42F292c6912E7710c838347Ae178B4a";
  await run({ function: "step_add_note", inputs: { incident_id: incident, note } });
  expect(ofType(await scene.events(incident), "WorkflowNoted")).toMatchObject([
    { words: "The label printer was restarted with [secret removed]" },
  ]);
});

test("a request for a customer update shows in the room with the form; nothing is drafted by it", async () => {
  const inputs = { incident_id: incident, status: "investigating", impact: "Labels come out blank <!channel>" };
  await run({ function: "step_request_update", inputs });
  const message = await noticed("asks for a customer update (investigating)");
  expect(textOf(message.blocks)).not.toContain("<!channel>");
  expect(actionsOf(message)).toEqual(["open_customer_update"]);
  expect(ofType(await scene.events(incident), "StatusUpdateRequested")).toEqual([]);
  expect(await stopped({ function: "step_request_update", inputs })).toContain("already");
});

test("a role and a tick are proposed to the room; neither is given", async () => {
  await run(
    { function: "step_assign_role", inputs: { incident_id: incident, role: "scribe", person: SAM } },
    {
      function: "step_set_checklist_item",
      inputs: { incident_id: "{{steps.0.incident_id}}", item: "default/rollback", proof: "https://example.com/run/7" },
    },
  );
  expect(textOf((await noticed("as scribe")).blocks)).toContain(`/incident-response role scribe <@${SAM}>`);
  const tick = await noticed("reports default/rollback of the checklist as done");
  expect(actionsOf(tick)).toEqual(["open_checklist"]);
  const events = await scene.events(incident);
  expect(ofType(events, "RoleAssigned")).toEqual([]);
  expect(ofType(events, "ItemTicked")).toEqual([]);
  expect(await actors("WorkflowAsked")).toHaveLength(3);
});

test("what a step cannot do stops the workflow with a sentence that says what to do", async () => {
  const declare = { title: "x", service: "no such service", severity: "SEV2" };
  expect(await stopped({ function: "step_declare_incident", inputs: declare })).toContain("Use one of: ");
  expect(await stopped({ function: "step_get_incident" })).toContain("Give the step an incident id or a war room");
  const note = { incident_id: "the one of yesterday", note: "x" };
  expect(await stopped({ function: "step_add_note", inputs: note })).toContain("INC-20261121-0914-K9ZP");
  const long = { incident_id: incident, item: "x", proof: "x".repeat(501) };
  expect(await stopped({ function: "step_set_checklist_item", inputs: long })).toContain(
    "the proof is longer than 500 characters",
  );
  const role = { incident_id: incident, role: "commander", person: SAM };
  expect(await stopped({ function: "step_assign_role", inputs: role })).toContain("deputy, communications, scribe");
});

test("a form of the app cannot be made a step", async () => {
  expect(await scene.refused("workflow", { steps: [{ function: "resolve_incident" }] })).toMatchObject({
    error: "step_not_offered",
  });
});

test("a workflow reads nothing of an incident that is kept to its room", async () => {
  const inputs = { title: "Keys leaked", service: "search", severity: "SEV2", incident_class: "security" };
  const [secret] = await run({ function: "step_declare_incident", inputs });
  expect(await stopped({ function: "step_get_incident", inputs: { incident_id: secret?.incident_id } })).toContain(
    "kept to its room",
  );
});

test("declare typed with all it needs acts, from anywhere; the same words elsewhere are answered with the form", async () => {
  const known = new Set(await scene.incidents());
  expect(await scene.slash("casey", "general", "declare")).toContain("Declare an incident");
  expect(await scene.slash("casey", "general", "declare SEV2 serch results are empty")).toContain("`search`");
  expect(await scene.slash("casey", "general", "declare sev2 search results are empty")).toContain("is open");
  const declared = await scene.newIncident(known);
  expect(ofType(await scene.events(declared), "IncidentOpened")).toMatchObject([
    { origin: "person", title: "results are empty", severity: "SEV2", room: true },
  ]);
  const opened = await scene.room(declared);
  expect(opened.members).toContain("U07CASEYN06");
  expect(await scene.slash("casey", opened.id, "help")).toMatch(/^\*Nobody has command yet\*/);
});
