import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sendOnce } from "../../../bridge/platform/send-once.ts";
import { mint } from "../../../bridge/publish-gate/approved-publish.ts";
import {
  classify,
  createStatuspageWrite,
  revisionOf,
  type WriteOutcome,
} from "../../../bridge/publish-gate/statuspage-write.ts";
import { contentOf, PAGE } from "../../support/incident-events.ts";
import { freePort, type LocalServer, startLocalServer } from "../../support/local-server.ts";

type Answer = (response: import("node:http").ServerResponse) => void;
let next: Answer = () => {};
let server: LocalServer;
beforeAll(async () => {
  server = await startLocalServer((_request, response) => next(response));
});
afterAll(() => server[Symbol.asyncDispose]());

const writing = (options: { baseUrl?: string; apiKey?: () => Promise<string> } = {}) =>
  createStatuspageWrite({
    baseUrl: options.baseUrl ?? `${server.url}/v1`,
    apiKey: options.apiKey ?? (async () => "page-key"),
    sendOnce,
    timeoutMs: 150,
  }).write(mint(contentOf()));
const answers = (status: number, body: unknown, headers: Record<string, string> = {}): Answer => {
  return (response) =>
    void response.writeHead(status, headers).end(typeof body === "string" ? body : JSON.stringify(body));
};
const reply = (change: Record<string, unknown> = {}) => ({
  id: "h4z9w6tq1mxk",
  status: "investigating",
  shortlink: "https://status.kestrel.example.com/i/h4z9w6tq1mxk",
  incident_updates: [{ id: "r2c8v5yn7jdp", status: "investigating", created_at: "2026-11-21T09:26:18.401Z" }],
  ...change,
});

describe("the one write", () => {
  test("sends the approved request with the key, once", async () => {
    next = answers(201, reply());
    const before = server.seen.length;
    expect(await writing()).toEqual({
      kind: "published",
      targetId: "h4z9w6tq1mxk",
      url: "https://status.kestrel.example.com/i/h4z9w6tq1mxk",
      rev: "r2c8v5yn7jdp|investigating",
    });
    expect(server.seen.slice(before)).toMatchObject([
      { method: "POST", path: `/v1/pages/${PAGE}/incidents`, headers: { authorization: "OAuth page-key" } },
    ]);
  });

  const cases: [string, Answer, WriteOutcome["kind"]][] = [
    ["200 with the incident", answers(200, reply()), "published"],
    ["201 that cannot be read", answers(201, "<html>"), "unknown"],
    ["201 without an id", answers(201, {}), "unknown"],
    ["201 with an id that is no id", answers(201, reply({ id: "x".repeat(65) })), "unknown"],
    ["202", answers(202, reply()), "unknown"],
    ["204", answers(204, ""), "unknown"],
    ["a redirect", answers(302, "", { location: "http://127.0.0.1:1/" }), "unknown"],
    ["400", answers(400, { error: "no" }), "refused"],
    ["401", answers(401, { error: "no" }), "refused"],
    ["403", answers(403, { error: "no" }), "refused"],
    ["404", answers(404, { error: "no" }), "refused"],
    ["409", answers(409, { error: "no" }), "refused"],
    ["422", answers(422, { error: ["Name can't be blank"] }), "refused"],
    ["408", answers(408, ""), "unknown"],
    ["425", answers(425, ""), "unknown"],
    ["418", answers(418, ""), "unknown"],
    ["420", answers(420, { error: "slow" }), "deferred"],
    ["429", answers(429, { error: "slow" }), "deferred"],
    ["500", answers(500, ""), "unknown"],
    ["502", answers(502, ""), "unknown"],
    ["503", answers(503, ""), "unknown"],
    ["a cut connection", (response) => void response.destroy(), "unknown"],
    [
      "an answer that breaks off",
      (response) => void response.writeHead(201, { "content-length": "1000" }).write("{", () => response.destroy()),
      "unknown",
    ],
    ["silence", () => {}, "unknown"],
  ];
  test.each(cases)("answered with %s is sent once and means what it means", async (_what, answer, kind) => {
    next = answer;
    const before = server.seen.length;
    expect((await writing()).kind).toBe(kind);
    expect(server.seen.length - before).toBe(1);
  });

  test("to a page that cannot be reached was surely not acted on", async () => {
    const baseUrl = `http://127.0.0.1:${await freePort()}/v1`;
    expect(await writing({ baseUrl })).toMatchObject({ kind: "deferred", waitMs: 5_000 });
  });

  test("without its key sends nothing and may be tried again", async () => {
    const before = server.seen.length;
    expect(await writing({ apiKey: () => Promise.reject(new Error("no secret")) })).toMatchObject({ kind: "deferred" });
    expect(server.seen.length).toBe(before);
  });
});

describe("what an answer says", () => {
  const answered = (status: number, body: string, headers: Record<string, string> = {}) =>
    classify({ kind: "answered", status, headers, body });

  test.each([
    ["its own number of seconds", { "retry-after": "7" }, 7_000],
    ["more than ten minutes", { "retry-after": "86400" }, 600_000],
    ["nothing", {}, 60_000],
    ["a date", { "retry-after": "Sat, 21 Nov 2026 09:30:00 GMT" }, 60_000],
    ["no time at all", { "retry-after": "0" }, 60_000],
    ["a time that has passed", { "retry-after": "-3" }, 60_000],
  ])("a limit that names %s is waited for", (_what, headers, waitMs) => {
    expect(answered(429, "", headers)).toMatchObject({ kind: "deferred", waitMs });
  });

  test.each([
    ['{"message":"Page not found"}', "the page answered 422: Page not found"],
    ['{"error":"Could not authenticate"}', "the page answered 422: Could not authenticate"],
    ['{"error":["Name is too long","Status is odd"]}', "the page answered 422: Name is too long; Status is odd"],
    ["{}", "the page answered 422: no reason given"],
    ["<html>", "the page answered 422: no readable reason"],
  ])("a refusal is told in the page's words: %s", (body, reason) => {
    expect(answered(422, body)).toEqual({ kind: "refused", reason });
  });

  test("a refusal of any length fits into the record", () => {
    const outcome = answered(422, JSON.stringify({ error: "x".repeat(10_000) }));
    expect(outcome.kind === "refused" && outcome.reason.length).toBeLessThanOrEqual(500);
  });

  test("names the newest update as the revision, in whatever order the page lists them", () => {
    const [old, newest] = [
      { id: "u1", status: "investigating", created_at: "2026-11-21T09:26:18.401Z" },
      { id: "u2", status: "identified", created_at: "2026-11-21T09:46:18.401Z" },
    ];
    for (const incident_updates of [
      [old, newest],
      [newest, old],
    ]) {
      const outcome = answered(200, JSON.stringify(reply({ status: "identified", incident_updates })));
      expect(outcome).toMatchObject({ kind: "published", rev: "u2|identified" });
    }
  });

  test("an entry without updates has a revision all the same", () => {
    expect(revisionOf([], "investigating")).toBe("none|investigating");
  });
});
