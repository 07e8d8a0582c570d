import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { issueNudge, silenceNudges } from "../../../bridge/incident/decide/nudges.ts";
import type { IncidentEvent } from "../../../bridge/incident/events.ts";
import { dueNudge, type Late, silencedUntil } from "../../../bridge/incident/nudges.ts";
import { overdueOf } from "../../../bridge/incident/response/overdue.ts";
import type { Incident } from "../../../bridge/incident/state.ts";
import { nudgeView } from "../../../bridge/incident/views/room-messages.ts";
import { type Instant, iso } from "../../../bridge/platform/clock.ts";
import { at, given, HOUR, MINUTE, type Moment, stateOf, T0 } from "../../support/given.ts";
import { holds } from "../../support/holds.ts";
import { commandTaken, PEOPLE, resolved, roomOpened, waiting } from "../../support/incident-events.ts";
import { attachedCopy, LIBRARY } from "../../support/library.ts";
import { viewWorld } from "../../support/view-world.ts";

const CLOCK = { runbookId: "secret-exposure", itemId: "clock-1" };
const NOTHING_LATE: Late = { items: [], more: 0, clocks: [] };
const EVERY = 15 * MINUTE;
const due = (state: Incident, now: Instant, late = NOTHING_LATE) => dueNudge(state, now, EVERY, late);
const silence = (minutes: number, reason?: string) => (state: Incident, now: Instant) =>
  silenceNudges(state, { actor: PEOPLE.alex, minutes, reason }, now);
const waived = { type: "PublicUpdateWaived", by: PEOPLE.alex, reason: "Nobody outside notices." } as const;
const severity = (from: "SEV1" | "SEV2", to: "SEV1" | "SEV2"): IncidentEvent => ({
  type: "SeverityChanged",
  from,
  to,
  by: PEOPLE.sam,
  reason: "It spreads.",
  rule: null,
  opensRoom: false,
});

describe("a reminder", () => {
  test("names what waits for whom: the undecided update, the unanswered offer, what the checklist has late", () => {
    const state = stateOf(
      ...waiting(),
      { type: "HandoverOffered", to: PEOPLE.sam, by: PEOPLE.alex, note: null },
      { type: "HandoverLapsed", to: PEOPLE.sam, by: PEOPLE.alex },
    );
    const late = {
      items: [{ text: "Freeze deploys", role: "driver", minutesLate: 7 }],
      more: 2,
      clocks: [],
      phase: "contain",
    };
    const points = due(state, T0 + EVERY, late)?.points ?? [];
    expect(points.map(({ about }) => about)).toEqual(["handover", "approval", "checklist", "checklist", "phase"]);
    expect(points[2]).toMatchObject({ text: "Freeze deploys", role: "driver", minutesLate: 7 });
  });

  test("names the clocks that have run out, by role, however long the checklist is late", () => {
    const room = [...roomOpened({ class: "security" }), commandTaken(), attachedCopy("secret-exposure")];
    const state = stateOf(
      ...room,
      at(T0 + 2 * 24 * HOUR, { type: "ItemAssigned", ...CLOCK, to: PEOPLE.sam, by: PEOPLE.alex }),
    );
    const now = T0 + 2 * 24 * HOUR;
    const clocks = due(state, now, overdueOf(state, now))?.points.filter(({ about }) => about === "clock");
    const runbook = LIBRARY.get("secret-exposure")?.runbook;
    expect(clocks?.map(({ role }) => role)).toEqual(runbook?.clocks.map(({ role }) => role));
    expect(clocks?.[0]?.text).toBe(`The clock has run out: ${runbook?.clocks[0]?.what} (<@${PEOPLE.sam}>)`);
    expect(clocks?.[0]?.minutesLate).toBeGreaterThan(60);
  });

  test("does not ask about customers who need not be told, and asks again at once when severity rises", () => {
    const quiet = [...roomOpened({ severity: "SEV2" }), commandTaken(), waived];
    expect(due(stateOf(...quiet), T0 + HOUR)).toBeUndefined();
    const risen = stateOf(...quiet, at(T0 + MINUTE, severity("SEV2", "SEV1")));
    expect(due(risen, T0 + 2 * MINUTE)?.points[0]).toMatchObject({ about: "ask-again" });
    const asked = stateOf(
      ...quiet,
      at(T0 + MINUTE, severity("SEV2", "SEV1")),
      at(T0 + 2 * MINUTE, { type: "NudgeIssued", n: 1, reason: "x" }),
    );
    expect(due(asked, T0 + 3 * MINUTE)).toBeUndefined();
  });

  test("quotes nobody in the record; people read why customers need not be told, as far as it can still be read", () => {
    const risen = [...roomOpened({ severity: "SEV2" }), commandTaken(), waived, severity("SEV2", "SEV1")];
    const points = due(stateOf(...risen), T0 + MINUTE)?.points ?? [];
    expect(JSON.stringify(points)).not.toContain(waived.reason);
    const nudged: IncidentEvent[] = [
      { type: "NudgeIssued", n: 1, reason: "x" },
      { type: "NudgeListed", n: 1, points },
    ];
    const shown = nudgeView(stateOf(...risen, ...nudged), viewWorld()).points?.[0]?.text;
    expect(shown).toContain(`Is that still so? It was said: "${waived.reason}"`);
    const over = nudgeView(stateOf(...risen, ...nudged, waived), viewWorld()).points?.[0]?.text;
    expect(over).not.toContain("It was said");
  });

  test("that somebody made needless since it was looked up is not issued", () => {
    const issue = (state: Incident, now: Instant) =>
      issueNudge(state, { n: 1, everyMs: EVERY, late: NOTHING_LATE }, now);
    given(...roomOpened(), commandTaken())
      .when(issue, T0 + EVERY)
      .then({
        type: "NudgeIssued",
        n: 1,
        reason: "Customers have not been told anything yet, 15 min after the room opened.",
      });
    given(...roomOpened(), commandTaken(), waived)
      .when(issue, T0 + EVERY)
      .thenNothing();
    given(...roomOpened(), commandTaken(), resolved())
      .when(issue, T0 + EVERY)
      .thenNothing();
    given(...roomOpened(), commandTaken(), { type: "NudgeIssued", n: 1, reason: "x" })
      .when(issue, T0 + EVERY)
      .thenNothing();
  });
});

describe("silence", () => {
  test("needs a reason and a length, and is ended by nobody twice", () => {
    given(...roomOpened())
      .when(silence(30))
      .thenRefused("reason-missing");
    given(...roomOpened())
      .when(silence(100_000, "why"))
      .thenRefused("minutes-out-of-range");
    given(...roomOpened())
      .when(silence(0))
      .thenRefused("not-silenced");
    given(...roomOpened(), resolved())
      .when(silence(30, "why"))
      .thenRefused("incident-closed");
    given(...roomOpened())
      .when(silence(30, "The vendor looks."), T0)
      .then({ type: "NudgesSilenced", by: PEOPLE.alex, until: iso(T0 + 30 * MINUTE), reason: "The vendor looks." });
  });

  type Step = { after: number; minutes: number | undefined };
  const steps = fc.array(
    fc.record({ after: fc.integer({ min: 0, max: 40 }), minutes: fc.constantFrom(undefined, undefined, 0, 1, 20, 60) }),
    { maxLength: 30 },
  );

  /** Two sweeps look at every step, as two replicas would; people silence and let come again in between. */
  const play = (script: readonly Step[]) => {
    const history: (IncidentEvent | Moment)[] = [...roomOpened(), commandTaken()];
    const issued: { n: number; at: Instant }[] = [];
    const quiet: [from: Instant, to: Instant][] = [];
    let now = T0;
    for (const { after, minutes } of script) {
      now += after * MINUTE;
      if (minutes !== undefined) {
        const state = stateOf(...history);
        const decision = silence(minutes, "why")(state, now);
        if (decision.kind === "refused") {
          expect(minutes).toBe(0);
          expect(silencedUntil(state, now)).toBeUndefined();
          continue;
        }
        history.push(at(now, ...decision.events));
        const last = quiet.at(-1);
        if (last) last[1] = Math.min(last[1], now);
        if (minutes > 0) quiet.push([now, now + minutes * MINUTE]);
        continue;
      }
      // Both have looked before either wrote.
      const seen = stateOf(...history);
      const wish = due(seen, now);
      for (const _replica of ["one", "two"]) {
        if (!wish) break;
        const decision = issueNudge(stateOf(...history), { n: wish.n, everyMs: EVERY, late: NOTHING_LATE }, now);
        if (decision.kind !== "happened" || decision.events.length === 0) continue;
        history.push(at(now, ...decision.events));
        issued.push({ n: wish.n, at: now });
      }
    }
    return { issued, quiet };
  };

  test("whatever people do, a sweep reminds at most once, never within an interval and never in a silence", () => {
    holds(
      fc.property(steps, (script) => {
        const { issued, quiet } = play(script);
        expect(issued.map(({ n }) => n)).toEqual(issued.map((_, index) => index + 1));
        for (const [index, one] of issued.entries()) {
          const before = issued[index - 1];
          if (before) expect(one.at - before.at).toBeGreaterThanOrEqual(EVERY);
          expect(quiet.some(([from, to]) => one.at > from && one.at < to)).toBe(false);
        }
      }),
    );
  });
});
