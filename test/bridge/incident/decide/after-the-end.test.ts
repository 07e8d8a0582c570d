import { describe, expect, test } from "vitest";
import { mayReopen, rateResponse, reopenIncident } from "../../../../bridge/incident/decide/after-the-end.ts";
import { attachAlerts } from "../../../../bridge/incident/decide/alerts.ts";
import type { IncidentEvent } from "../../../../bridge/incident/events.ts";
import type { Incident } from "../../../../bridge/incident/state.ts";
import type { Instant } from "../../../../bridge/platform/clock.ts";
import { at, given, HOUR, MINUTE, stateOf, T0 } from "../../../support/given.ts";
import {
  alert,
  commandTaken,
  drafted,
  granted,
  PEOPLE,
  painted,
  published,
  publishing,
  requested,
  resolved,
  roomOpened,
  shown,
} from "../../../support/incident-events.ts";

const grace = { archiveAfterMs: 24 * HOUR, noiseArchiveAfterMs: 15 * MINUTE };
const filed = {
  type: "PostmortemFiled",
  issueId: "3f0c1f2e-6f0b-4a52-9d3e-6c2a7b1e5d10",
  identifier: "INC-12",
  url: "https://linear.example.com/INC-12",
  author: "template",
  note: null,
} as const;
const over = [...roomOpened(), alert(), commandTaken(), resolved()];
const rate =
  (score: number, actor: string = PEOPLE.sam) =>
  (state: Incident) =>
    rateResponse(state, { actor, score, comment: undefined });
const reopen = (state: Incident, now: Instant) =>
  reopenIncident(state, { actor: PEOPLE.sam, reason: "It is back.", grace }, now);

describe("a rating", () => {
  test("is given after the end, once a person", () => {
    given(...roomOpened())
      .when(rate(4))
      .thenRefused("not-over");
    const rated = { type: "ResponseRated", by: PEOPLE.sam, score: 4, comment: null } as const;
    given(...over)
      .when(rate(4))
      .then(rated);
    given(...over, rated)
      .when(rate(5))
      .thenRefused("already-rated");
    given(...over, rated)
      .when(rate(5, PEOPLE.alex))
      .then({ ...rated, by: PEOPLE.alex, score: 5 });
  });
});

describe("reopening", () => {
  test("goes on in the same room while that stands, and forgets what was proven for the end", () => {
    const after = given(...over)
      .when(reopen)
      .after();
    expect(after.status).toBe("open");
    expect(after.resolved).toBeUndefined();
    expect(after.commander).toBe(PEOPLE.alex);
    expect(after.life.reopenings).toMatchObject([{ by: PEOPLE.sam, reason: "It is back." }]);
    given(...roomOpened())
      .when(reopen)
      .thenRefused("not-over");
    given(...roomOpened(), resolved({ outcome: "duplicate", duplicateOf: "INC-20261121-0914-AAAA" }))
      .when(reopen)
      .thenRefused("duplicate");
  });

  test("takes back the words that it is over, unless the page may hold them already", () => {
    const end = { draftId: "DRF-0000000002", target: { id: "h4z9w6tq1mxk", rev: "r2c8v5yn7jdp|investigating" } };
    const closing = [requested({ draftId: end.draftId, status: "resolved" }), drafted(end), shown(end)];
    const grant = granted({ draftId: end.draftId });
    const claim = publishing().find(({ type }) => type === "PublishStarted");
    const started = { ...claim, draftId: end.draftId } as IncidentEvent;
    const back = { type: "IncidentReopened", by: PEOPLE.sam, reason: "It is back." } as const;
    const dropped = {
      type: "DraftCancelled",
      draftId: end.draftId,
      version: 1,
      reason: "the incident was reopened, so customers are not told that it is over",
    } as const;
    given(...published(), ...closing, resolved())
      .when(reopen)
      .then(back, dropped);
    given(...published(), ...closing, resolved(), grant)
      .when(reopen)
      .then(back, dropped);
    given(...published(), ...closing, resolved(), grant, started)
      .when(reopen)
      .then(back);
    // What says anything else than the end is still true.
    given(...published(), requested({ draftId: end.draftId }), drafted(end), shown(end), resolved())
      .when(reopen)
      .then(back);
  });

  test("ends before the room can be on its way into the archive", () => {
    const shown = stateOf(...over, filed, at(T0 + MINUTE, painted({ key: "closing" })));
    expect(mayReopen(shown, grace, T0 + 24 * HOUR)).toBe(true);
    expect(mayReopen(shown, grace, T0 + MINUTE + 24 * HOUR - 1)).toBe(false);
  });

  test("by an alert happens when the same group fires again, in one entry with the alert", () => {
    const again = { ...alert({ dedupeKey: "oncall|again" }) };
    const attach = (state: Incident, now: Instant) => attachAlerts(state, { alerts: [again], reopen: { grace, now } });
    given(...over)
      .when(attach)
      .then({ type: "IncidentReopened", by: null, reason: `the alert ${again.title} fired again` }, again);
    const other = alert({ dedupeKey: "oncall|other", groupId: "IOTHER" });
    given(...over)
      .when((state, now) => attachAlerts(state, { alerts: [other], reopen: { grace, now } }))
      .thenRefused("incident-over");
  });
});
