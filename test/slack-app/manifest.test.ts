import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import Ajv from "ajv";
import { describe, expect, test } from "vitest";
import manifest from "../../manifest.ts";
import { CARD_ACTIONS, LINK_TRIGGERS } from "../../shared/vocabulary.ts";
import { controlBlocks } from "../../slack-app/blocks/controls.ts";
import { BRIDGE_HOST } from "../../slack-app/bridge-host.ts";
import { cardMessage } from "../../slack-app/functions/card/card-message.ts";
import { STEPS } from "../../slack-app/steps/steps.ts";
import { draftView } from "./support/samples.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const triggerFiles = readdirSync(`${root}slack-app/triggers`);
const triggers = await Promise.all(
  triggerFiles.map(async (file) => ({
    name: file.replace(/\.ts$/, ""),
    definition: (await import(/* @vite-ignore */ `${root}slack-app/triggers/${file}`)).default as Trigger,
  })),
);
interface Trigger {
  type: string;
  workflow: string;
  inputs?: Record<string, { value?: unknown; customizable?: boolean }>;
  schedule?: { start_time: string; frequency: unknown };
}
interface FunctionEntry {
  title: string;
  description: string;
  source_file: string;
  input_parameters: { properties: Record<string, unknown>; required: string[] };
  output_parameters: { properties: Record<string, unknown>; required: string[] };
}
const functions = manifest.functions as unknown as Record<string, FunctionEntry>;
const workflows = manifest.workflows as unknown as Record<
  string,
  { description: string; steps: { function_id: string }[]; input_parameters?: { required: string[] } }
>;
const modules = await Promise.all(
  Object.entries(functions).map(async ([callbackId, { source_file }]) => ({
    callbackId,
    module: (await import(/* @vite-ignore */ `${root}${source_file}`)) as { default: Hosted },
  })),
);
// biome-ignore lint/suspicious/noExplicitAny: the SDK types a function by its own definition; here any of them is asked
type Hosted = any;

const CARD_POSTERS = ["drain_outbox", "sweep", "review_status_update"];

describe("the manifest", () => {
  test("stays within Slack's caps", () => {
    const { display_information: shown } = manifest;
    expect(shown.name.length).toBeLessThanOrEqual(35);
    expect(shown.description?.length).toBeLessThanOrEqual(140);
    expect(Object.keys(functions).length).toBeLessThanOrEqual(50);
    expect(Object.keys(workflows).length).toBeLessThanOrEqual(50);
    expect(Object.keys(manifest.datastores ?? {})).toEqual(["war_rooms", "approval_cards", "nudges"]);
    for (const [callbackId, { title }] of Object.entries(functions)) {
      expect(callbackId.length).toBeLessThanOrEqual(100);
      expect(title.length).toBeLessThanOrEqual(255);
    }
  });

  test("lets the functions out to the bridge and nowhere else", () => {
    expect(manifest.outgoing_domains).toEqual([BRIDGE_HOST]);
    expect(BRIDGE_HOST).toMatch(/^[a-z0-9.-]{1,50}$/);
  });

  test("asks for exactly the scopes that its calls need", () => {
    const needed: Record<string, string[]> = {
      "auth.test": [],
      "apps.datastore.put": ["datastore:write"],
      "bookmarks.add": ["bookmarks:write"],
      "bookmarks.list": ["bookmarks:read"],
      "bookmarks.edit": ["bookmarks:write"],
      "chat.delete": ["chat:write"],
      "chat.postEphemeral": ["chat:write"],
      "chat.postMessage": ["chat:write"],
      "chat.update": ["chat:write"],
      "conversations.archive": ["groups:write"],
      "conversations.create": ["groups:write"],
      // War rooms are private, the alerts channel is public.
      "conversations.history": ["groups:history", "channels:history"],
      "conversations.invite": ["groups:write"],
      "conversations.list": ["groups:read"],
      "conversations.replies": ["groups:history"],
      "conversations.setPurpose": ["groups:write"],
      "conversations.setTopic": ["groups:write"],
      "functions.completeSuccess": [],
      "pins.add": ["pins:write"],
      "pins.remove": ["pins:write"],
      "views.open": [],
      "views.update": [],
      // The events of its triggers are read, too.
      "workflows.triggers.create": ["triggers:write", "reactions:read", "pins:read"],
      "workflows.triggers.delete": ["triggers:write"],
      "workflows.triggers.list": ["triggers:write"],
    };
    const called = new Set<string>();
    for (const file of readdirSync(`${root}slack-app`, { recursive: true, encoding: "utf8" })) {
      if (!file.endsWith(".ts")) continue;
      const source = readFileSync(`${root}slack-app/${file}`, "utf8");
      // The first argument names the method, or chooses between two.
      for (const [, first = ""] of source.matchAll(/\.call\(\s*([^,]*)/g))
        for (const [, method = ""] of first.matchAll(/"([A-Za-z]+\.[A-Za-z.]+)"/g)) called.add(method);
    }
    expect([...called].sort()).toEqual(Object.keys(needed).sort());
    // The SDK warns at every build about a datastore without the read scope.
    const scopes = new Set([...Object.values(needed).flat(), "datastore:read"]);
    expect([...(manifest.oauth_config.scopes.bot ?? [])].sort()).toEqual([...scopes].sort());
  });

  test("names a source file with a handler for every function", () => {
    for (const [callbackId, { source_file }] of Object.entries(functions)) {
      expect(source_file).toBe(`slack-app/functions/${callbackId}/mod.ts`);
      expect(existsSync(`${root}${source_file}`)).toBe(true);
    }
    for (const { module } of modules) expect(module.default).toBeTypeOf("function");
  });

  test("has an icon of the size Slack asks for", () => {
    const png = readFileSync(`${root}${manifest.icon}`);
    expect(png.subarray(1, 4).toString()).toBe("PNG");
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([512, 512]);
  });

  test("is valid by Slack's published schema", () => {
    const path = fileURLToPath(
      // Slack's schema is not ours to copy; where somebody has laid it beside the checkout, it is used.
      new URL("../shared/reference/slack-manifest.schema.json", new URL("../../", import.meta.url)),
    );
    // biome-ignore lint/suspicious/noExplicitAny: a copy that is cut down to what the schema knows
    const cut: any = structuredClone(JSON.parse(JSON.stringify(manifest)));
    // The schema, older than the SDK, rejects these three.
    delete cut.icon;
    for (const one of Object.values<Record<string, unknown>>(cut.functions)) delete one.source_file;
    for (const one of Object.values<Record<string, unknown>>(cut.datastores)) delete one.time_to_live_attribute;
    if (!existsSync(path)) {
      console.warn("NOT CHECKED: Slack's published manifest schema is not on this machine");
      return;
    }
    const validate = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(
      JSON.parse(readFileSync(path, "utf8")),
    );
    validate(cut);
    expect(validate.errors ?? []).toEqual([]);
  });

  test("says of every function and workflow what it does", () => {
    for (const entry of [...Object.values(functions), ...Object.values(workflows)])
      expect(entry.description).not.toBe("");
  });
});

describe("steps for Workflow Builder", () => {
  const steps = STEPS.map(({ definition }) => definition.callback_id);
  // Workflow Builder offers no others; an interactivity input would make a step unusable there.
  const TYPES = ["string", "boolean", "slack#/types/channel_id", "slack#/types/user_id"];

  test("are the six that authors are promised, and no workflow of ours needs them", () => {
    expect(steps).toHaveLength(6);
    const ours = Object.values(workflows).flatMap((workflow) => workflow.steps.map(({ function_id }) => function_id));
    for (const step of steps) expect(ours).not.toContain(`#/functions/${step}`);
  });

  test.each(steps)("%s says of each parameter what it is, and takes flat ones only", (callbackId) => {
    const { input_parameters, output_parameters } = functions[callbackId] as FunctionEntry;
    const parameters = [
      ...Object.entries(input_parameters.properties),
      ...Object.entries(output_parameters.properties),
    ];
    for (const [name, parameter] of parameters) {
      const { type, title, description } = parameter as Record<"type" | "title" | "description", string>;
      expect(TYPES, name).toContain(type);
      expect(title, name).toMatch(/^[A-Z].{2,}/);
      expect(description, name).toMatch(/.{5,}/);
    }
    expect(output_parameters.required).toContain("incident_id");
  });
});

describe("triggers", () => {
  test("are the doorbell, four sweeps and one link for each form the bridge links to", () => {
    const sweeps = ["sweep_00", "sweep_15", "sweep_30", "sweep_45"];
    expect(triggers.map(({ name }) => name).sort()).toEqual(["doorbell", ...sweeps, ...LINK_TRIGGERS].sort());
    for (const { name, definition } of triggers) {
      const type = name === "doorbell" ? "webhook" : sweeps.includes(name) ? "scheduled" : "shortcut";
      expect(`${name} ${definition.type}`).toBe(`${name} ${type}`);
    }
  });

  test("start workflows of the manifest, each with one step that is a function of the manifest", () => {
    for (const { definition } of triggers) {
      const workflow = workflows[definition.workflow.replace("#/workflows/", "")];
      expect(workflow?.steps).toHaveLength(1);
      expect(Object.keys(functions)).toContain(workflow?.steps[0]?.function_id.replace("#/functions/", ""));
    }
  });

  test("only links carry interactivity, and they let a button hand the incident in", () => {
    for (const { name, definition } of triggers) {
      const required = workflows[definition.workflow.replace("#/workflows/", "")]?.input_parameters?.required ?? [];
      if (name === "add_to_record") {
        // Opens nothing: like a reaction it only names a message, and nothing follows from who did.
        expect(required).toEqual(["channel_id", "message_ts", "user_id"]);
        expect(definition.inputs).toMatchObject({
          message_ts: { customizable: true },
          suggested: { customizable: true },
        });
        continue;
      }
      expect(required).toEqual(definition.type === "shortcut" ? ["interactivity"] : []);
      if (definition.type === "shortcut") expect(definition.inputs?.incident_id).toEqual({ customizable: true });
    }
  });

  test("sweeps start in the future, hourly, fifteen minutes apart", () => {
    const sweeps = triggers.filter(({ definition }) => definition.type === "scheduled");
    const minutes = sweeps.map(({ definition }) => new Date(definition.schedule?.start_time ?? 0).getUTCMinutes());
    expect(minutes.sort((a, b) => a - b)).toEqual([0, 15, 30, 45]);
    for (const { definition } of sweeps) {
      const lead = Date.parse(definition.schedule?.start_time ?? "") - Date.now();
      expect(lead).toBeGreaterThan(0);
      expect(lead).toBeLessThanOrEqual(3_720_000);
      expect(definition.schedule?.frequency).toMatchObject({ type: "hourly" });
    }
  });
});

describe("every control we post has a handler", () => {
  const emitted = [
    ...cardMessage(
      draftView({ actions: [...CARD_ACTIONS], findings: [{ id: "f1", text: "a host name" }] }),
      "with-buttons",
      "e",
    ).blocks,
    ...controlBlocks([{ label: "Open current card", url: "https://slack.com/shortcuts/x", inputs: {} }]),
  ].flatMap((block) => (block.type === "actions" ? block.elements.map(({ action_id }) => action_id) : []));

  test.each(CARD_POSTERS)("the buttons of a card posted by %s", async (callbackId) => {
    const hosted = modules.find((one) => one.callbackId === callbackId)?.module.default;
    expect(emitted).toEqual(expect.arrayContaining([...CARD_ACTIONS, "open_open_current_card"]));
    for (const action_id of emitted) {
      const failure = await hosted
        .blockActions({ token: "t", env: {}, inputs: {}, body: { type: "block_actions" }, action: { action_id } })
        .catch((error: Error) => error);
      // With a payload this empty the handler itself must complain; the router must not.
      expect(failure?.name, action_id).not.toBe("UnhandledEventError");
    }
  });

  test.each(CARD_POSTERS)("the modals of a card posted by %s", async (callbackId) => {
    const hosted = modules.find((one) => one.callbackId === callbackId)?.module.default;
    for (const callback_id of [
      "edit_draft_modal",
      "reject_draft_modal",
      "break_glass_modal",
      "attest_published_modal",
    ]) {
      for (const [handler, type] of [
        ["viewSubmission", "view_submission"],
        ["viewClosed", "view_closed"],
      ] as const) {
        const failure = await hosted[handler]({
          token: "t",
          env: {},
          inputs: {},
          body: { type },
          view: { callback_id },
        }).catch((error: Error) => error);
        expect(failure?.name, `${callback_id} ${type}`).not.toBe("UnhandledEventError");
      }
    }
  });

  test("a control nobody knows is what the router calls unhandled", async () => {
    const failure = await modules
      .find((one) => one.callbackId === "drain_outbox")
      ?.module.default.blockActions({ token: "t", env: {}, body: {}, action: { action_id: "renamed" } })
      .catch((error: Error) => error);
    expect(failure).toMatchObject({ name: "UnhandledEventError" });
  });

  test("each form handles its own submission and closing", async () => {
    const noForms = [
      ...CARD_POSTERS,
      "catch_me_up",
      "capture_message",
      ...STEPS.map(({ definition }) => definition.callback_id),
    ];
    for (const { callbackId, module } of modules.filter((one) => !noForms.includes(one.callbackId))) {
      for (const [handler, type] of [
        ["viewSubmission", "view_submission"],
        ["viewClosed", "view_closed"],
      ] as const) {
        const failure = await module.default[handler]({
          token: "t",
          env: {},
          inputs: {},
          body: { type },
          view: { callback_id: callbackId },
        }).catch((error: Error) => error);
        expect(failure?.name, `${callbackId} ${type}`).not.toBe("UnhandledEventError");
      }
    }
  });

  test("functions that can post a card have the same required outputs, so that any of them can be completed", () => {
    const outputs = CARD_POSTERS.map((callbackId) => functions[callbackId]?.output_parameters);
    expect(outputs[0]?.required).toEqual(["done", "failed"]);
    expect(new Set(outputs.map((one) => JSON.stringify(one))).size).toBe(1);
  });
});
