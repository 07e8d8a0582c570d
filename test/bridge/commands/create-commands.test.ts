import { readFileSync } from "node:fs";
import express from "express";
import { expect, test } from "vitest";
import { type CommandsDeps, createCommands } from "../../../bridge/commands/create-commands.ts";
import { createHttp } from "../../../bridge/platform/http.ts";
import { startListener } from "../../../bridge/platform/listener.ts";
import { createLogger, silentLogger } from "../../../bridge/platform/logger.ts";
import { createTasks } from "../../../bridge/platform/tasks.ts";
import { startLocalServer } from "../../support/local-server.ts";
import { woundClock } from "../../support/wound-clock.ts";
import { startIngress } from "../ingress/start-ingress.ts";
import { fired, incidentOf, opened } from "./incidents.ts";
import { NOTHING_TO_REACH } from "./nothing-to-reach.ts";

const FORM = readFileSync(new URL("../../fixtures/slack-slash-command.txt", import.meta.url), "utf8");
const ROOM = "C07WARROOM9";
/** What these commands only read with; whoever records anything fails. */
const READING = {
  ...NOTHING_TO_REACH,
  ledger: { execute: () => Promise.reject(new Error("this command must not record")) },
};
const room = incidentOf([0, "intake", opened()], [0, "intake", fired()]);

/** The fixture's form with some fields changed. */
const form = (changes: Record<string, string> = {}) => {
  const fields = new URLSearchParams(FORM);
  for (const [name, value] of Object.entries(changes)) fields.set(name, value);
  return fields.toString();
};

async function start(changes: Partial<CommandsDeps> = {}) {
  const clock = woundClock();
  const lines: string[] = [];
  const log = createLogger({ level: "debug", clock, destination: { write: (line) => void lines.push(line) } });
  const tasks = createTasks({ log });
  const { router } = createCommands({
    ...READING,
    incidentOfChannel: (channel) => Promise.resolve(channel === ROOM ? room : undefined),
    links: () => Promise.resolve({ declare_incident: "https://slack.example.com/shortcuts/Ft1/declare" }),
    teamId: "T07KESTREL1",
    http: createHttp({ clock, timeoutMs: 1_000, log }),
    clock,
    log,
    tasks,
    ...changes,
  });
  const ingress = await startIngress({ slack: router });
  return {
    ingress,
    tasks,
    log: () => lines.join(""),
    async command(body: string) {
      const reply = await ingress.slack("/slack/commands", body);
      const text = await reply.text();
      return { status: reply.status, body: text === "" ? undefined : JSON.parse(text) };
    },
    [Symbol.asyncDispose]: () => ingress[Symbol.asyncDispose](),
  };
}

test("Slack's own bytes in a war room are answered with its status, for the asker alone", async () => {
  await using bridge = await start();
  const reply = await bridge.command(FORM);
  expect(reply.status).toBe(200);
  expect(reply.body).toMatchObject({
    response_type: "ephemeral",
    text: expect.stringMatching(/^\*SEV1 · payments · Card payments/),
  });
});

test("outside a war room the answer says where to go", async () => {
  await using bridge = await start();
  const { body } = await bridge.command(form({ channel_id: "C07GENERAL1", channel_name: "general" }));
  expect(body.text).toBe(
    "This channel is not the war room of an incident. Go to the room (its name begins with `inc-`) and type " +
      "`/incident-response status` there, or <https://slack.example.com/shortcuts/Ft1/declare|declare an incident>.",
  );
});

test("an unknown word and an empty text are answered with what exists", async () => {
  await using bridge = await start();
  expect((await bridge.command(form({ text: "statsu" }))).body.text).toContain(
    "Did you mean `/incident-response status`?",
  );
  expect((await bridge.command(form({ text: "" }))).body.text).toMatch(/^\*Nobody has command yet\*/);
});

test("a command of another workspace is not answered with anything of ours", async () => {
  await using bridge = await start();
  const { body } = await bridge.command(form({ team_id: "T08OTHER001" }));
  expect(body.text).toBe("This app serves another Slack workspace. Nothing was done.");
});

test("a form that is not Slack's is named as unreadable", async () => {
  await using bridge = await start();
  const twice = `${FORM}&channel_id=C07GENERAL1`;
  expect((await bridge.command(twice)).body.text).toContain("in a form we cannot read");
  for (const [field, value] of [
    ["text", "x".repeat(4_001)],
    ["user_id", "alex"],
    ["trigger_id", ""],
  ] as const) {
    expect((await bridge.command(form({ [field]: value }))).body.text).toContain("in a form we cannot read");
  }
});

test("what cannot be looked up is said; missing form links cost only the links", async () => {
  await using broken = await start({ incidentOfChannel: () => Promise.reject(new Error("store is away")) });
  expect((await broken.command(FORM)).body.text).toBe(
    "This could not be looked up just now. Nothing was changed; try again in a moment.",
  );
  await using linkless = await start({ links: () => Promise.reject(new Error("no secret")) });
  expect((await linkless.command(FORM)).body.text).toMatch(/^\*SEV1/);
});

test("a slow answer is acknowledged first and follows through the response URL, which is never logged", async () => {
  await using slack = await startLocalServer((_request, response) => void response.end("ok"));
  const responseUrl = `${slack.url}/commands/T07/795/fixtureResponseUrl01`;
  let found: (incident: typeof room) => void = () => {};
  const slowly = new Promise<typeof room>((resolve) => {
    found = resolve;
  });
  await using bridge = await start({ incidentOfChannel: () => slowly, ackAfterMs: 20 });
  const acknowledged = await bridge.command(form({ response_url: responseUrl }));
  expect(acknowledged).toEqual({ status: 200, body: undefined });
  expect(slack.seen).toEqual([]);
  found(room);
  expect(await bridge.tasks.drain(5_000)).toEqual([]);
  expect(slack.seen).toHaveLength(1);
  expect(JSON.parse(slack.seen[0]?.body ?? "")).toMatchObject({
    response_type: "ephemeral",
    replace_original: false,
    text: expect.stringMatching(/^\*SEV1/),
  });
  expect(bridge.log()).toContain("POST response_url");
  expect(bridge.log()).not.toContain("fixtureResponseUrl01");
});

test("an answer that Slack does not take is lost with a line in the log, and is not sent twice", async () => {
  await using slack = await startLocalServer((_request, response) => void response.writeHead(404).end("expired_url"));
  await using bridge = await start({
    incidentOfChannel: async () => {
      await new Promise((resolve) => setTimeout(resolve, 60));
      return room;
    },
    ackAfterMs: 10,
  });
  const secretPath = "/commands/T07/795/fixtureResponseUrl02";
  await bridge.command(form({ response_url: `${slack.url}${secretPath}` }));
  await bridge.tasks.drain(5_000);
  expect(slack.seen).toHaveLength(1);
  expect(bridge.log()).toContain("late-answer-lost");
  expect(bridge.log()).not.toContain("fixtureResponseUrl02");
});

test("clicks and views are acknowledged although nothing of ours sends any", async () => {
  await using bridge = await start();
  const view = { id: "V1", callback_id: "x", type: "modal" };
  for (const payload of [
    { type: "block_actions", actions: [{ action_id: "a", block_id: "b", type: "button" }] },
    { type: "view_submission", view },
    { type: "shortcut", callback_id: "x" },
  ]) {
    const body = `payload=${encodeURIComponent(
      JSON.stringify({ ...payload, team: { id: "T07KESTREL1" }, user: { id: "U07ALEXLIN1" }, trigger_id: "1.2.3" }),
    )}`;
    expect((await bridge.ingress.slack("/slack/interactions", body)).status).toBe(200);
  }
});

test("an unsigned or old command never reaches the commands", async () => {
  let asked = 0;
  await using bridge = await start({
    incidentOfChannel: () => {
      asked += 1;
      return Promise.resolve(room);
    },
  });
  const old = String(Math.floor(bridge.ingress.clock.now() / 1_000) - 301);
  expect((await bridge.ingress.slack("/slack/commands", FORM, old)).status).toBe(401);
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const unsigned = await fetch(`${bridge.ingress.url}/slack/commands`, { method: "POST", body: FORM, headers });
  expect(unsigned.status).toBe(401);
  expect(asked).toBe(0);
});

test("a mount that forgot the signature check is refused, not served", async () => {
  const clock = woundClock();
  const log = silentLogger;
  const { router } = createCommands({
    ...READING,
    incidentOfChannel: () => Promise.resolve(room),
    links: () => Promise.resolve({}),
    teamId: "T07KESTREL1",
    http: createHttp({ clock, timeoutMs: 1_000, log }),
    clock,
    log,
    tasks: createTasks({ log }),
  });
  const listener = await startListener(express().post("/slack/commands", router), 0, "127.0.0.1");
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const reply = await fetch(`http://127.0.0.1:${listener.port}/slack/commands`, {
    method: "POST",
    body: FORM,
    headers,
  });
  await listener.close(0);
  expect(reply.status).toBe(401);
});
