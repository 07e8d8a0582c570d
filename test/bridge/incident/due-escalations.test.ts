import { describe, expect, test } from "vitest";
import type { IncidentEvent } from "../../../bridge/incident/events.ts";
import { dueEscalations, escalationTarget } from "../../../bridge/incident/response/due-escalations.ts";
import type { Incident } from "../../../bridge/incident/state.ts";
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

  test("pages nobody for whom OnCall has no name, and the checklist says so", () => {
    const outside = room(following("external:legal", "page", "usergroup:incident-fallback"));
    expect(duePages(outside, 600)).toEqual([]);
    expect(escalationTarget(outside, "bad-deploy/escalation-1", world)).toBeUndefined();
    expect(duePages(room(following("role:ic", "dm", "external:legal")), 600)).toEqual([]);
  });
});
