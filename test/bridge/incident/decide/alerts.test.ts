import { describe, test } from "vitest";
import { attachAlerts, openIncident } from "../../../../bridge/incident/decide/alerts.ts";
import { given } from "../../../support/given.ts";
import { alert, commandTaken, opened, resolved, roomOpened } from "../../../support/incident-events.ts";

const { type: _opened, ...facts } = opened();
const { type: _alert, ...firing } = alert();
const other = { ...firing, dedupeKey: "other" };
const over = { ...firing, dedupeKey: "over", kind: "resolved" as const };
const byItself = resolved({ summary: "The alert resolved by itself." });
const roomless = opened({ room: false, severity: "SEV3" });

describe("openIncident", () => {
  test("opens with the alerts that made it, in one entry", () => {
    given()
      .when((state) => openIncident(state, { opened: facts, alerts: [firing, other] }))
      .then(opened(), alert(), alert({ dedupeKey: "other" }));
  });

  test("takes one alert once, however often the batch holds it", () => {
    given()
      .when((state) => openIncident(state, { opened: facts, alerts: [firing, firing] }))
      .then(opened(), alert());
  });

  test("of an incident that is open already takes the alerts only", () => {
    given(opened(), alert())
      .when((state) => openIncident(state, { opened: facts, alerts: [firing, other] }))
      .then(alert({ dedupeKey: "other" }));
  });

  test("records the sender's route once an incident", () => {
    const routes = [
      { groupId: "IW4K9ZP7TN2XC", routeId: "R1" },
      { groupId: "IW4K9ZP7TN2XC", routeId: "R2" },
    ];
    given()
      .when((state) => openIncident(state, { opened: facts, alerts: [firing], routes }))
      .then(opened(), alert(), { type: "AlertRouted", groupId: "IW4K9ZP7TN2XC", routeId: "R1" });
    given(opened(), alert(), { type: "AlertRouted", groupId: "IW4K9ZP7TN2XC", routeId: "R1" })
      .when((state) => attachAlerts(state, { alerts: [other], routes }))
      .then(alert({ dedupeKey: "other" }));
  });

  test("by hand holds no alert", () => {
    given()
      .when((state) => openIncident(state, { opened: facts, alerts: [] }))
      .then(opened());
  });

  test("closes at once what needs no room and has ended within the same batch", () => {
    given()
      .when((state) => openIncident(state, { opened: { ...facts, room: false }, alerts: [firing, over] }))
      .then(opened({ room: false }), alert(), alert(over), byItself);
  });

  test("keeps open what has a room, although its alert has ended", () => {
    given()
      .when((state) => openIncident(state, { opened: facts, alerts: [firing, over] }))
      .then(opened(), alert(), alert(over));
  });
});

describe("attachAlerts", () => {
  test("leaves out what the stream holds already", () => {
    given(opened(), alert())
      .when((state) => attachAlerts(state, { alerts: [firing] }))
      .thenNothing();
  });

  test("raises the severity to that of a worse alert, once, and opens the room that it takes", () => {
    const worst = { severity: "SEV1", basis: "label severity=critical", opensRoom: true } as const;
    const raised = {
      type: "SeverityChanged",
      from: "SEV3",
      to: "SEV1",
      by: null,
      reason: "an alert has label severity=critical",
      rule: "alert SEV1",
      opensRoom: true,
    } as const;
    given(roomless, alert())
      .when((state) => attachAlerts(state, { alerts: [other, over], worst }))
      .then(alert(other), alert(over), raised);
    given(opened({ severity: "SEV2" }), alert())
      .when((state) => attachAlerts(state, { alerts: [other], worst: { ...worst, severity: "SEV3" } }))
      .then(alert(other));
    // Somebody has lowered it since.
    const lowered = { ...raised, from: "SEV1", to: "SEV3", by: "U07ALEXLIN1", rule: null, opensRoom: false } as const;
    given(roomless, alert(), raised, lowered)
      .when((state) => attachAlerts(state, { alerts: [other], worst }))
      .then(alert(other));
  });

  test("recognises a group by our link once, and never one that rang before people were called into it", () => {
    const own = { ...firing, groupId: "IOWNGROUP", dedupeKey: "own" };
    const ownEnded = { ...own, kind: "resolved" as const, dedupeKey: "own-ended" };
    const recognised = { type: "PageGroupRecognised", groupId: "IOWNGROUP" } as const;
    given(opened(), alert())
      .when((state) => attachAlerts(state, { alerts: [own], ours: true }))
      .then(recognised, alert(own));
    given(opened(), alert(), recognised, alert(own))
      .when((state) => attachAlerts(state, { alerts: [ownEnded], ours: true }))
      .then(alert(ownEnded));
    given(opened(), alert())
      .when((state) => attachAlerts(state, { alerts: [other], ours: true }))
      .then(alert(other));
  });

  test("ends an incident without a room when its alert ends", () => {
    given(roomless, alert())
      .when((state) => attachAlerts(state, { alerts: [over] }))
      .then(alert(over), byItself);
  });

  test("does not end it when the alert fires again in the same batch", () => {
    given(roomless, alert())
      .when((state) => attachAlerts(state, { alerts: [over, other] }))
      .then(alert(over), alert(other));
  });

  test("never ends an incident that people have a room for", () => {
    given(...roomOpened(), alert())
      .when((state) => attachAlerts(state, { alerts: [over] }))
      .then(alert(over));
    given(roomless, alert(), { type: "RoomRequested", severity: "SEV2" })
      .when((state) => attachAlerts(state, { alerts: [over] }))
      .then(alert(over));
  });

  test("still records what comes after the end, without ending it twice", () => {
    given(roomless, alert(), alert(over), byItself)
      .when((state) => attachAlerts(state, { alerts: [{ ...over, dedupeKey: "late" }] }))
      .then(alert({ ...over, dedupeKey: "late" }));
  });

  test("does not end again because of an end that was known before", () => {
    given(roomless, alert(), alert(over), { type: "RoomRequested", severity: "SEV2" }, commandTaken())
      .when((state) => attachAlerts(state, { alerts: [other, over] }))
      .then(alert(other));
  });
});
