import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { assignRole, offerHandover, takeCommand } from "../../../bridge/incident/decide/command-role.ts";
import { requestPage } from "../../../bridge/incident/decide/paging.ts";
import { resolveIncident } from "../../../bridge/incident/decide/resolve.ts";
import { type Decision, happened } from "../../../bridge/incident/decision.ts";
import { escalations } from "../../../bridge/incident/escalations.ts";
import type { Incident } from "../../../bridge/incident/state.ts";
import type { Instant } from "../../../bridge/platform/clock.ts";
import { ROLES } from "../../../shared/vocabulary.ts";
import { factsOf } from "../../support/approver-facts.ts";
import { at, MINUTE, type Moment, stateOf, T0 } from "../../support/given.ts";
import { holds } from "../../support/holds.ts";
import { PEOPLE, responders, roomOpened, TEAM } from "../../support/incident-events.ts";
import { TIMING, viewWorld } from "../../support/view-world.ts";

const world = viewWorld({ onCallSchedule: () => "SV6H2NPZ8RW4J", approversPage: "SV6H2NPZ8RW4J" });
const person = fc.constantFrom(...Object.values(PEOPLE));
type Step = (state: Incident, now: Instant, n: number) => Decision;

/** Everything that people can do and that time does, to command and around it. */
const step: fc.Arbitrary<{ name: string; wait: number; decide: Step }> = fc
  .record({
    kind: fc.constantFrom("take", "offer", "role", "page", "resolve", "time", "time", "take", "offer"),
    who: person,
    whom: person,
    role: fc.constantFrom(...ROLES),
    ends: fc.boolean(),
    wait: fc.constantFrom(0, MINUTE, 3 * MINUTE, 6 * MINUTE, 61 * MINUTE),
  })
  .map(({ kind, who, whom, role, ends, wait }) => {
    const facts = factsOf(T0, { userId: whom });
    const decide: Step = (state, now, n) => {
      switch (kind) {
        case "take":
          return takeCommand(state, { actor: who });
        case "offer":
          return offerHandover(state, { actor: who, to: whom, note: undefined, facts, ourTeam: TEAM });
        case "role":
          return assignRole(state, { actor: who, role, to: ends ? null : whom, facts, ourTeam: TEAM });
        case "page": {
          const target = { kind: "person" as const, id: whom, name: whom };
          return requestPage(
            state,
            { pageId: `PG-${n}`, target, message: null, important: true, actor: who },
            now,
            TIMING.pageAckMs,
          );
        }
        case "resolve":
          return resolveIncident(state, { actor: who, outcome: "resolved", summary: "Over.", duplicateOf: undefined });
        default:
          return happened(...(escalations(state, now, world, TIMING)[0]?.events ?? []));
      }
    };
    return { name: `${kind} ${who} ${whom}`, wait, decide };
  });

describe("exactly one commander at any instant", () => {
  test("whatever people do and however long they are silent, authority moves in one event and to one person", () => {
    holds(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const history: Moment[] = [at(T0, ...roomOpened(), responders())];
        let now = T0;
        let before = stateOf(...history);
        for (const [n, { wait, decide }] of steps.entries()) {
          now += wait;
          const decision = decide(before, now, n);
          if (decision.kind === "refused" || decision.events.length === 0) continue;
          history.push(at(now, ...decision.events));
          const after = stateOf(...history);

          const taken = decision.events.filter((event) => event.type === "CommandTaken");
          // 1. Command changes by its own event and by nothing else, at most once an entry.
          expect(taken.length).toBeLessThanOrEqual(1);
          if (taken.length === 0) expect(after.commander).toBe(before.commander);
          for (const event of taken) {
            expect(event.from).toBe(before.commander ?? null);
            expect(after.commander).toBe(event.by);
            // 2. It is never taken from somebody who holds it and was neither handing it to this person nor silent.
            if (before.commander !== undefined) {
              const offered = before.offers.at(-1);
              const accepted = offered?.closedBy === undefined && offered?.to === event.by;
              expect(accepted || before.commandAbandonedAt !== undefined).toBe(true);
            }
          }
          // 3. Once somebody has command, somebody always has.
          if (before.commander !== undefined) expect(after.commander).toBeDefined();
          before = after;
        }
      }),
    );
  });
});
