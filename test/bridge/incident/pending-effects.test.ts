import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { giveUpClosing } from "../../../bridge/incident/decide/after-the-end.ts";
import { DRAFT_TTL_MS } from "../../../bridge/incident/decide/drafts.ts";
import { lapse } from "../../../bridge/incident/decide/publish.ts";
import type { IncidentEvent } from "../../../bridge/incident/events.ts";
import { bridgeEffects, type SlackEffect, slackEffects } from "../../../bridge/incident/pending-effects.ts";
import type { Incident } from "../../../bridge/incident/state.ts";
import { EffectId } from "../../../shared/contracts/ids.ts";
import { anyEvent } from "../../support/event-arbitrary.ts";
import { at, given, HOUR, MINUTE, type Moment, SECOND, stateOf, T0 } from "../../support/given.ts";
import { holds } from "../../support/holds.ts";
import {
  alert,
  approved,
  CARD_TS,
  commandTaken,
  context,
  DRAFT,
  deferred,
  drafted,
  failed,
  granted,
  INCIDENT,
  opened,
  PEOPLE,
  painted,
  postmortemDrafted,
  published,
  publishing,
  ROOM,
  reconciled,
  requested,
  resolved,
  responders,
  revised,
  roomOpened,
  shown,
  step,
  succeeded,
  unknown,
  waiting,
} from "../../support/incident-events.ts";
import { TIMING, viewWorld } from "../../support/view-world.ts";

type History = (IncidentEvent | Moment)[];
const world = viewWorld();
const all = (history: History | Incident, now = T0 + SECOND, theWorld = world) =>
  bridgeEffects(Array.isArray(history) ? stateOf(...history) : history, now, theWorld, TIMING);
/** Without the two watches over the page: they go on beside everything else and have tests of their own. */
const ours: typeof all = (...args) => all(...args).filter(({ kind }) => kind !== "watch-page" && kind !== "watch-twin");
const slacks = (history: History | Incident, now = T0 + SECOND) =>
  slackEffects(Array.isArray(history) ? stateOf(...history) : history, now, world, TIMING);
const kinds = (effects: { kind: string }[]) => effects.map(({ kind }) => kind);
const paints = (effects: SlackEffect[]) =>
  effects.flatMap((effect) => (effect.kind === "paint-message" ? [effect] : []));
const archived: IncidentEvent = { type: "RoomArchived", channel: ROOM };
const filed: IncidentEvent = {
  type: "PostmortemFiled",
  issueId: "6f1c1f2e-6f0b-4a52-9d3e-6c2a7b1e5d10",
  identifier: "INC-12",
  url: "https://linear.example.com/INC-12",
  author: "template",
  note: null,
};

describe("what is owed", () => {
  test("is the same for the same state and time, under the same ids, each id once", () => {
    holds(
      fc.property(fc.array(anyEvent, { maxLength: 25 }), fc.nat(6 * HOUR), (events, later) => {
        const history = [opened(), ...events];
        const now = T0 + later;
        const ids = [...ours(history, now), ...slacks(history, now)].map(({ id }) => id);
        expect([...ours(history, now), ...slacks(history, now)].map(({ id }) => id)).toEqual(ids);
        expect(new Set(ids).size).toBe(ids.length);
      }),
      { runs: 300 },
    );
  });

  test("to Slack goes by ids that its side may send back", () => {
    holds(
      fc.property(fc.array(anyEvent, { maxLength: 25 }), (events) => {
        for (const { id } of slacks([...waiting(), ...events], T0 + 6 * HOUR)) {
          expect(EffectId.safeParse(id).success, id).toBe(true);
          expect(id.startsWith(`${INCIDENT}:`)).toBe(true);
        }
      }),
      { runs: 300 },
    );
  });

  test("is nothing before anything happened, and once the room is archived only a look at its postmortem", () => {
    expect([...ours([]), ...slacks([])]).toEqual([]);
    holds(
      fc.property(fc.array(anyEvent, { maxLength: 20 }), (events) => {
        const over = stateOf(...roomOpened(), ...events, archived);
        const care = ours(over, T0 + 90 * HOUR).filter(({ kind }) => kind !== "watch-review");
        expect([...care, ...slacks(over, T0 + 90 * HOUR)]).toEqual([]);
      }),
    );
  });
});

/** Each debt is there until its result is recorded, and gone with it: no list of jobs that could disagree. */
describe("a debt of the bridge disappears exactly with its result:", () => {
  const cases: [string, History, number, string, IncidentEvent][] = [
    ["responders", [opened()], T0, "find-responders", responders()],
    ["context", [opened()], T0, "gather-context", context()],
    ["a draft", [...roomOpened(), requested()], T0, "draft-update", drafted()],
    ["a publish", approved(), T0, "publish", started9()],
    [
      "a deferred publish",
      [...publishing(), deferred()],
      Date.parse("2026-11-21T09:20:00.000Z"),
      "publish",
      started9(),
    ],
    [
      "an approval past its end",
      approved(),
      Date.parse("2026-11-21T10:14:05.000Z"),
      "lapse",
      { type: "ApprovalExpired", draftId: DRAFT, version: 1, approvalId: "APR-1" },
    ],
    ["an attempt past its lease", publishing(), Date.parse("2026-11-21T09:30:00.000Z"), "lapse", unknown()],
    [
      "an unknown outcome",
      [...publishing(), unknown()],
      Date.parse("2026-11-21T09:20:00.000Z"),
      "reconcile",
      succeeded(),
    ],
    [
      "an old draft",
      waiting(),
      T0 + DRAFT_TTL_MS,
      "expire-draft",
      { type: "DraftExpired", draftId: DRAFT, version: 1 },
    ],
    [
      "a second ring",
      [opened(), responders(), context()],
      T0 + 30 * SECOND,
      "ring-again",
      { type: "DoorbellRungAgain", afterMs: 30_000 },
    ],
    [
      "the watchdog",
      [opened(), responders(), context(), { type: "DoorbellRungAgain", afterMs: 30_000 }],
      T0 + 90 * SECOND,
      "watchdog-speak",
      {
        type: "WatchdogSpoke",
        afterMs: 90_000,
        alertsChannel: "posted",
        fallbackWebhook: "not-configured",
        error: null,
      },
    ],
    ["the draft of the postmortem", [...roomOpened(), resolved()], T0, "draft-postmortem", postmortemDrafted()],
    ["the postmortem", [...roomOpened(), resolved(), postmortemDrafted()], T0, "file-postmortem", filed],
  ];
  test.each(cases)("%s", (_what, history, now, kind, result) => {
    expect(kinds(ours(history, now))).toContain(kind);
    expect(kinds(ours([...history, at(now, result)], now))).not.toContain(kind);
  });

  function started9(): IncidentEvent {
    return { ...publishing().at(-1), attemptId: "ATT-9" } as IncidentEvent;
  }
});

describe("the bridge", () => {
  test("owes nothing for an incident whose room stands and whose customers need not be told", () => {
    expect(ours(roomOpened())).toEqual([]);
  });

  test("owes no room to an incident below the opening rule, until somebody asks for one", () => {
    const roomless = opened({ room: false, severity: "SEV3" });
    expect(ours([roomless])).toEqual([]);
    expect(kinds(ours([roomless, { type: "RoomRequested", severity: "SEV2" }]))).toEqual([
      "find-responders",
      "gather-context",
    ]);
  });

  test("does not publish before the page's wait is over", () => {
    expect(kinds(ours([...publishing(), deferred()], Date.parse("2026-11-21T09:19:59.999Z")))).toEqual([]);
  });

  test("does not read the page before a slow request has settled", () => {
    expect(kinds(ours([...publishing(), unknown()], Date.parse("2026-11-21T09:19:59.999Z")))).toEqual([]);
  });

  test("publishes under another id after each attempt, so that no lease of an earlier one is in the way", () => {
    const later = Date.parse("2026-11-21T09:20:00.000Z");
    expect(ours(approved())[0]?.id).not.toBe(ours([...publishing(), deferred()], later)[0]?.id);
  });

  test("ends a second approval although the first one ended in the same way", () => {
    const first = Date.parse("2026-11-21T10:14:05.000Z");
    const second = first + HOUR;
    const expire = (history: History, now: number) => {
      const [effect] = ours(history, now).filter(({ kind }) => kind === "lapse");
      const decided = lapse(stateOf(...history), { draftId: DRAFT, settleMs: 0 }, now);
      return { id: effect?.id, events: decided.kind === "happened" ? decided.events : [] };
    };
    const once = expire(approved(), first);
    const again: History = [
      ...approved(),
      at(first, ...once.events, shown({}, "1795253107.118299")),
      at(first + MINUTE, granted({ approvalId: "APR-2", expiresAt: new Date(second).toISOString() })),
    ];
    const twice = expire(again, second);
    expect(twice.events).toMatchObject([{ type: "ApprovalExpired", approvalId: "APR-2" }]);
    // The id is the command's id in the ledger: the same id would be a repeat and end nothing.
    expect(twice.id).not.toBe(once.id);
  });

  test("files no postmortem for what was no incident, was a duplicate, or never had a room", () => {
    expect(kinds(ours([...roomOpened(), resolved({ outcome: "not_an_incident" })]))).toEqual([]);
    expect(
      kinds(ours([...roomOpened(), resolved({ outcome: "duplicate", duplicateOf: "INC-20261121-0900-AAAA" })])),
    ).toEqual([]);
    expect(kinds(ours([opened({ room: false, severity: "SEV3" }), resolved()]))).toEqual([]);
  });

  test("stops looking for people once the incident is over", () => {
    expect(kinds(ours([opened(), resolved({ outcome: "not_an_incident" })]))).toEqual([]);
  });
});

describe("the nudge", () => {
  const nudging = viewWorld({ nudgeEveryMs: (severity) => (severity === "SEV1" ? 15 * MINUTE : undefined) });
  const nudge = (n: number): IncidentEvent => ({ type: "NudgeIssued", n, reason: "Customers wait." });
  const due = (history: History, now: number) =>
    ours(history, now, nudging).flatMap((effect) => (effect.kind === "nudge" ? [effect.n] : []));

  test("comes when customers have waited, and again after the next interval", () => {
    expect(due(roomOpened(), T0 + 15 * MINUTE - 1)).toEqual([]);
    expect(due(roomOpened(), T0 + 15 * MINUTE)).toEqual([1]);
    const nudged = [...roomOpened(), at(T0 + 15 * MINUTE, nudge(1))];
    expect(due(nudged, T0 + 30 * MINUTE - 1)).toEqual([]);
    expect(due(nudged, T0 + 30 * MINUTE)).toEqual([2]);
  });

  test("counts from the last thing customers were told", () => {
    const told = [...publishing(), at(T0 + 10 * MINUTE, succeeded())];
    expect(due(told, T0 + 24 * MINUTE)).toEqual([]);
    expect(due(told, T0 + 25 * MINUTE)).toEqual([1]);
  });

  test("comes for no other severity, no closed incident and no room that is not open", () => {
    expect(due(roomOpened({ severity: "SEV2" }), T0 + HOUR)).toEqual([]);
    expect(due([...roomOpened(), resolved()], T0 + HOUR)).toEqual([]);
    expect(due([opened()], T0 + HOUR)).toEqual([]);
  });
});

describe("the war room", () => {
  const found = [opened(), responders(), context()];

  test("waits for people, so that they are in it when it opens, and not for what else may become known", () => {
    expect(kinds(slacks([opened()]))).toEqual([]);
    expect(kinds(slacks([opened(), context()]))).toEqual([]);
    expect(kinds(slacks([opened(), responders()]))).toEqual(["assemble-room"]);
    expect(slacks(found)).toEqual([{ kind: "assemble-room", id: `${INCIDENT}:assemble-room` }]);
  });

  test("is owed until its last step is done", () => {
    const all = roomOpened();
    for (let length = 3; length < all.length - 1; length += 1) {
      expect(kinds(slacks(all.slice(0, length))), `after ${length} events`).toContain("assemble-room");
    }
    expect(kinds(slacks(all))).not.toContain("assemble-room");
  });

  test("gives up what it works without after three failures, once it is open", () => {
    const failing = (times: number) => [
      ...roomOpened().filter((event) => event.type !== "RoomStepDone" || event.step !== "bookmarks"),
      ...Array.from({ length: times }, () => step("bookmarks", { ok: false, error: "ratelimited" })),
    ];
    expect(kinds(slacks(failing(2)))).toContain("assemble-room");
    expect(kinds(slacks(failing(3)))).not.toContain("assemble-room");
  });

  test("never gives up before it is open, whatever fails", () => {
    const failures = Array.from({ length: 9 }, () => step("create", { ok: false, error: "restricted_action" }));
    expect(kinds(slacks([...found, ...failures]))).toContain("assemble-room");
  });

  test("is not assembled for what is over, nor below the opening rule", () => {
    expect(kinds(slacks([...found, resolved()]))).not.toContain("assemble-room");
    expect(kinds(slacks([opened({ room: false, severity: "SEV4" }), responders(), context()]))).toEqual([]);
  });
});

describe("messages of the room", () => {
  const now = T0 + MINUTE;
  const stands = [...roomOpened(), painted(), painted({ key: "checklist", ts: "1795253001.000200" })];
  const keys = (history: History, when = now) => paints(slacks(history, when)).map(({ key }) => key);
  /** Records every paint that is owed, as a drain would. */
  const settle = (history: History, when: number): History => [
    ...history,
    at(
      when,
      ...paints(slacks(history, when)).map(({ key, rev }) =>
        painted({ key, rev, ts: `1795253001.${key.length}00000` }),
      ),
    ),
  ];

  test("are owed until what stands there is what the state says, and then no more", () => {
    expect(keys(stands)).toEqual(["offer-0", "context", "checklist", "headline"]);
    expect(keys(settle(stands, now), now + HOUR)).toEqual([]);
  });

  test("are owed again when the state changes, at most every three seconds each", () => {
    const changed = [...settle(stands, now), at(now + SECOND, commandTaken(PEOPLE.sam))];
    expect(keys(changed, now + 3 * SECOND - 1)).toEqual([]);
    expect(keys(changed, now + 3 * SECOND)).toEqual(["offer-0", "context", "checklist", "headline"]);
  });

  test("reach rest for any history: whatever is painted once is not owed a moment later", () => {
    holds(
      fc.property(fc.array(anyEvent, { maxLength: 20 }), (events) => {
        const history = [...roomOpened(), at(now, ...(events.length > 0 ? events : [alert()]))];
        fc.pre(stateOf(...history).status !== "archived");
        // Past the last painting of any message, so that none is held back.
        const later = now + HOUR;
        const owed = keys(settle(history, later), later + HOUR);
        // As time passes, a public incident that stays open is said again, and a silence runs out.
        expect(owed.filter((key) => !key.startsWith("public-open-") && key !== "silence")).toEqual([]);
      }),
      { runs: 200 },
    );
  });

  test("make no first offer to a room that already has a commander", () => {
    expect(keys([...stands, commandTaken(PEOPLE.sam)])).not.toContain("offer-0");
  });

  test("hold one offer for each handover, and close it when it was taken", () => {
    const offered: History = [
      ...stands,
      commandTaken(PEOPLE.alex),
      { type: "HandoverOffered", to: PEOPLE.sam, by: PEOPLE.alex, note: null },
    ];
    const view = (history: History) => paints(slacks(history, now)).find(({ key }) => key === "offer-1")?.view;
    expect(view(offered)).toMatchObject({
      to: PEOPLE.sam,
      from: PEOPLE.alex,
      controls: [{ label: "Accept command" }],
    });
    expect(view([...offered, { type: "CommandTaken", by: PEOPLE.sam, from: PEOPLE.alex }])).toMatchObject({
      takenBy: PEOPLE.sam,
      controls: [],
    });
  });

  test("say a nudge once", () => {
    const nudged: History = [...settle(stands, now), { type: "NudgeIssued", n: 1, reason: "Customers wait." }];
    expect(keys(nudged, now + HOUR)).toEqual(["nudge-1"]);
    expect(keys(settle(nudged, now + HOUR), now + 2 * HOUR)).toEqual([]);
  });

  test("follow the closing until each of its steps is done", () => {
    const closed = settle([...stands, commandTaken(), at(now, resolved())], now + HOUR);
    expect(keys(closed, now + 2 * HOUR)).toEqual([]);
    expect(keys([...closed, at(now + HOUR, filed)], now + 2 * HOUR).sort()).toEqual([
      "closing",
      "headline",
      "postmortem",
    ]);
  });

  test("go nowhere before the room is open", () => {
    expect(keys([opened(), responders(), context()])).toEqual([]);
  });
});

describe("the line of an alert below the opening rule", () => {
  const line = opened({ room: false, severity: "SEV3" });
  const lines = (history: History, now = T0 + HOUR) =>
    paints(slacks(history, now)).filter(({ key }) => key === "alert_line");

  test("is posted in the alerts channel with a way to a room", () => {
    expect(lines([line, alert()])).toMatchObject([{ where: "alerts", view: { controls: [{ label: "Open a room" }] } }]);
  });
  test("follows the alert until it says how that ended", () => {
    const [first] = lines([line, alert()]);
    const posted = [line, alert(), at(T0 + MINUTE, painted({ key: "alert_line", rev: first?.rev ?? "" }))];
    expect(lines(posted)).toEqual([]);
    const over = [...posted, at(T0 + 2 * MINUTE, alert({ dedupeKey: "end", kind: "resolved" }), resolved())];
    expect(lines(over)).toMatchObject([{ view: { alertState: "resolved", controls: [] } }]);
  });
  test("of a restricted incident says that one was opened, and carries nothing of what it is about", () => {
    const [secret] = lines([{ ...line, class: "security", title: "The signing key of search leaked" }, alert()]);
    expect(secret).toMatchObject({ view: { restricted: true, controls: [{ label: "Open a room" }] } });
    expect(JSON.stringify(secret)).not.toMatch(/leaked|payments|firing/);
  });
  test("is not posted for the least severe, nor for an alert that has a room", () => {
    expect(lines([opened({ room: false, severity: "SEV4" })])).toEqual([]);
    expect(lines([opened()])).toEqual([]);
    expect(lines([line, { type: "RoomRequested", severity: "SEV2" }])).toEqual([]);
  });
});

describe("the notice that nobody on call was found", () => {
  const notices = (history: History, now = T0 + HOUR) =>
    paints(slacks(history, now)).filter(({ key }) => key === "people_notice");
  const note = "Inviting the fallback group incident-fallback; OnCall named nobody";

  test.each(["fallback", "none"] as const)("is told to the alerts channel once, with the reasons: %s", (source) => {
    const found = [opened(), responders({ source, note })];
    const text = `Nobody on call could be found for ${INCIDENT} (SEV1, payments). ${note}.`;
    expect(notices(found)).toMatchObject([{ where: "alerts", view: { kind: "notice", text } }]);
    expect(notices([...found, painted({ key: "people_notice", rev: "1" })])).toEqual([]);
    expect(notices([...found, resolved()])).toEqual([]);
  });

  test.each(["webhook", "schedule", "chain", "directory", "several"] as const)(
    "is not owed for people of: %s",
    (source) => {
      expect(notices([opened(), responders({ source })])).toEqual([]);
    },
  );
});

describe("watching the page", () => {
  const watches = (history: History, now: number) =>
    all(history, now).flatMap(({ kind }) => (kind.startsWith("watch-page") || kind === "watch-twin" ? [kind] : []));
  const DAY = 24 * HOUR;
  const settled = [...publishing(), unknown(), at(T0 + MINUTE, succeeded())];

  test("goes on while the room is open, and for a day after the end", () => {
    expect(watches([opened()], T0)).toEqual([]);
    expect(watches(roomOpened(), T0 + 9 * DAY)).toEqual(["watch-page"]);
    expect(watches([...roomOpened(), resolved()], T0 + DAY - 1)).toEqual(["watch-page"]);
    expect(watches([...roomOpened(), resolved()], T0 + DAY)).toEqual([]);
  });

  test("looks for a second landing for a quarter of an hour after an outcome was unknown, and until one was found", () => {
    expect(watches(settled, T0 + 15 * MINUTE - 1)).toContain("watch-twin");
    expect(watches(settled, T0 + 15 * MINUTE)).not.toContain("watch-twin");
    const twin: IncidentEvent = {
      type: "TwinDetected",
      draftId: DRAFT,
      version: 1,
      attemptId: "ATT-1",
      entries: ["h4", "h5"],
    };
    expect(watches([...settled, at(T0 + 2 * MINUTE, twin)], T0 + 3 * MINUTE)).not.toContain("watch-twin");
    // While nobody knows the outcome, reconciling reads the page anyway.
    expect(watches([...publishing(), unknown()], T0 + MINUTE)).not.toContain("watch-twin");
    expect(watches(published(), T0 + MINUTE)).not.toContain("watch-twin");
  });
});

describe("what the gate tells the room", () => {
  const notices = (history: History, now: number) =>
    paints(slacks(history, now)).flatMap(({ key, view }) => (view.kind === "notice" ? [key] : []));
  const said = (key: string, when: number): Moment => at(when, painted({ key, rev: "1", ts: "1795253001.000900" }));
  const askedAt = T0 + MINUTE;
  const asked: History = [
    ...waiting(),
    at(askedAt, { type: "ApproverAsked", draftId: DRAFT, version: 1, by: PEOPLE.casey }),
  ];

  test("calls for an approver once, and once more after three minutes while nobody has", () => {
    const first = `asked-${DRAFT}-${askedAt}`;
    expect(notices(asked, askedAt)).toEqual([first]);
    const called = [...asked, said(first, askedAt)];
    expect(notices(called, askedAt + 3 * MINUTE - 1)).toEqual([]);
    expect(notices(called, askedAt + 3 * MINUTE)).toEqual([`asked-again-${DRAFT}-${askedAt}`]);
    expect(notices([...called, at(askedAt + SECOND, granted())], askedAt + 3 * MINUTE)).toEqual([]);
  });

  test("tells whoever approved that it ran out before anything was sent", () => {
    const over = [
      ...approved(),
      at(T0 + HOUR, { type: "ApprovalExpired", draftId: DRAFT, version: 1, approvalId: "APR-1" } as const),
    ];
    const [effect] = paints(slacks(over, T0 + HOUR)).filter(({ view }) => view.kind === "notice");
    expect(effect).toMatchObject({ key: "expired-APR-1", view: { mention: PEOPLE.jordan } });
  });

  test("names a twin, a foreign post and an open review, each until it was said or settled", () => {
    const twin: IncidentEvent = {
      type: "TwinDetected",
      draftId: DRAFT,
      version: 1,
      attemptId: "ATT-1",
      entries: ["h4", "h5"],
    };
    expect(notices([...published(), twin], T0 + SECOND)).toEqual(["twin-ATT-1"]);
    const post: IncidentEvent = { type: "PagePostUnmatched", targetId: "h9", updateId: "r9", status: "identified" };
    expect(notices([...roomOpened(), post], T0 + SECOND)).toEqual(["unmatched-r9"]);
    const known: IncidentEvent = {
      type: "PageEntryAttested",
      updateId: "r9",
      by: PEOPLE.jordan,
      link: "https://x.example.com/h9",
    };
    expect(notices([...roomOpened(), post, known], T0 + SECOND)).toEqual([]);
    const review: IncidentEvent = { type: "ReviewOpened", reviewId: "REV-1", draftId: DRAFT, by: PEOPLE.alex };
    expect(notices([...waiting(), review], T0 + SECOND)).toEqual(["review-REV-1-0"]);
    expect(notices([...waiting(), review, said("review-REV-1-0", T0 + SECOND)], T0 + 25 * HOUR)).toContain(
      "review-REV-1-1",
    );
    const closed: IncidentEvent = { type: "ReviewClosed", reviewId: "REV-1", by: PEOPLE.riley, finding: "Right." };
    expect(notices([...waiting(), review, closed], T0 + 25 * HOUR)).toEqual([]);
  });

  test("reminds every half hour that customers still read an open incident, until they do not or somebody says why", () => {
    const over = [...published(), commandTaken(), at(T0 + MINUTE, resolved())];
    expect(notices(over, T0 + MINUTE + 30 * MINUTE - 1)).toEqual([]);
    expect(notices(over, T0 + MINUTE + 30 * MINUTE)).toEqual(["public-open-1"]);
    expect(notices([...over, said("public-open-1", T0 + HOUR)], T0 + MINUTE + HOUR)).toEqual(["public-open-2"]);
    const why: IncidentEvent = { type: "PublicLeftOpen", by: PEOPLE.alex, reason: "The vendor is still down." };
    expect(notices([...over, why], T0 + 5 * HOUR)).toEqual([]);
  });
});

describe("approval cards", () => {
  const past = T0 + MINUTE;
  const cards = (history: History, now = past) =>
    slacks(history, now).filter(({ kind }) => kind === "show-card" || kind === "repaint-card");
  const showing = (history: History, now = past) => cards(history, now).filter(({ kind }) => kind === "show-card");
  const repaints = (history: History, now = past) =>
    cards(history, now).flatMap((effect) => (effect.kind === "repaint-card" ? [[effect.card.ts, effect.rev]] : []));
  const ready = [...roomOpened(), requested(), drafted()];

  test.each<[string, History]>([
    ["a first text", ready],
    ["an edited text whose own card nobody repainted", [...waiting(), revised()]],
    [
      "a text whose approval ended",
      [...approved(), { type: "ApprovalExpired", draftId: DRAFT, version: 1, approvalId: "APR-1" }],
    ],
    [
      "a text whose approver lost the right",
      [...approved(), { type: "ApprovalVoided", draftId: DRAFT, version: 1, approvalId: "APR-1", reason: "role-lost" }],
    ],
    ["a text that the page refused", [...publishing(), failed()]],
    ["a text that a person must look at", [...publishing(), unknown(), reconciled({ absences: 2 })]],
  ])("%s is owed exactly one", (_what, history) => {
    expect(showing(history)).toHaveLength(1);
    const state = stateOf(...history).drafts.get(DRAFT);
    const card = shown({ version: state?.version ?? 0 }, "1795253107.118299");
    expect(showing([...history, at(past, { ...card, contentHash: state?.contentHash ?? "" })])).toEqual([]);
  });

  test("a draft that waits without a card is owed exactly one, and with a card that lives none, whatever happened", () => {
    holds(
      fc.property(fc.array(anyEvent, { maxLength: 20 }), (events) => {
        const state = stateOf(...waiting(), at(past, ...(events.length > 0 ? events : [alert()])));
        // An epoch that carries no room over has nowhere to show a card.
        fc.pre(state.status !== "archived" && state.channel !== undefined);
        const now = past + 10 * MINUTE;
        for (const draft of state.drafts.values()) {
          const owed = slacks(state, now).filter(
            (effect) => effect.kind === "show-card" && effect.draftId === draft.draftId,
          );
          const waits = ["DRAFTED", "SHOWN", "PARTIAL", "FAILED", "NEEDS_HUMAN"].includes(draft.state);
          expect(owed).toHaveLength(waits && draft.card === undefined ? 1 : 0);
        }
      }),
      { runs: 300 },
    );
  });

  test.each<[string, History]>([
    ["on its way", publishing()],
    ["approved", approved()],
    ["unknown", [...publishing(), unknown()]],
    ["public", published()],
    ["not yet written", [...roomOpened(), requested()]],
  ])("a text that is %s is owed none", (_what, history) => {
    expect(showing(history)).toEqual([]);
  });

  test("of earlier versions lose their buttons, once", () => {
    const edited: History = [...waiting(), revised(), shown({ version: 2 }, "1795253107.118299")];
    expect(repaints(edited)).toEqual([[CARD_TS, "pointer-2-SHOWN"]]);
    const done: IncidentEvent = {
      type: "CardRepainted",
      draftId: DRAFT,
      version: 2,
      rev: "pointer-2-SHOWN",
      ts: CARD_TS,
    };
    expect(repaints([...edited, done])).toEqual([]);
  });

  test.each<[string, History, string]>([
    ["public", published(), "PUBLISHED"],
    [
      "rejected",
      [...waiting(), { type: "DraftRejected", draftId: DRAFT, version: 1, by: PEOPLE.sam, reason: "No." }],
      "REJECTED",
    ],
    ["expired", [...waiting(), { type: "DraftExpired", draftId: DRAFT, version: 1 }], "EXPIRED"],
    [
      "cancelled",
      [...waiting(), { type: "DraftCancelled", draftId: DRAFT, version: 1, reason: "the incident is over" }],
      "CANCELLED",
    ],
    [
      "given up",
      [...publishing(), failed(), shown(), { type: "PublishGivenUp", draftId: DRAFT, version: 1, by: PEOPLE.sam }],
      "CANCELLED",
    ],
    [
      "superseded",
      [...waiting(), { type: "DraftSuperseded", draftId: DRAFT, version: 1, byDraftId: "D2" }],
      "SUPERSEDED",
    ],
    ["unknown", [...publishing(), unknown()], "UNKNOWN"],
  ])("of a text that is %s say so, once", (_what, history, rev) => {
    expect(repaints(history)).toEqual([[CARD_TS, rev]]);
    expect(repaints([...history, { type: "CardRepainted", draftId: DRAFT, version: 1, rev, ts: CARD_TS }])).toEqual([]);
  });

  test("are left to the click's own handler for a grace time, then say that it is being published", () => {
    expect(repaints(approved(), T0 + TIMING.cardGraceMs - 1)).toEqual([]);
    expect(repaints(approved(), T0 + TIMING.cardGraceMs)).toEqual([[CARD_TS, "publishing-0"]]);
  });

  test("are left to their own execution for a grace time after an edit", () => {
    const edited = [...waiting(), at(past, revised())];
    expect(cards(edited, past + TIMING.cardGraceMs - 1)).toEqual([]);
    expect(kinds(cards(edited, past + TIMING.cardGraceMs)).sort()).toEqual(["repaint-card", "show-card"]);
  });

  test("are shown afresh after an hour, under another id, and the old one loses its buttons", () => {
    const lapsed = T0 + TIMING.cardLapseMs;
    expect(showing(waiting(), lapsed - 1)).toEqual([]);
    const [again] = showing(waiting(), lapsed);
    expect(again?.id).not.toBe(showing(ready)[0]?.id);
    const shownAgain = [...waiting(), at(lapsed, shown({}, "1795253107.118299"))];
    expect(showing(shownAgain, lapsed)).toEqual([]);
    expect(repaints(shownAgain, lapsed)).toEqual([[CARD_TS, "pointer-1-SHOWN"]]);
  });
});

describe("bookmarks that follow the incident", () => {
  const bookmarks = (history: History) =>
    slacks(history).flatMap((effect) => (effect.kind === "set-bookmark" ? [effect] : []));
  const room = [...roomOpened(), painted({ key: "checklist", ts: "1795253107.000001" })];
  const set = (history: History, key: string): IncidentEvent[] =>
    bookmarks(history)
      .filter(({ bookmark }) => bookmark.key === key)
      .map(({ bookmark: { rev } }) => ({ type: "BookmarkSet", key, rev, bookmarkId: "Bk01" }));

  test("say severity and phase, and lead to the message of the phase", () => {
    const [now] = bookmarks(room);
    expect(now?.bookmark).toMatchObject({
      title: "SEV1 · detect: checklist",
      url: `https://slack.com/archives/${ROOM}/p1795253107000001`,
    });
    const known = [...room, ...set(room, "now")];
    expect(bookmarks(known)).toEqual([]);
    const moved: History = [
      ...known,
      { type: "PhaseMoved", from: "detect", to: "recover", by: PEOPLE.alex, reason: null, skipped: [] },
      painted({ key: "checklist-recover", ts: "1795253108.000001" }),
    ];
    expect(bookmarks(moved)).toMatchObject([{ bookmark: { key: "now", title: "SEV1 · recover: checklist" } }]);
  });
  test("lead to what customers read once they read anything, and in the end to how it ended", () => {
    expect(bookmarks([...published(), painted({ key: "checklist" })])).toMatchObject([
      { bookmark: { key: "now" } },
      { bookmark: { key: "public", title: "Status page: investigating" } },
    ]);
    const over = [...room, resolved(), painted({ key: "closing", ts: "1795253109.000001" })];
    expect(bookmarks(over)).toMatchObject([{ bookmark: { title: "SEV1 · over: how it ended" } }]);
  });
  test("are let go when Slack keeps refusing them: the room works without", () => {
    const [now] = bookmarks(room);
    const refusal = (attempt: number): IncidentEvent => ({
      type: "EffectFailed",
      effectId: now?.id ?? "",
      attempt,
      error: "too_many_bookmarks",
    });
    expect(bookmarks([...room, refusal(1), refusal(2)])).toHaveLength(1);
    expect(bookmarks([...room, refusal(1), refusal(2), refusal(3)])).toEqual([]);
  });
});

describe("archiving", () => {
  const archives = (history: History, now: number) => kinds(slacks(history, now)).includes("archive-room");
  const over = (outcome: "resolved" | "not_an_incident" = "resolved") => [
    ...roomOpened(),
    resolved({ outcome }),
    painted({ key: "closing" }),
  ];

  test("waits for its grace and the postmortem", () => {
    expect(archives([...over(), filed], T0 + TIMING.archiveAfterMs - 1)).toBe(false);
    expect(archives([...over(), filed], T0 + TIMING.archiveAfterMs)).toBe(true);
    expect(archives(over(), T0 + 2 * TIMING.archiveAfterMs)).toBe(false);
  });
  test("counts its grace from when people could read how it ended, and answer", () => {
    const unread = [...roomOpened(), resolved(), filed];
    expect(archives(unread, T0 + 30 * TIMING.archiveAfterMs)).toBe(false);
    const late = [...unread, at(T0 + HOUR, painted({ key: "closing" }))];
    expect(archives(late, T0 + HOUR + TIMING.archiveAfterMs - 1)).toBe(false);
    expect(archives(late, T0 + HOUR + TIMING.archiveAfterMs)).toBe(true);
    // Answers repaint it, which must not put the end off for ever.
    const rated = [...late, at(T0 + 2 * HOUR, painted({ key: "closing", rev: "rated" }))];
    expect(archives(rated, T0 + HOUR + TIMING.archiveAfterMs)).toBe(true);
  });
  test("waits no longer for a closing message that the room never takes, and says so where it can be read", () => {
    const refused = (attempt: number): IncidentEvent => ({
      type: "EffectFailed",
      effectId: `${INCIDENT}:paint:closing:first`,
      attempt,
      error: "channel_not_found",
    });
    const unread = [...roomOpened(), resolved(), filed];
    const gives = (history: History, now: number) => kinds(ours(history, now)).includes("give-up-closing");
    expect(gives([...unread, refused(1), refused(2)], T0 + 30 * HOUR)).toBe(false);
    const hopeless = [...unread, refused(1), refused(2), refused(3)];
    expect(gives(hopeless, T0 + HOUR - 1)).toBe(false);
    expect(gives(hopeless, T0 + HOUR)).toBe(true);

    given(...hopeless)
      .when(giveUpClosing, T0 + HOUR)
      .then({ type: "ClosingNotShown", key: "closing", reason: "channel_not_found" });
    const gone = [...hopeless, at(T0 + HOUR, { type: "ClosingNotShown", key: "closing", reason: "channel_not_found" })];
    expect(gives(gone, T0 + HOUR)).toBe(false);
    expect(archives(gone, T0 + HOUR + TIMING.archiveAfterMs - 1)).toBe(false);
    expect(archives(gone, T0 + HOUR + TIMING.archiveAfterMs)).toBe(true);
    const said = paints(slacks(gone, T0 + HOUR)).find(({ key }) => key === "unshown-closing");
    expect(said).toMatchObject({ where: "alerts", view: { text: expect.stringContaining("channel_not_found") } });
  });
  test("of what was no incident comes sooner and waits for no postmortem", () => {
    expect(archives(over("not_an_incident"), T0 + TIMING.noiseArchiveAfterMs - 1)).toBe(false);
    expect(archives(over("not_an_incident"), T0 + TIMING.noiseArchiveAfterMs)).toBe(true);
  });
  test.each<[string, IncidentEvent[]]>([
    ["customers still read that it goes on", published()],
    ["an update may be on its way", publishing()],
    ["nobody knows whether an update is public", [...publishing(), unknown()]],
    ["a person must look at the page", [...publishing(), unknown(), reconciled({ absences: 2 })]],
  ])("waits while %s", (_while, history) => {
    expect(archives([...history, resolved(), filed], T0 + 30 * TIMING.archiveAfterMs)).toBe(false);
  });
});
