import { describe, expect, test } from "vitest";
import { INCIDENT_CLASSES } from "../../../shared/vocabulary.ts";
import declareIncident from "../../../slack-app/functions/declare_incident/mod.ts";
import draftStatusUpdate from "../../../slack-app/functions/draft_status_update/mod.ts";
import handOverCommand from "../../../slack-app/functions/hand_over_command/mod.ts";
import resolveIncident from "../../../slack-app/functions/resolve_incident/mod.ts";
import takeCommand from "../../../slack-app/functions/take_command/mod.ts";
import { EXECUTION, RILEY, type Stage, stage } from "../support/hosted.ts";
import { draftView, formFacts, INCIDENT, ROOM } from "../support/samples.ts";

const ACTOR = { userId: RILEY.id, teamId: RILEY.team_id };
// A hint of somebody else: it must not become the actor.
const PRESSED = {
  interactivity: { interactivity_pointer: "pointer-1", interactor: { id: "U07CASEYN06", secret: "s" } },
  channel_id: ROOM,
  incident_id: INCIDENT,
};
const text = (value: string | null) => ({ type: "plain_text_input", value });
const option = (value: string) => ({ type: "static_select", selected_option: { value } });
const options = (...values: string[]) => ({
  type: "multi_static_select",
  selected_options: values.map((value) => ({ value })),
});
const user = (id: string) => ({ type: "users_select", selected_user: id });
const memory = { incident_id: INCIDENT };

interface Shown {
  callback_id: string;
  notify_on_close: boolean;
  submit?: unknown;
  private_metadata?: string;
  blocks: { block_id?: string; element?: { action_id: string; [more: string]: unknown } }[];
}
const shown = ({ slack }: Stage) => slack.callsOf("views.update").at(-1)?.view as Shown;
const fields = (set: Stage) => shown(set).blocks.flatMap(({ block_id }) => block_id ?? []);

const FORMS = [
  {
    name: "draft_status_update",
    hosted: draftStatusUpdate,
    fields: ["status", "impact", "components", "component_status", "notify_subscribers"],
  },
  { name: "resolve_incident", hosted: resolveIncident, fields: ["summary", "outcome", "duplicate_of"] },
  { name: "take_command", hosted: takeCommand, fields: [] },
  { name: "hand_over_command", hosted: handOverCommand, fields: ["to", "note"] },
  { name: "declare_incident", hosted: declareIncident, fields: ["title", "service", "severity", "class"] },
];

function answering(set: Stage) {
  set.bridge.state.query = (query) =>
    query.type === "Catalog"
      ? {
          ok: true,
          catalog: { services: ["checkout", "payments", "search"], severities: ["SEV1", "SEV2", "SEV3", "SEV4"] },
        }
      : { ok: true, form: formFacts() };
}

describe.concurrent.each(FORMS)("the form $name", ({ name, hosted, fields: expected }) => {
  test("opens a loading view before it asks anybody, then shows its fields and waits", async () => {
    await using set = await stage();
    answering(set);
    expect(await set.run(hosted, PRESSED)).toEqual({ completed: false });
    expect(set.slack.methods()).toEqual(["views.open", "views.update"]);
    expect(set.slack.callsOf("views.open")).toMatchObject([
      { interactivity_pointer: "pointer-1", view: { callback_id: name, notify_on_close: true } },
    ]);
    expect(fields(set)).toEqual(expected);
    for (const { block_id, element } of shown(set).blocks) if (block_id) expect(element?.action_id).toBe(block_id);
    expect(shown(set)).toMatchObject({ callback_id: name, notify_on_close: true, submit: { type: "plain_text" } });
    expect(JSON.parse(shown(set).private_metadata ?? "")).toEqual(memory);
    expect(set.bridge.commands).toEqual([]);
    expect(set.slack.faults).toEqual([]);
  });

  test("says what is wrong when the bridge refuses, with nothing to submit", async () => {
    await using set = await stage();
    set.bridge.state.query = () => ({ ok: false, refusal: "not-a-war-room", message: "This channel is no war room." });
    expect(await set.run(hosted, PRESSED)).toEqual({ completed: false });
    expect(JSON.stringify(shown(set))).toContain("This channel is no war room.");
    expect(shown(set).submit).toBeUndefined();
  });

  test("says that nothing was recorded when the bridge is away", async () => {
    await using set = await stage();
    set.bridge.state.up = false;
    await set.run(hosted, PRESSED);
    expect(JSON.stringify(shown(set))).toContain("Nothing was recorded: the incident bridge cannot be reached.");
  });

  test("fails with a sentence when the pointer has run out", async () => {
    await using set = await stage();
    set.slack.next("views.open", set.slack.refuse("expired_trigger_id"));
    expect(await set.run(hosted, PRESSED)).toMatchObject({ error: expect.stringContaining("Press the button again") });
    expect(set.bridge.queries).toEqual([]);
  });

  test("closing it records nothing and completes the execution", async () => {
    await using set = await stage();
    await set.close(hosted, name);
    expect(set.bridge.commands).toEqual([]);
    expect(set.slack.callsOf("functions.completeSuccess")).toEqual([{ function_execution_id: EXECUTION, outputs: {} }]);
  });
});

const SUBMISSIONS = [
  {
    name: "draft_status_update",
    hosted: draftStatusUpdate,
    values: {
      status: option("identified"),
      impact: text("Card payments fail in the EU"),
      components: options("k7m2x9q4wtzn"),
      component_status: option("major_outage"),
      notify_subscribers: options("yes"),
    },
    command: {
      type: "RequestStatusUpdate",
      status: "identified",
      impact: "Card payments fail in the EU",
      components: [{ id: "k7m2x9q4wtzn", status: "major_outage" }],
      notifySubscribers: true,
    },
    refusalAt: "impact",
  },
  {
    name: "resolve_incident",
    hosted: resolveIncident,
    values: { summary: text("Rolled back"), outcome: option("resolved"), duplicate_of: text(null) },
    command: { type: "ResolveIncident", summary: "Rolled back", outcome: "resolved" },
    refusalAt: "summary",
  },
  { name: "take_command", hosted: takeCommand, values: {}, command: { type: "TakeCommand" }, refusalAt: undefined },
  {
    name: "hand_over_command",
    hosted: handOverCommand,
    values: { to: user("U07SAMWIER2"), note: text("Rollback is running") },
    command: { type: "OfferHandover", to: "U07SAMWIER2", note: "Rollback is running" },
    refusalAt: "to",
  },
  {
    name: "declare_incident",
    hosted: declareIncident,
    values: {
      title: text("Search is slow"),
      service: option("search"),
      severity: option("SEV2"),
      class: option("access-safety"),
    },
    command: {
      type: "DeclareIncident",
      title: "Search is slow",
      service: "search",
      severity: "SEV2",
      class: "access-safety",
    },
    refusalAt: "title",
  },
];

describe.concurrent.each(SUBMISSIONS)("submitting $name", ({ name, hosted, values, command, refusalAt }) => {
  const submission = { callback_id: name, private_metadata: memory, values };

  test("sends one command by the person who submitted, completes, and shows what was recorded", async () => {
    await using set = await stage();
    set.bridge.state.command = () => ({ ok: true, message: "Recorded, and here is what follows." });
    const answer = await set.submit(hosted, submission);
    expect(set.bridge.commands).toEqual([
      { ...command, incidentId: INCIDENT, commandId: `${EXECUTION}:${name}`, actor: ACTOR },
    ]);
    expect(answer).toMatchObject({ response_action: "update", view: { notify_on_close: false } });
    expect(JSON.stringify(answer)).toContain("Recorded, and here is what follows.");
    expect(set.slack.callsOf("functions.completeSuccess")).toEqual([{ function_execution_id: EXECUTION, outputs: {} }]);
  });

  test("a refusal is the bridge's own sentence, and the execution stays for another try", async () => {
    await using set = await stage();
    set.bridge.state.command = () => ({ ok: false, refusal: "no", message: "Kim has command; ask for a handover." });
    const answer = await set.submit(hosted, submission);
    if (refusalAt) {
      expect(answer).toEqual({
        response_action: "errors",
        errors: { [refusalAt]: "Kim has command; ask for a handover." },
      });
    } else {
      expect(answer).toMatchObject({ response_action: "update", view: { notify_on_close: true } });
      expect(JSON.stringify(answer)).toContain("Kim has command; ask for a handover.");
    }
    expect(set.slack.callsOf("functions.completeSuccess")).toEqual([]);
  });

  test("with the bridge away nothing is lost from the form, and the next try has the same command id", async () => {
    await using set = await stage();
    set.bridge.state.up = false;
    expect(JSON.stringify(await set.submit(hosted, submission))).toContain("Nothing was recorded");
    set.bridge.state.up = true;
    set.bridge.fail(/commands$/, 503, 1);
    expect(JSON.stringify(await set.submit(hosted, submission))).toContain("a repeat is never recorded twice");
    await set.submit(hosted, submission);
    expect(set.bridge.commands.map(({ commandId }) => commandId)).toEqual([`${EXECUTION}:${name}`]);
  });
});

describe.concurrent("what the forms check and offer", () => {
  test("a duplicate needs the id of the other incident, and a bad id is shown back", async () => {
    await using set = await stage();
    const submit = (duplicate: string | null) =>
      set.submit(resolveIncident, {
        callback_id: "resolve_incident",
        private_metadata: memory,
        values: { summary: text("Same cause"), outcome: option("duplicate"), duplicate_of: text(duplicate) },
      });
    expect(await submit(null)).toMatchObject({ errors: { duplicate_of: expect.stringContaining("Say which") } });
    expect(await submit("INC-1")).toMatchObject({ errors: { duplicate_of: expect.stringContaining('"INC-1"') } });
    expect(set.bridge.commands).toEqual([]);
    await submit("INC-20261120-1200-AAAA");
    expect(set.bridge.commands).toMatchObject([{ outcome: "duplicate", duplicateOf: "INC-20261120-1200-AAAA" }]);
  });

  test("blank fields are asked for again by name", async () => {
    await using set = await stage();
    const answer = await set.submit(draftStatusUpdate, {
      callback_id: "draft_status_update",
      private_metadata: memory,
      values: { status: option("identified"), impact: text("   ") },
    });
    expect(answer).toEqual({ response_action: "errors", errors: { impact: "Say what customers notice." } });
  });

  test("components of the service come first, and without components there is no field for them", async () => {
    await using set = await stage();
    answering(set);
    await set.run(draftStatusUpdate, PRESSED);
    const groups = shown(set).blocks.find(({ block_id }) => block_id === "components")?.element?.option_groups;
    expect(groups).toMatchObject([
      { label: { text: "This service" }, options: [{ value: "k7m2x9q4wtzn" }] },
      { label: { text: "Others" }, options: [{ value: "c4h9r2t7xwqk" }] },
    ]);
    set.bridge.state.query = () => ({ ok: true, form: formFacts({ components: [] }) });
    await set.run(draftStatusUpdate, PRESSED);
    expect(fields(set)).toEqual(["status", "impact", "notify_subscribers"]);
    expect(set.slack.faults).toEqual([]);
  });

  test("components of the service are chosen in a first update, and nobody's in a later one", async () => {
    await using set = await stage();
    const chosen = () =>
      shown(set).blocks.find(({ block_id }) => block_id === "components")?.element?.initial_options as unknown;
    answering(set);
    await set.run(draftStatusUpdate, PRESSED);
    expect(chosen()).toMatchObject([{ value: "k7m2x9q4wtzn" }]);
    set.bridge.state.query = () => ({ ok: true, form: formFacts({ publicStatus: "monitoring" }) });
    await set.run(draftStatusUpdate, PRESSED);
    expect(chosen()).toBeUndefined();
    expect(set.slack.faults).toEqual([]);
  });

  test("a draft that waits already is mentioned", async () => {
    await using set = await stage();
    set.bridge.state.query = () => ({ ok: true, form: formFacts({ draft: draftView() }) });
    await set.run(draftStatusUpdate, PRESSED);
    expect(JSON.stringify(shown(set))).toContain("Version 2 of a draft waits already");
  });

  test("a resolved incident takes no more commands, but customers may still be told how it ended", async () => {
    await using set = await stage();
    set.bridge.state.query = () => ({ ok: true, form: formFacts({ resolved: true, publicStatus: "monitoring" }) });
    for (const hosted of [takeCommand, handOverCommand, resolveIncident]) {
      await set.run(hosted, PRESSED);
      expect(JSON.stringify(shown(set))).toContain("is resolved already");
    }
    await set.run(draftStatusUpdate, PRESSED);
    expect(fields(set)).toContain("impact");
    set.bridge.state.query = () => ({ ok: true, form: formFacts({ resolved: true, publicStatus: "resolved" }) });
    await set.run(draftStatusUpdate, PRESSED);
    expect(fields(set)).toEqual([]);
  });

  test("opening a room for an alert starts from that alert and keeps its incident", async () => {
    await using set = await stage();
    set.bridge.state.query = (query) =>
      query.type === "Catalog"
        ? { ok: true, catalog: { services: ["checkout"], severities: ["SEV1", "SEV2"] } }
        : { ok: true, form: formFacts({ severity: "SEV2", service: "payments" }) };
    await set.run(declareIncident, PRESSED);
    const element = (name: string) => shown(set).blocks.find(({ block_id }) => block_id === name)?.element;
    expect(element("title")).toMatchObject({ initial_value: formFacts().title });
    expect(element("service")).toMatchObject({ initial_option: { value: "payments" } });
    expect(element("severity")).toMatchObject({ initial_option: { value: "SEV2" } });
    expect(JSON.parse(shown(set).private_metadata ?? "")).toEqual(memory);
  });

  test("declaring afresh asks for the catalog alone and carries no incident", async () => {
    await using set = await stage();
    answering(set);
    await set.run(declareIncident, { interactivity: PRESSED.interactivity });
    expect(set.bridge.queries).toEqual([{ type: "Catalog" }]);
    expect(JSON.parse(shown(set).private_metadata ?? "")).toEqual({});
  });

  test("the class may be left open, and its names read as words", async () => {
    await using set = await stage();
    answering(set);
    await set.run(declareIncident, { interactivity: PRESSED.interactivity });
    const field = shown(set).blocks.find(({ block_id }) => block_id === "class");
    expect(field).toMatchObject({ optional: true });
    const offered = field?.element?.options as { text: { text: string }; value: string }[];
    expect(offered.map(({ value }) => value)).toEqual([...INCIDENT_CLASSES]);
    for (const { text: shownAs } of offered) expect(shownAs.text).toMatch(/^[A-Z][a-z ]+$/);
    await set.submit(declareIncident, {
      callback_id: "declare_incident",
      private_metadata: {},
      values: {
        title: text("Search is slow"),
        service: option("search"),
        severity: option("SEV2"),
        class: { type: "static_select", selected_option: null },
      },
    });
    expect(set.bridge.commands).toHaveLength(1);
    expect(set.bridge.commands[0]).not.toHaveProperty("class");
  });

  test("*Not an incident* is the same form with the outcome picked beforehand", async () => {
    await using set = await stage();
    answering(set);
    await set.run(resolveIncident, { ...PRESSED, outcome: "not_an_incident" });
    const outcome = shown(set).blocks.find(({ block_id }) => block_id === "outcome")?.element;
    expect(outcome).toMatchObject({ initial_option: { value: "not_an_incident" } });
  });

  test("a malformed hint is no hint", async () => {
    await using set = await stage();
    answering(set);
    await set.run(takeCommand, { ...PRESSED, incident_id: "<!channel>", channel_id: ROOM });
    expect(set.bridge.queries).toEqual([{ type: "Form", channel: ROOM }]);
  });
});
