import { describe, expect, test } from "vitest";
import {
  type ApproveDraft,
  approveDraft,
  DENIAL_TEXT,
  MIN_SHOWN_MS,
} from "../../../../bridge/incident/decide/approve.ts";
import type { EventOf, IncidentEvent } from "../../../../bridge/incident/events.ts";
import type { Incident } from "../../../../bridge/incident/state.ts";
import { factsOf } from "../../../support/approver-facts.ts";
import { at, given, MINUTE, SECOND, T0 } from "../../../support/given.ts";
import {
  approved,
  CARD_TS,
  DRAFT,
  drafted,
  failed,
  granted,
  hashOf,
  PEOPLE,
  published,
  publishing,
  ROOM,
  reconciled,
  requested,
  resolved,
  revised,
  roomOpened,
  shown,
  TEAM,
  unknown,
  waiting,
} from "../../../support/incident-events.ts";

const NOW = T0 + MINUTE;
const TTL = 10 * MINUTE;
type Reason = EventOf<"ApprovalDenied">["reason"];

const click = (change: Partial<ApproveDraft> = {}): ApproveDraft => ({
  actor: PEOPLE.jordan,
  ourTeam: TEAM,
  facts: factsOf(NOW, { userId: change.actor ?? PEOPLE.jordan }),
  draftId: DRAFT,
  version: 1,
  hash16: hashOf().slice(0, 16),
  channel: ROOM,
  ts: CARD_TS,
  approvalId: "APR-1",
  ttlMs: TTL,
  configuredPolicy: "default",
  scan: { blockers: [], findings: [] },
  ...change,
});
const approve =
  (change: Partial<ApproveDraft> = {}) =>
  (state: Incident, now: number) =>
    approveDraft(state, click(change), now);
const grant = (change: Parameters<typeof granted>[0] = {}) =>
  granted({ expiresAt: new Date(NOW + TTL).toISOString(), ...change });
const denied = (reason: Reason, by: string = PEOPLE.jordan, version = 1): IncidentEvent => ({
  type: "ApprovalDenied",
  draftId: DRAFT,
  version,
  by,
  reason,
});

describe("a click on Approve", () => {
  test("by a member of the approver group grants the text of the very card that was clicked", () => {
    const decided = given(...waiting()).when(approve(), NOW);
    decided.then(grant());
    expect(decided.after().drafts.get(DRAFT)).toMatchObject({
      state: "APPROVED",
      approvals: [{ contentHash: hashOf(), by: PEOPLE.jordan, basis: "approver-group", expiresAt: NOW + TTL }],
    });
  });

  test("by the commander grants as commander, group or not", () => {
    given(...waiting())
      .when(approve({ actor: PEOPLE.alex, facts: factsOf(NOW, { userId: PEOPLE.alex, inApproverGroup: false }) }), NOW)
      .then(grant({ by: PEOPLE.alex, basis: "commander" }));
  });

  test("by whoever wrote the text is said to be so", () => {
    const own = [...roomOpened(), requested(), drafted(), revised({}, PEOPLE.jordan), shown({ version: 2 })];
    given(...own)
      .when(approve({ version: 2, hash16: hashOf({ version: 2 }).slice(0, 16) }), NOW)
      .then(grant({ version: 2, contentHash: hashOf({ version: 2 }), selfApproved: true }));
  });

  test.each<[string, IncidentEvent[]]>([
    ["that failed", [...publishing(), failed(), shown({}, "1795253107.118299")]],
    [
      "that a person must look at",
      [...publishing(), unknown(), reconciled({ absences: 2 }), shown({}, "1795253107.118299")],
    ],
  ])("on the new card of an attempt %s names the attempt it repeats", (_which, history) => {
    given(...history)
      .when(approve({ ts: "1795253107.118299" }), NOW)
      .then(grant({ retryOf: "ATT-1" }));
  });

  test("on a draft nobody knows, or without text yet, is refused and leaves nothing", () => {
    given(...roomOpened())
      .when(approve(), NOW)
      .thenRefused("draft-unknown");
    given(...roomOpened(), requested())
      .when(approve(), NOW)
      .thenRefused("draft-unknown");
  });

  test("after the incident was archived is refused: nobody would ever publish it", () => {
    given(...waiting(), resolved(), { type: "RoomArchived", channel: ROOM })
      .when(approve(), NOW)
      .thenRefused("incident-archived");
  });
});

describe("a denied click is recorded with its reason, and changes nothing else", () => {
  const other = { actor: PEOPLE.kim };
  const kim = (change: Parameters<typeof factsOf>[1] = {}) => factsOf(NOW, { userId: PEOPLE.kim, ...change });
  const cases: [string, IncidentEvent[], Partial<ApproveDraft>, Reason][] = [
    ["an old version", [...waiting(), revised(), shown({ version: 2 }, "1795253107.118299")], {}, "stale-version"],
    ["the right version with another text", waiting(), { hash16: "0".repeat(16) }, "stale-version"],
    ["a card that a newer one replaced", [...waiting(), shown({}, "1795253107.118299")], {}, "stale-message"],
    ["a copy of the card in another channel", waiting(), { channel: "C07GENERAL1" }, "stale-message"],
    ["a text that nobody was shown", [...roomOpened(), requested(), drafted()], {}, "already-decided"],
    ["a text that somebody approved", approved(), {}, "already-decided"],
    ["a text that is under way", publishing(), {}, "already-decided"],
    ["a text that may be public", [...publishing(), unknown()], {}, "already-decided"],
    ["a text that is public", published(), {}, "already-decided"],
    [
      "a text with something secret",
      waiting(),
      { scan: { blockers: ["It holds something of type JWT; edit it out."], findings: [] } },
      "blocked-text",
    ],
    [
      "a text while another one is under way",
      [...publishing(), requested({ draftId: "D2" }), drafted({ draftId: "D2" }), shown({ draftId: "D2" })],
      { draftId: "D2", hash16: hashOf({ draftId: "D2" }).slice(0, 16) },
      "another-draft-busy",
    ],
    ["by a stranger to the group", waiting(), { ...other, facts: kim({ inApproverGroup: false }) }, "not-an-approver"],
    ["by a guest", waiting(), { ...other, facts: kim({ restricted: true }) }, "not-a-member"],
    ["by a bot", waiting(), { ...other, facts: kim({ isBot: true }) }, "not-a-member"],
    ["by somebody who left", waiting(), { ...other, facts: kim({ deleted: true }) }, "not-a-member"],
    [
      "by somebody of another workspace",
      waiting(),
      { ...other, facts: kim({ teamId: "T08OTHER001" }) },
      "not-a-member",
    ],
    [
      "while Slack does not say who it was",
      waiting(),
      { ...other, facts: { kind: "unavailable", why: "timeout" } },
      "lookup-failed",
    ],
    [
      "with what Slack said more than a minute ago",
      waiting(),
      { ...other, facts: { ...kim(), lookedUpAt: NOW - MINUTE - 1 } },
      "lookup-failed",
    ],
    ["with what Slack said of somebody else", waiting(), { ...other, facts: factsOf(NOW) }, "lookup-failed"],
  ];
  test.each(cases)("%s", (_what, history, change, reason) => {
    const draftId = change.draftId ?? DRAFT;
    const before = given(...history);
    const decided = before.when(approve(change), NOW);
    const version = before.state.drafts.get(draftId)?.version ?? 0;
    decided.then({ ...denied(reason, change.actor ?? PEOPLE.jordan, version), draftId } as IncidentEvent);
    const [was, is] = [before.state.drafts.get(draftId), decided.after().drafts.get(draftId)];
    expect({ ...is, denials: {} }).toEqual({ ...was, denials: {} });
  });

  test("too soon to have been read, and no longer once it has stood", () => {
    const card = at(NOW, shown());
    const ready = [...roomOpened(), requested(), drafted(), card];
    given(...ready)
      .when(approve(), NOW + MIN_SHOWN_MS - 1)
      .then(denied("too-soon"));
    given(...ready)
      .when(approve(), NOW + MIN_SHOWN_MS)
      .then(grant({ expiresAt: new Date(NOW + MIN_SHOWN_MS + TTL).toISOString() }));
  });

  test("twenty times for one person and draft; further ones are only answered", () => {
    const many = Array.from({ length: 20 }, () => denied("not-an-approver", PEOPLE.kim));
    const byKim = approve({ actor: PEOPLE.kim, facts: factsOf(NOW, { userId: PEOPLE.kim, inApproverGroup: false }) });
    given(...waiting(), ...many.slice(1))
      .when(byKim, NOW)
      .then(denied("not-an-approver", PEOPLE.kim));
    given(...waiting(), ...many)
      .when(byKim, NOW)
      .thenRefused("denied-too-often");
    // Another person's clicks have their own count, and an authorised one still goes through.
    given(...waiting(), ...many)
      .when(approve(), NOW)
      .then(grant());
  });

  test("and the person is told what it was and that nothing was published", () => {
    for (const [reason, text] of Object.entries(DENIAL_TEXT)) {
      expect(text, reason).toMatch(/(othing (more )?was published|cannot approve)/);
      expect(text.length).toBeLessThan(200);
    }
  });

  test("authority comes first: who may not approve learns nothing about the draft", () => {
    given(...approved())
      .when(approve({ actor: PEOPLE.kim, facts: kim({ inApproverGroup: false }) }), NOW + SECOND)
      .then(denied("not-an-approver", PEOPLE.kim));
  });
});
