import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createFindOnPage } from "../../../bridge/publish-gate/find-on-page.ts";
import { watchForTwin } from "../../../bridge/publish-gate/watch-page.ts";
import { approved, BODY, DRAFT, INCIDENT, roomOpened } from "../../support/incident-events.ts";
import { type Gate, startGate } from "./gate.ts";

let gate: Gate;
beforeEach(async () => {
  gate = await startGate();
});
afterEach(() => gate[Symbol.asyncDispose]());

const types = async () =>
  (await gate.replica().ledger.entries(INCIDENT)).flatMap(({ events }) => events.map(({ type }) => type));
const entry = (id: string, more: Partial<Gate["page"]["entries"][number]> = {}) => ({
  id,
  name: "By hand",
  status: "investigating",
  shortlink: `https://status.example.com/i/${id}`,
  metadata: {},
  incident_updates: [
    { id: `u-${id}`, status: "investigating", body: "By hand.", created_at: new Date(gate.clock.now()).toISOString() },
  ],
  ...more,
});

describe("the watch over the page", () => {
  test("finds nothing wrong with what was published from here", async () => {
    await gate.given(...approved());
    await gate.heal();
    gate.clock.advance(5 * 60_000);
    await gate.replica().run();
    expect(await types()).not.toContain("PagePostUnmatched");
  });

  test("records an entry that nobody approved here, once", async () => {
    await gate.given(...roomOpened());
    gate.page.entries.push(entry("byhand"));
    for (let n = 0; n < 3; n += 1) {
      await gate.replica().run();
      gate.clock.advance(5 * 60_000);
    }
    expect((await types()).filter((type) => type === "PagePostUnmatched")).toHaveLength(1);
  });

  test("records an update that somebody added to our own entry", async () => {
    await gate.given(...approved());
    await gate.heal();
    gate.clock.advance(60_000);
    gate.page.postByHand(gate.page.entries[0]?.id ?? "", "resolved", "All good.");
    gate.clock.advance(5 * 60_000);
    await gate.replica().run();
    expect((await types()).filter((type) => type === "PagePostUnmatched")).toHaveLength(1);
  });

  test("leaves alone what other incidents published, and what stood there before", async () => {
    await gate.given(...roomOpened());
    gate.page.entries.push(entry("other", { metadata: { ic: { marker: "ic-0123456789abcdef" } } }));
    gate.page.entries.push(
      entry("old", {
        incident_updates: [{ id: "u-old", status: "resolved", body: "Old.", created_at: "2026-11-20T09:00:00.000Z" }],
      }),
    );
    await gate.replica().run();
    expect(await types()).not.toContain("PagePostUnmatched");
  });

  test("concludes nothing while an outcome is open, nor when the page cannot be read", async () => {
    await gate.given(...approved());
    gate.page.meets({ kind: "reset", acts: true });
    const replica = gate.replica();
    await replica.publish();
    gate.clock.advance(10_000);
    gate.page.control.readsFail = true;
    await replica.run();
    gate.page.control.readsFail = false;
    gate.clock.advance(5_000);
    await replica.run();
    expect(await types()).not.toContain("PagePostUnmatched");
  });
});

test("no twin is looked for where nothing was ever sent", async () => {
  await gate.given(...approved());
  const { deps } = gate.replica(() => ({
    page: { getIncident: unread, listIncidents: unread },
  }));
  await watchForTwin(INCIDENT, DRAFT, deps);
});
const unread = () => Promise.reject(new Error("the page was read"));

test("a request that lands a second time is found and recorded, once", async () => {
  await gate.given(...approved());
  gate.page.meets({ kind: "reset", acts: true });
  await gate.replica().publish();
  await gate.heal();
  const [first] = gate.page.entries;
  if (!first) throw new Error("nothing is public");
  gate.page.entries.push({
    ...first,
    id: "twin",
    incident_updates: [
      { id: "u-twin", status: "investigating", body: BODY, created_at: new Date(gate.clock.now()).toISOString() },
    ],
  });
  for (let n = 0; n < 3; n += 1) {
    gate.clock.advance(60_000);
    await gate.replica().run();
  }
  expect((await types()).filter((type) => type === "TwinDetected")).toHaveLength(1);
});

test("an entry is found by its link or by the id at its end", async () => {
  const { page } = gate.replica().deps;
  gate.page.entries.push(entry("h4z9w6tq1mxk"));
  const find = createFindOnPage(page);
  const found = { targetId: "h4z9w6tq1mxk", rev: "u-h4z9w6tq1mxk|investigating" };
  expect(await find("https://status.example.com/i/h4z9w6tq1mxk")).toEqual(found);
  expect(await find(" https://manage.example.com/pages/p/incidents/h4z9w6tq1mxk/ ")).toEqual(found);
  expect(await find("https://status.example.com/i/other")).toBe("not-there");
  gate.page.control.readsFail = true;
  expect(await find("https://status.example.com/i/h4z9w6tq1mxk")).toBe("unreadable");
});
