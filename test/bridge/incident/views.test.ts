import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { IncidentEvent } from "../../../bridge/incident/events.ts";
import { revisionOf, slackEffects } from "../../../bridge/incident/pending-effects.ts";
import { BUSY, DRAFT_STATES } from "../../../bridge/incident/state.ts";
import { checklistView } from "../../../bridge/incident/views/checklist-view.ts";
import { contextView } from "../../../bridge/incident/views/context-view.ts";
import { currentDraft, draftView, standing } from "../../../bridge/incident/views/draft-view.ts";
import { closingView, postmortemView } from "../../../bridge/incident/views/room-messages.ts";
import { outboxItem } from "../../../bridge/outbox/outbox-item.ts";
import { OutboxItem } from "../../../shared/contracts/outbox.ts";
import { message } from "../../../slack-app/blocks/message.ts";
import { cardMessage } from "../../../slack-app/functions/card/card-message.ts";
import { blockFaults } from "../../slack-app/support/block-faults.ts";
import { anyEvent } from "../../support/event-arbitrary.ts";
import { at, HOUR, MINUTE, stateOf, T0 } from "../../support/given.ts";
import { holds } from "../../support/holds.ts";
import {
  alert,
  approved,
  commandTaken,
  DRAFT,
  drafted,
  failed,
  granted,
  hashOf,
  opened,
  PEOPLE,
  published,
  publishing,
  reconciled,
  requested,
  resolved,
  responders,
  revised,
  roomOpened,
  step,
  succeeded,
  unknown,
  waiting,
} from "../../support/incident-events.ts";
import { attachedCopy } from "../../support/library.ts";
import { TIMING, viewWorld } from "../../support/view-world.ts";

const world = viewWorld();
const CHANNELS = { alerts: "C07ALERTS01", announcements: "C07INCIDENT" };

describe("whatever the ledger holds", () => {
  test("each piece of Slack's work fits the contract of both halves and Slack's limits", () => {
    holds(
      fc.property(fc.array(anyEvent, { maxLength: 25 }), (events) => {
        const later = { events: events.length > 0 ? events : [alert()], at: T0 + MINUTE, by: PEOPLE.alex };
        const state = stateOf(...waiting(), later);
        for (const effect of slackEffects(state, T0 + 6 * HOUR, world, TIMING)) {
          const item = outboxItem(effect, state, world, 1, CHANNELS);
          if (!item) continue;
          const parsed = OutboxItem.safeParse(item);
          expect(parsed.success ? [] : parsed.error.issues, effect.id).toEqual([]);
          if (item.kind === "paint-message") expect(blockFaults(message(item.message).blocks), effect.id).toEqual([]);
          if (item.kind === "assemble-room") {
            expect(blockFaults(message(item.context).blocks)).toEqual([]);
            expect(blockFaults(message(item.checklist).blocks)).toEqual([]);
            expect(item.topic.length).toBeLessThanOrEqual(250);
            expect(item.invite.length).toBeLessThanOrEqual(100);
            expect(item.topic.isWellFormed()).toBe(true);
          }
        }
      }),
      { runs: 400 },
    );
  });

  test("a topic that must be cut is never cut through a character", () => {
    for (const title of ["\u{1F6A8}".repeat(150), `a${"\u{1F6A8}".repeat(149)}`]) {
      const state = stateOf(opened({ title }), responders(), { type: "ContextGathered", readings: [] });
      const item = outboxItem({ kind: "assemble-room", id: "e" }, state, world, 1, CHANNELS);
      const topic = item?.kind === "assemble-room" ? item.topic : "";
      expect(topic.isWellFormed()).toBe(true);
      expect(topic.length).toBeLessThanOrEqual(250);
      expect(topic.endsWith("…")).toBe(true);
    }
  });

  test("the longest texts the ledger takes still make messages that Slack takes", () => {
    const long = (length: number) => "<&> \u{1F6A8}".repeat(length).slice(0, length).toWellFormed();
    const everybody = Array.from({ length: 100 }, (_, n) => ({ userId: `U0${n}`, name: long(100) }));
    const state = stateOf(
      opened({
        title: long(300),
        service: long(80),
        severityBasis: long(200),
        severityAssumed: true,
        links: {
          alertGroup: `https://grafana.example.com/${"a".repeat(1_900)}`,
          dashboard: `https://grafana.example.com/${"b".repeat(1_900)}`,
          silence: null,
          runbook: null,
          call: null,
        },
      }),
      alert(),
      responders({
        note: long(500),
        people: everybody,
        missing: everybody.map(({ name }) => ({ name, why: long(200) })),
      }),
      {
        type: "ContextGathered",
        readings: Array.from({ length: 20 }, () => ({ label: long(80), value: long(500), why: null })),
      },
      ...roomOpened().slice(3),
      step("invite", { notInvited: everybody.map(({ userId }) => ({ userId, error: long(500) })) }),
      { type: "HandoverOffered", to: PEOPLE.sam, by: PEOPLE.alex, note: long(500) },
      { type: "NudgeIssued", n: 1, reason: long(300) },
      at(T0 + MINUTE, resolved({ summary: long(2_000) }), { type: "PostmortemDelayed", reason: long(500) }),
    );
    for (const effect of slackEffects(state, T0 + HOUR, world, TIMING)) {
      if (effect.kind === "paint-message") expect(blockFaults(message(effect.view).blocks), effect.key).toEqual([]);
    }
    expect(blockFaults(message(contextView(state, world)).blocks)).toEqual([]);
  });
});

describe("the approval card", () => {
  const view = (...events: IncidentEvent[]) => {
    const state = stateOf(...events);
    const draft = state.drafts.get(DRAFT);
    return draft && draftView(state, draft, world);
  };

  test("shows the very text whose hash is approved, to the letter", () => {
    const hostile = "<!channel> & *bold* `code`\n\n> quote <https://evil.example.com|click>";
    const edited = revised({ body: hostile });
    const shownView = view(...waiting(), edited);
    expect(shownView).toMatchObject({ body: hostile, contentHash: edited.contentHash, version: 2 });
    if (!shownView) throw new Error("there is no view");
    const { blocks } = cardMessage(shownView, "with-buttons", "effect");
    expect(blocks).toContainEqual({
      type: "section",
      block_id: "draft_text",
      text: { type: "plain_text", text: hostile, emoji: false },
    });
    expect(blockFaults(blocks)).toEqual([]);
  });

  test.each<[string, IncidentEvent[], string[]]>([
    ["waits", waiting(), ["approve_publish", "edit_draft", "reject_draft", "ask_approver"]],
    ["is approved", approved(), ["revoke_approval"]],
    ["is under way", publishing(), []],
    ["is unknown", [...publishing(), unknown()], []],
    ["failed", [...publishing(), failed()], ["approve_again", "edit_draft", "attest_published", "give_up_publish"]],
    [
      "needs a person",
      [...publishing(), unknown(), reconciled({ absences: 2 })],
      ["approve_again", "attest_published", "give_up_publish"],
    ],
    ["is public", published(), []],
  ])("of a text that %s offers exactly what can be done", (_which, history, actions) => {
    expect(view(...history)?.actions).toEqual(actions);
  });

  test("offers no approval of a text that must be edited first, and says why", () => {
    const state = stateOf(...waiting());
    const draft = state.drafts.get(DRAFT);
    const scan = (_title: string, body: string) => ({
      blockers: body.includes("EU") ? ["It holds a region."] : [],
      findings: [],
    });
    const blocked = viewWorld({ scan });
    const seen = draft && draftView(state, draft, blocked);
    expect(seen).toMatchObject({
      actions: ["edit_draft", "reject_draft", "ask_approver"],
      blockers: ["It holds a region."],
    });
  });

  test("of an update shows what customers read until now", () => {
    const second = { draftId: "DRF-0000000002", target: { id: "h4z9w6tq1mxk", rev: "r2c8v5yn7jdp|investigating" } };
    const state = stateOf(...published(), requested(second), {
      ...revised({ ...second, version: 1 }),
      type: "DraftProposed",
      author: { kind: "template", userId: null, note: null },
      by: undefined,
    } as unknown as IncidentEvent);
    const draft = state.drafts.get(second.draftId);
    expect(draft && draftView(state, draft, world)).toMatchObject({ op: "update", previousStatus: "investigating" });
  });

  test("is not shown before there is a text", () => {
    expect(view(...roomOpened(), requested())).toBeUndefined();
  });

  test("names components as customers do, with how the page shows each until it is published", () => {
    const named = { id: "k7m2x9q4wtzn", name: "Payments API", to: "partial_outage" };
    expect(view(...waiting())?.components).toEqual([{ ...named, from: "operational" }]);
    expect(view(...published())?.components).toEqual([named]);
    const state = stateOf(...waiting());
    const draft = state.drafts.get(DRAFT);
    const silent = viewWorld({ componentStatus: () => undefined });
    expect(draft && draftView(state, draft, silent)?.components).toEqual([named]);
  });

  test("shows a component as our own last update left it, until the page was read again", () => {
    const second = { draftId: "DRF-0000000002", target: { id: "h4z9w6tq1mxk", rev: "r2c8v5yn7jdp|investigating" } };
    const state = stateOf(...published(), requested(second), drafted(second));
    const draft = state.drafts.get(second.draftId);
    const from = (readAt: number) => {
      const read = viewWorld({ componentStatus: () => ({ status: "operational", readAt }) });
      return draft && draftView(state, draft, read)?.components[0]?.from;
    };
    expect(from(T0 - 1)).toBe("partial_outage");
    expect(from(T0 + 1)).toBe("operational");
  });

  test("of an update says that the page was changed by hand instead of showing our own old words", () => {
    const byHand: IncidentEvent = {
      type: "PagePostUnmatched",
      targetId: "h4z9w6tq1mxk",
      updateId: "r9",
      status: "monitoring",
    };
    const words = { draftId: "DRF-0000000002", target: { id: "h4z9w6tq1mxk", rev: "r9|monitoring" } };
    const state = stateOf(...published(), byHand, requested({ draftId: words.draftId }), drafted(words));
    const draft = state.drafts.get(words.draftId);
    const seen = draft && draftView(state, draft, world);
    expect(seen?.previousByHand).toBe(succeeded().url);
    expect(seen?.previousBody).toBeUndefined();
  });

  test("of a text that was half approved before break-glass says that one more click publishes it", () => {
    const half = granted({ policy: "two-person", n: 1, of: 2 });
    const broken: IncidentEvent = {
      type: "BreakGlassUsed",
      draftId: DRAFT,
      version: 1,
      by: PEOPLE.jordan,
      reason: "x",
    };
    expect(view(...waiting(), half, broken)?.standing).toMatch(/one more click publishes it, also by the same person/);
  });

  test("says where the draft stands in one sentence, in every state", () => {
    const draft = stateOf(...approved()).drafts.get(DRAFT);
    for (const state of DRAFT_STATES) {
      const text = draft ? standing({ ...draft, state }) : "";
      expect(text, state).toMatch(/^[A-Z].*[.…]$/);
      if (BUSY.includes(state) || state === "PUBLISHED" || state === "PARTIAL") continue;
      expect(text, state).not.toMatch(/^(Published|Approved)/);
    }
  });

  test("belongs to the newest draft that can still be decided, else to the newest", () => {
    const second = requested({ draftId: "DRF-0000000002" });
    expect(currentDraft(stateOf(...waiting(), second))?.draftId).toBe(second.draftId);
    expect(currentDraft(stateOf(...published()))?.draftId).toBe(DRAFT);
    expect(currentDraft(stateOf(...roomOpened()))).toBeUndefined();
  });
});

describe("the first message", () => {
  test("names who should be there and is not, and why", () => {
    const state = stateOf(
      opened(),
      responders({ missing: [{ name: "casey", why: "is a guest in Slack" }] }),
      step("invite", { notInvited: [{ userId: PEOPLE.kim, error: "cant_invite" }] }),
      step("topic", { ok: false, error: "ratelimited" }),
    );
    expect(contextView(state, world).missing.map(({ why }) => why)).toEqual([
      "is a guest in Slack",
      "could not be invited: cant_invite",
      "not done: ratelimited",
    ]);
  });

  test("counts whoever asked for the room among its people", () => {
    const state = stateOf({ events: [opened({ origin: "person" })], at: T0, by: PEOPLE.kim }, responders());
    expect(contextView(state, world).people).toEqual([PEOPLE.alex, PEOPLE.sam, PEOPLE.kim]);
  });

  test("offers what can be done now and nothing else", () => {
    const labels = (...events: IncidentEvent[]) =>
      contextView(stateOf(...events), world).controls.map(({ label }) => label);
    expect(labels(...roomOpened())).toEqual([
      "Take command",
      "Page someone",
      "Customer update",
      "Checklist",
      "Not an incident",
    ]);
    expect(labels(...roomOpened(), commandTaken())).toEqual([
      "Hand over command",
      "Page someone",
      "Customer update",
      "Checklist",
      "Not an incident",
    ]);
    expect(labels(...published()).at(-1)).toBe("Resolve");
    expect(labels(...roomOpened(), resolved())).toEqual([]);
    expect(labels(...published(), resolved())).toEqual(["Customer update"]);
  });

  test("shows what could not be read as missing, never as nothing", () => {
    const state = stateOf(opened(), {
      type: "ContextGathered",
      readings: [{ label: "Error rate", value: null, why: "Mimir did not answer" }],
    });
    expect(contextView(state, world).readings).toEqual([{ label: "Error rate", why: "Mimir did not answer" }]);
  });
});

describe("the checklist", () => {
  const done = (...events: IncidentEvent[]) =>
    checklistView(stateOf(...events, attachedCopy("default")), "detect", world).items.flatMap((item) =>
      item.done ? [item.text] : [],
    );
  test("ticks what the ledger has seen, and nothing else", () => {
    expect(done(opened())).toEqual([]);
    expect(done(...roomOpened(), commandTaken())).toEqual([
      "War room assembled",
      "Incident commander confirmed",
      "Responders joined",
    ]);
    expect(done(...published())).toContain("Status page approved and published");
    expect(done(...published())).not.toContain("All-clear confirmed");
  });
});

describe("the closing message", () => {
  const steps = (...events: IncidentEvent[]) =>
    Object.fromEntries(
      (closingView(stateOf(...events), world)?.steps ?? []).map(({ text, state, note }) => [
        text,
        `${state}: ${note ?? ""}`,
      ]),
    );
  test("says of each step that it is done, waits, failed or is not needed", () => {
    expect(steps(...roomOpened(), resolved())).toEqual({
      "Incident resolved and recorded": "done: ",
      "Customers told that it is over": "not-needed: nothing was public",
      "Postmortem filed": "waiting: ",
      "Room archived": "waiting: in about 24 h",
    });
    expect(steps(...published(), resolved())).toMatchObject({
      "Customers told that it is over": "waiting: the public incident is still open: publish a resolved update",
      "Room archived": "waiting: waits for the public incident",
    });
    expect(
      steps(...roomOpened(), resolved(), { type: "PostmortemDelayed", reason: "The tracker did not answer." }),
    ).toMatchObject({
      "Postmortem filed": "failed: The tracker did not answer. It is tried again until it works.",
    });
  });
  test("promises no day of grace to the room of what was no incident", () => {
    expect(steps(...roomOpened(), resolved({ outcome: "not_an_incident" }))).toMatchObject({
      "Postmortem filed": "not-needed: ",
      "Room archived": "waiting: soon",
    });
  });
  test("is not there while the incident is open, and neither is a postmortem that was not filed", () => {
    expect(closingView(stateOf(...roomOpened()), world)).toBeUndefined();
    expect(postmortemView(stateOf(...roomOpened(), resolved()))).toBeUndefined();
  });
});

test("two views with the same words have the same revision, any other word another", () => {
  const view = (title: string) => contextView(stateOf(opened({ title })), world);
  expect(revisionOf(view("a"))).toBe(revisionOf(view("a")));
  expect(revisionOf(view("a"))).not.toBe(revisionOf(view("b")));
  expect(hashOf()).toMatch(/^[0-9a-f]{64}$/);
});
