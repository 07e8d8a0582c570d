import { describe, expect, test } from "vitest";
import type { IncidentEvent } from "../../../bridge/incident/events.ts";
import { dueEscalations, escalationTarget } from "../../../bridge/incident/response/due-escalations.ts";
import type { Incident } from "../../../bridge/incident/state.ts";
import { escalationNotices } from "../../../bridge/incident/views/escalation-notices.ts";
import { Runbook } from "../../../bridge/runbooks/schema.ts";
import { at, MINUTE, type Moment, stateOf, T0 } from "../../support/given.ts";
import { commandTaken, PEOPLE, roomOpened } from "../../support/incident-events.ts";
import { attachedCopy, LIBRARY } from "../../support/library.ts";
import { viewWorld } from "../../support/view-world.ts";

const { alex } = PEOPLE;
const world = viewWorld({ onCallSchedule: () => "SV6H2NPZ8RW4J" });

/** bad-deploy, but with this escalation. */
function following(to: string, via: "page" | "dm" = "page", next = "role:primary") {
  const runbook = Runbook.parse({
    ...LIBRARY.get("bad-deploy")?.runbook,
    escalation: [{ if: "It goes on", to, within: "PT15M", via, if_no_ack: { after: "PT5M", to: next } }],
  });
  return attachedCopy("bad-deploy", { text: JSON.stringify(runbook) });
}
const room = (...more: (IncidentEvent | Moment)[]) => stateOf(...roomOpened(), commandTaken(), ...more);
const duePages = (state: Incident, minutes: number) =>
  dueEscalations(state, (state.roomOpenedAt ?? 0) + minutes * MINUTE, world).map(({ pageId, target }) => [
    pageId,
    target.id,
  ]);
const paged = (pageId: string, id: string) => ({
  type: "PageRequested" as const,
  pageId,
  target: { kind: "person" as const, id, name: id },
  message: null,
  important: true,
  by: null,
  cause: "runbook" as const,
});
const KEY = { runbookId: "bad-deploy", itemId: "escalation-1" };

describe("what a runbook escalates", () => {
  test("is paged once its time has passed, and once only", () => {
    const state = room(following("role:ic"));
    expect(duePages(state, 14)).toEqual([]);
    expect(duePages(state, 15)).toEqual([["PG-bad-deploy-1", alex]]);
    expect(duePages(room(following("role:ic"), at(T0 + 15 * MINUTE, paged("PG-bad-deploy-1", alex))), 16)).toEqual([]);
  });

  test("is not paged when somebody says that they were reached, or that it is not so", () => {
    const ticked = { type: "ItemTicked" as const, ...KEY, by: alex, proof: null };
    expect(duePages(room(following("role:ic"), ticked), 60)).toEqual([]);
    const skipped = { type: "ItemSkipped" as const, ...KEY, by: alex, reason: "it does not go on" };
    expect(duePages(room(following("role:ic"), skipped), 60)).toEqual([]);
  });

  test("goes on to the next when nobody acknowledges", () => {
    const unanswered = room(following("role:ic", "page", "role:primary"), paged("PG-bad-deploy-1", alex));
    const [first] = duePages(unanswered, 60);
    expect(first?.[0]).toBe("PG-bad-deploy-1-next");
  });

  test("has its time from the moment that somebody confirms it, else from the opening of the room", () => {
    const confirmed = at(T0 + 20 * MINUTE, { type: "EscalationConfirmed", ...KEY, by: alex });
    const before = at(T0 + 5 * MINUTE, { type: "EscalationConfirmed", ...KEY, by: alex });
    const state = room(following("role:ic"), before);
    const since = (T0 + 5 * MINUTE - (state.roomOpenedAt ?? 0)) / MINUTE;
    expect(duePages(state, since + 14)).toEqual([]);
    expect(duePages(state, since + 15)).toEqual([["PG-bad-deploy-1", alex]]);
    // What was paged already is not taken back by it.
    const paid = at(T0 + 15 * MINUTE, paged("PG-bad-deploy-1", alex));
    expect(duePages(room(following("role:ic"), paid, confirmed), 120).map(([id]) => id)).toEqual([
      "PG-bad-deploy-1-next",
    ]);
  });
});

describe("somebody who is no part of the incident", () => {
  const LEGAL = { kind: "person" as const, id: "U07LEGAL001", name: "legal" };
  const mapped = viewWorld({ escalation: (to) => (to === "external:legal" ? LEGAL : undefined) });
  const minute = (state: Incident, minutes: number) => (state.roomOpenedAt ?? 0) + minutes * MINUTE;
  const said = (state: Incident, minutes: number, known = mapped) =>
    escalationNotices(state, minute(state, minutes), known).map(({ view }) => view.text);

  test("is paged where services.yaml names them", () => {
    const state = room(following("external:legal", "page", "external:ciso"));
    expect(escalationTarget(state, "bad-deploy/escalation-1", mapped)).toEqual(LEGAL);
    expect(dueEscalations(state, minute(state, 15), mapped)).toEqual([
      { pageId: "PG-bad-deploy-1", target: LEGAL, message: "It goes on: the runbook asks for you in the war room." },
    ]);
    expect(said(state, 15)).toEqual([]);
  });

  test("is said to be a person's to reach where it does not, and so is the next one when nobody answers", () => {
    const state = room(following("external:ciso", "page", "external:legal"));
    expect(escalationTarget(state, "bad-deploy/escalation-1", mapped)).toBeUndefined();
    expect(said(state, 14)).toEqual([]);
    expect(said(state, 15)).toEqual([
      expect.stringContaining("ciso (It goes on; services.yaml names nobody for external:ciso)"),
    ]);
    expect(dueEscalations(state, minute(state, 19), mapped)).toEqual([]);
    expect(dueEscalations(state, minute(state, 20), mapped)).toMatchObject([{ target: LEGAL }]);
    const unanswered = room(following("external:legal", "page", "external:ciso"), paged("PG-bad-deploy-1", LEGAL.id));
    expect(said(unanswered, 60)[0]).toContain("names nobody for external:ciso");
  });

  test("who is to be written to is paged by nobody, and the room hears of that too", () => {
    const state = room(following("external:legal", "dm"));
    expect(dueEscalations(state, minute(state, 15), mapped)).toEqual([]);
    expect(said(state, 15)[0]).toContain("legal (It goes on; by a message)");
  });

  test("is asked for no longer once somebody ticks it", () => {
    const ticked = { type: "ItemTicked" as const, ...KEY, by: alex, proof: null };
    const state = room(following("external:ciso", "page", "external:ciso"), ticked);
    expect(said(state, 600)).toEqual([]);
  });
});
