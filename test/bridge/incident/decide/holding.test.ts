import { describe, expect, test } from "vitest";
import { proposeDraft } from "../../../../bridge/incident/decide/drafts.ts";
import { holdingWanted, proposeHolding } from "../../../../bridge/incident/decide/holding.ts";
import type { IncidentEvent } from "../../../../bridge/incident/events.ts";
import { observes } from "../../../../bridge/incident/response/observed.ts";
import { customersNotice } from "../../../../bridge/incident/views/headline-view.ts";
import { at, given, MINUTE, type Moment, stateOf, T0 } from "../../../support/given.ts";
import {
  BODY,
  COMPONENT,
  drafted,
  opened,
  PAGE,
  requested,
  resolved,
  roomOpened,
  shown,
  TITLE,
} from "../../../support/incident-events.ts";
import { attachedCopy } from "../../../support/library.ts";

const DRAFT = "DRF-0000000009";
const world = { holdingComponents: () => [COMPONENT] };
const proposal = {
  draftId: DRAFT,
  pageId: PAGE,
  title: TITLE,
  body: BODY,
  author: { kind: "template" as const, userId: null, note: "Nobody has asked for this." },
};
const ready = [...roomOpened(), attachedCopy("default")];
const wanted = (history: (IncidentEvent | Moment)[], now = T0 + MINUTE, theWorld = world) =>
  holdingWanted(stateOf(...history), now, theWorld);
const propose = (history: (IncidentEvent | Moment)[]) =>
  proposeHolding(stateOf(...history), proposal, T0 + MINUTE, world);

describe("a first statement for customers", () => {
  test("is wanted as soon as the room is open and the runbook is known", () => {
    expect(wanted(ready)).toBe(true);
    expect(wanted([opened(), attachedCopy("default")])).toBe(false);
    expect(wanted(roomOpened())).toBe(false);
  });

  test.each<[string, (IncidentEvent | Moment)[]]>([
    ["a security incident", [...roomOpened({ class: "security" }), attachedCopy("default")]],
    ["a runbook of a restricted room", [...ready, attachedCopy("secret-exposure")]],
    ["a runbook that drafts nothing by itself", [...ready, attachedCopy("data-corruption-or-loss")]],
    ["an update that somebody has asked for", [...ready, requested()]],
    ["an incident that is over", [...ready, resolved()]],
  ])("is not wanted for %s", (_, history) => {
    expect(wanted(history)).toBe(false);
    expect(propose(history)).toEqual({ kind: "happened", events: [] });
  });

  test("is not wanted where services.yaml names no component or severity for it, nor after a quarter of an hour", () => {
    expect(wanted(ready, T0 + MINUTE, { holdingComponents: () => [] })).toBe(false);
    expect(wanted(ready, T0 + 16 * MINUTE)).toBe(false);
  });

  test("is asked for and proposed in one entry, in nobody's name, and waits like any draft", () => {
    const decision = propose(ready);
    expect(decision).toMatchObject({
      kind: "happened",
      events: [
        {
          type: "HoldingStatementRequested",
          components: [{ id: COMPONENT, status: "degraded_performance" }],
          notify: false,
        },
        { type: "DraftProposed", version: 1, author: { kind: "template", userId: null }, content: { op: "create" } },
      ],
    });
    const events = decision.kind === "happened" ? decision.events : [];
    const state = stateOf(...ready, ...events);
    expect(state.drafts.get(DRAFT)).toMatchObject({ state: "DRAFTED", request: { by: null } });
    expect(propose([...ready, ...events])).toEqual({ kind: "happened", events: [] });
  });

  test("gives way to an update that a person asks for, and is nobody's word until it is published", () => {
    const first = propose(ready);
    const events = first.kind === "happened" ? first.events : [];
    const card = events.flatMap((event) =>
      event.type === "DraftProposed" ? [{ ...shown(), draftId: DRAFT, contentHash: event.contentHash }] : [],
    );
    const waiting = stateOf(...ready, ...events, ...card);
    expect(observes(waiting, "draft-shown")).toBe(false);
    expect(customersNotice(waiting)).toBeUndefined();
    const replaced = given(...ready, ...events, ...card, at(T0 + 2 * MINUTE, requested())).when((state) =>
      proposeDraft(state, { ...proposal, draftId: requested().draftId, author: drafted().author }),
    );
    expect(replaced.decision).toMatchObject({
      events: [
        { type: "DraftSuperseded", draftId: DRAFT, byDraftId: requested().draftId },
        { type: "DraftProposed", draftId: requested().draftId },
      ],
    });
  });
});
