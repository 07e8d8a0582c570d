import { afterEach, beforeEach, expect, test } from "vitest";
import { linkPostmortemEffect, watchReviewEffect } from "../../../bridge/effects/postmortem-care-effects.ts";
import type { IncidentEvent } from "../../../bridge/incident/events.ts";
import { bridgeEffects } from "../../../bridge/incident/pending-effects.ts";
import { REVIEW_WATCH_MS } from "../../../bridge/incident/postmortem-care.ts";
import { systemClock } from "../../../bridge/platform/clock.ts";
import { silentLogger } from "../../../bridge/platform/logger.ts";
import { createLinearClient } from "../../../bridge/postmortem/linear-client.ts";
import { CAST } from "../../sandbox/cast.ts";
import { FaultBoard } from "../../sandbox/faults.ts";
import { type LinearState, startLinear } from "../../sandbox/vendors/linear.ts";
import type { Vendor } from "../../sandbox/vendors/vendor-server.ts";
import { INCIDENT, ROOM, resolved, roomOpened } from "../../support/incident-events.ts";
import { append, ledgerOn, memoryStore } from "../../support/ledgers.ts";
import { TIMING, viewWorld } from "../../support/view-world.ts";
import { woundClock } from "../../support/wound-clock.ts";

const issueId = "5f2b1c9e-1d3a-4c5b-8e7f-0a1b2c3d4e5f";
const filed: IncidentEvent = {
  type: "PostmortemFiled",
  issueId,
  identifier: "PAY-1",
  url: "https://linear.app/kestrel-freight/issue/PAY-1",
  author: "template",
  note: null,
};
const archived: IncidentEvent = { type: "RoomArchived", channel: ROOM };

let faults: FaultBoard;
let linear: Vendor<LinearState>;
beforeEach(async () => {
  faults = new FaultBoard();
  linear = await startLinear({ faults, apiKey: "lin_api_1" });
});
afterEach(() => linear.close());

async function scene(...events: IncidentEvent[]) {
  const clock = woundClock();
  const ledger = ledgerOn(memoryStore(), clock);
  const tracker = createLinearClient({
    apiUrl: linear.url,
    apiKey: async () => "lin_api_1",
    timeoutMs: 2_000,
    clock: systemClock,
  });
  await tracker.fileIssue({
    id: issueId,
    teamId: CAST.linearTeamId,
    title: "Postmortem",
    description: "",
    priority: 1,
  });
  let n = 0;
  const happened = async (...more: IncidentEvent[]) => {
    for (const event of more) {
      n += 1;
      await append(ledger, INCIDENT, `given-${n}`, event);
    }
  };
  await happened(...roomOpened(), resolved(), filed, ...events);
  const deps = {
    ledger,
    tracker,
    clock,
    lookEveryMs: 3_600_000,
    log: silentLogger,
    slackLink: (channel: string) => `https://app.slack.com/client/T1/${channel}`,
    auditLink: (incident: string) => `https://audit.example.com/${incident}`,
  };
  const state = () => ledger.load(INCIDENT);
  const owed = async () =>
    bridgeEffects(await state(), clock.now(), viewWorld(), TIMING).filter(({ kind }) =>
      /^(?:link-postmortem|watch-review)$/.test(kind),
    );
  return {
    clock,
    state,
    owed,
    happened,
    link: async () =>
      linkPostmortemEffect(deps)({ kind: "link-postmortem", id: `${INCIDENT}:link-postmortem` }, await state()),
    look: async () => watchReviewEffect(deps)({ kind: "watch-review", id: `${INCIDENT}:watch-review` }, await state()),
  };
}

test("links back are attached until they are, and never twice", async () => {
  const { link, owed, state } = await scene();
  faults.add({ target: "linear", kind: "commit_then_drop", match: "attachmentCreate", times: 1 });
  expect(await link()).toEqual({ later: expect.any(Number) });
  expect((await state()).postmortem.linked).toBeUndefined();
  expect(await link()).toBe("done");
  expect(linear.state.attachments.map(({ title, url }) => [title, url])).toEqual([
    ["War room", `https://app.slack.com/client/T1/${ROOM}`],
    ["Audit bundle", `https://audit.example.com/${INCIDENT}`],
  ]);
  expect((await owed()).map(({ kind }) => kind)).toEqual(["watch-review"]);
});

test.each(["completed", "canceled"] as const)(
  "an issue that was %s is recorded with its time, also when the room is gone",
  async (how) => {
    const { look, owed, state } = await scene(archived);
    expect(await look()).toEqual({ later: 3_600_000 });
    const [issue] = linear.state.issues;
    if (issue) issue[`${how}At`] = "2026-11-22T09:41:07.000Z";
    expect(await look()).toBe("done");
    expect((await state()).postmortem.reviewed).toMatchObject({ how, at: "2026-11-22T09:41:07.000Z", assigned: false });
    expect(await owed()).toEqual([]);
  },
);

test("an issue that nobody ended in a week is recorded as that, and looked at no more", async () => {
  const { clock, look, owed, state } = await scene();
  faults.add({ target: "linear", kind: "down", match: "issue" });
  expect(await look()).toEqual({ later: 3_600_000 });
  clock.advance(REVIEW_WATCH_MS);
  expect(await look()).toBe("done");
  expect((await state()).postmortem.reviewed).toMatchObject({ how: "unseen", at: null });
  expect((await owed()).map(({ kind }) => kind)).toEqual(["link-postmortem"]);
});
