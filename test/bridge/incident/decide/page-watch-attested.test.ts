import { expect, test } from "vitest";
import { attestPageEntry, recordUnmatched } from "../../../../bridge/incident/decide/page-watch.ts";
import type { IncidentEvent } from "../../../../bridge/incident/events.ts";
import { evolve } from "../../../../bridge/incident/evolve.ts";
import { initialIncident } from "../../../../bridge/incident/state.ts";
import { INCIDENT, PEOPLE, published, TEAM } from "../../../support/incident-events.ts";

const NOW = Date.parse("2026-11-21T10:00:00.000Z");

const after = (...events: IncidentEvent[]) =>
  events.reduce(
    (state, event, index) =>
      evolve(state, {
        v: 1,
        incident: INCIDENT,
        epoch: 1,
        seq: index + 1,
        prev: "0".repeat(64),
        commandId: `c${index}`,
        actor: { kind: "system", id: "test", basis: "effect" },
        at: new Date(NOW).toISOString(),
        events: [event],
      }),
    initialIncident(INCIDENT),
  );

test("what was posted by hand on our public incident and accounted for is what the next update builds on", () => {
  const before = after(...published());
  const targetId = before.public?.targetId ?? "";
  const listing = [
    { targetId, updateId: "newer", status: "monitoring" },
    { targetId, updateId: "older", status: "identified" },
  ];
  const found = recordUnmatched(before, { entries: listing });
  if (found.kind !== "happened") throw new Error("nothing was recorded");
  const seen = after(...published(), ...found.events);
  expect(seen.public).toEqual({ ...before.public, byHand: true });

  const facts = {
    kind: "known",
    userId: PEOPLE.jordan,
    teamId: TEAM,
    isBot: false,
    deleted: false,
    restricted: false,
    stranger: false,
    inApproverGroup: true,
    lookedUpAt: NOW,
  } as const;
  const link = "https://status.example.com/i/1";
  const told = attestPageEntry(
    seen,
    { actor: PEOPLE.jordan, ourTeam: TEAM, facts, link, page: { targetId, rev: "newer|monitoring" } },
    NOW,
  );
  if (told.kind !== "happened") throw new Error(told.refusal.message);
  expect(after(...published(), ...found.events, ...told.events).public).toMatchObject({
    rev: "newer|monitoring",
    status: "monitoring",
    byHand: true,
  });
});
