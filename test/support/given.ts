import { expect } from "vitest";
import type { Decision } from "../../bridge/incident/decision.ts";
import type { IncidentEvent } from "../../bridge/incident/events.ts";
import { evolve } from "../../bridge/incident/evolve.ts";
import { type Incident, initialIncident } from "../../bridge/incident/state.ts";
import { type Instant, iso } from "../../bridge/platform/clock.ts";
import { INCIDENT } from "./incident-events.ts";

export const T0 = Date.parse("2026-11-21T09:14:05.000Z");
export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** Events of one moment, by one person. */
export interface Moment {
  events: readonly IncidentEvent[];
  at: Instant;
  by: string;
}

/** These events happen `at`; what is given without a moment happens at T0. */
export const at = (instant: Instant, ...events: IncidentEvent[]): Moment => ({ events, at: instant, by: "bridge" });
export const by = (person: string, ...events: IncidentEvent[]): Moment => ({ events, at: 0, by: person });

/** The incident after these events. Time never falls: what names no later moment happens with what came before it. */
export function stateOf(...history: readonly (IncidentEvent | Moment)[]): Incident {
  let now = T0;
  return history.reduce<Incident>((state, item, index) => {
    const moment = "events" in item ? item : { events: [item], at: 0, by: "bridge" };
    now = Math.max(now, moment.at);
    return evolve(state, {
      v: 1,
      incident: INCIDENT,
      epoch: 1,
      seq: index + 1,
      prev: "0".repeat(64),
      commandId: `command-${index}`,
      actor: { kind: "system", id: moment.by, basis: "effect" },
      at: iso(now),
      events: [...moment.events],
    });
  }, initialIncident(INCIDENT));
}

/** `given(what happened).when(a decision).then(what happens)`. */
export const given = (...history: readonly (IncidentEvent | Moment)[]) => {
  const state = stateOf(...history);
  return {
    state,
    /** Decides ten minutes after T0 unless the test says when. */
    when(decide: (state: Incident, now: Instant) => Decision, now: Instant = T0 + 10 * MINUTE) {
      const decision = decide(state, now);
      return {
        decision,
        // biome-ignore lint/suspicious/noThenProperty: nobody awaits this; it reads as a sentence.
        then: (...events: IncidentEvent[]) => expect(decision).toEqual({ kind: "happened", events }),
        thenNothing: () => expect(decision).toEqual({ kind: "happened", events: [] }),
        thenRefused(code: string) {
          expect(decision).toMatchObject({ kind: "refused", refusal: { code } });
          if (decision.kind === "refused") expect(decision.refusal.message).toMatch(/^[A-Z<].*[.)]$/s);
        },
        /** The state after what was decided. */
        after: () => (decision.kind === "happened" ? stateOf(...history, at(now, ...decision.events)) : state),
      };
    },
  };
};
