import { describe, expect, test } from "vitest";
import type { PlainEvent } from "../../../../bridge/audit/proof/check-entries.ts";
import { createPublishCheck } from "../../../../bridge/audit/proof/check-publishes.ts";
import {
  contentOf,
  DRAFT,
  drafted,
  granted,
  hashOf,
  INCIDENT,
  PEOPLE,
  reconciled,
  revised,
  shown,
  started,
  succeeded,
} from "../../../support/incident-events.ts";

const URL = "https://status.kestrel.example.com/i/h4z9w6tq1mxk";
const voided = (type: string): PlainEvent => ({ type, draftId: DRAFT, version: 1, approvalId: "APR-1" });

/** One entry an event, as nobody but the reader of a record meets them: in any order, and of any shape. */
function read(events: readonly PlainEvent[], actor = "human") {
  const check = createPublishCheck(INCIDENT);
  for (const [place, event] of events.entries()) {
    check.next({
      v: 1,
      incident: INCIDENT,
      epoch: 1,
      seq: place + 1,
      prev: "0".repeat(64),
      commandId: `command-${place + 1}`,
      actor: { kind: actor, id: PEOPLE.jordan, basis: "approver-group" },
      at: `2026-11-21T09:14:${String(place).padStart(2, "0")}.000Z`,
      events: [event],
    });
  }
  const { findings, ...rest } = check.end();
  expect(findings.map(({ incident, epoch, layer }) => [incident, epoch, layer])).toEqual(
    findings.map(() => [INCIDENT, 1, "P"]),
  );
  return { ...rest, found: findings.map(({ seq, code }) => [seq, code]) };
}

const honest = (): PlainEvent[] => [drafted(), shown(), granted(), started(), succeeded()];
/** The honest story with another event in one place. */
const withAt = (place: number, event: PlainEvent) => honest().with(place, event);

describe("a write to the page", () => {
  test("is approved when a person approved just that text before it", () => {
    expect(read(honest())).toMatchObject({ found: [], writes: 1, approved: 1, skippedCheckpoint: 0 });
  });

  test("is approved anew after an edit, for the new text", () => {
    const two = hashOf({ version: 2 });
    const again = { version: 2, contentHash: two };
    const story: PlainEvent[] = [
      ...honest().slice(0, 3),
      revised(),
      voided("ApprovalVoided"),
      granted({ ...again, approvalId: "APR-2" }),
      started({ ...again, approvalIds: ["APR-2"] }),
      succeeded(),
    ];
    const { found, page } = read(story);
    expect(found).toEqual([]);
    expect(page).toMatchObject([{ version: 2, contentHash: two, approvals: [{ approvalId: "APR-2" }] }]);
  });

  test("that was found on the page later counts once, at the entry that says so, with the link that the page gave", () => {
    const looked = reconciled({ result: "found", url: URL });
    const story = [...honest().slice(0, 4), reconciled(), looked, succeeded()];
    const { found, writes, approved, page } = read(story);
    expect({ found, writes, approved }).toEqual({ found: [], writes: 1, approved: 1 });
    expect(page).toMatchObject([{ how: "found", seq: 6, link: URL, content: contentOf(), attestedBy: null }]);
  });

  test("whose link is no text has none", () => {
    expect(read(withAt(4, reconciled({ result: "found", url: null }))).page).toMatchObject([{ link: null }]);
  });

  test("before which no checkpoint could be had is counted as such", () => {
    const skipped = { type: "CheckpointSkipped", draftId: DRAFT, version: 1, attemptId: "ATT-1", reason: "no store" };
    expect(read([...honest().slice(0, 4), skipped, succeeded()])).toMatchObject({ found: [], skippedCheckpoint: 1 });
  });

  test("that a person attests was not sent from here: it is shown, and is no write", () => {
    const attested = { type: "PublishAttested", draftId: DRAFT, version: 1, by: PEOPLE.sam, link: URL };
    expect(read([drafted(), attested])).toEqual({
      found: [],
      writes: 0,
      approved: 0,
      skippedCheckpoint: 0,
      page: [
        {
          how: "attested",
          seq: 2,
          at: "2026-11-21T09:14:01.000Z",
          draftId: DRAFT,
          version: 1,
          contentHash: null,
          content: null,
          approvals: [],
          approved: false,
          attestedBy: PEOPLE.sam,
          link: URL,
        },
      ],
    });
  });
});

describe("an unapproved write is found at its attempt", () => {
  const unapproved: [string, PlainEvent[]][] = [
    ["of another text than the approved one", withAt(3, started({ contentHash: hashOf({ body: "Another." }) }))],
    ["of another version", withAt(3, started({ version: 2 }))],
    ["naming no approval", withAt(3, started({ approvalIds: [] }))],
    ["naming an approval that never was", withAt(3, started({ approvalIds: ["APR-9"] }))],
    ["naming something that is no list", withAt(3, { ...started(), approvalIds: "APR-1" })],
    ["after its approval ran out", withAt(2, granted({ expiresAt: "2026-11-21T09:14:02.500Z" }))],
    ["on an approval without a ground", withAt(2, { ...granted(), basis: undefined })],
    ...["ApprovalVoided", "ApprovalRevoked", "ApprovalExpired"].map((type): [string, PlainEvent[]] => [
      `after ${type}`,
      [drafted(), shown(), granted(), voided(type), started(), succeeded()],
    ]),
  ];
  test.each(unapproved)("%s", (_, story) => {
    const at = story.findIndex(({ type }) => type === "PublishStarted") + 1;
    expect(read(story)).toMatchObject({
      found: [[at, "publish-unapproved"]],
      writes: 1,
      approved: 0,
      page: [{ approved: false }],
    });
  });

  /** Words and versions as they would lie when somebody tries to use one approval for something else. */
  const SAME = { content: contentOf(), contentHash: hashOf() };
  const OTHER = { content: contentOf({ body: "Another." }), contentHash: hashOf({ body: "Another." }) };
  test.each<[string, PlainEvent[]]>([
    [
      "another draft of the same words",
      [
        { ...drafted(), draftId: "DRF-2" },
        { ...started(), draftId: "DRF-2" },
      ],
    ],
    ["a later version of the same words", [{ ...revised(), ...SAME }, started({ version: 2 })]],
    ["other words under the same number", [{ ...drafted(), ...OTHER }, started({ contentHash: OTHER.contentHash })]],
    ["what it was for, after other words took its number", [{ ...drafted(), ...OTHER }, started()]],
    ["what it was for, after a later version", [{ ...revised(), ...SAME }, started()]],
  ])("on an approval that is used for %s", (_, story) => {
    expect(read([drafted(), granted(), ...story])).toMatchObject({ found: [[4, "publish-unapproved"]], approved: 0 });
  });

  test("of a text that nobody proposed, by an approval of no text", () => {
    const { found, page } = read([granted(), started(), succeeded()]);
    expect(found).toEqual([
      [1, "content-mismatch"],
      [2, "publish-unapproved"],
    ]);
    expect(page).toMatchObject([{ content: null, contentHash: hashOf(), approved: false }]);
  });

  test("that succeeded without an attempt, each time that it is said", () => {
    const { found, writes, page } = read([drafted(), succeeded(), succeeded()]);
    expect(found).toEqual([
      [2, "publish-unapproved"],
      [3, "publish-unapproved"],
    ]);
    expect(writes).toBe(2);
    expect(page[0]).toMatchObject({ how: "published", draftId: DRAFT, version: 0, contentHash: null, approvals: [] });
  });

  test("an approval that ends and never was changes nothing", () => {
    const nobodys = { ...voided("ApprovalRevoked"), approvalId: "APR-9" };
    expect(read([drafted(), shown(), granted(), nobodys, started(), succeeded()])).toMatchObject({ found: [] });
  });
});

describe("words that are not those of their hash are found where they stand", () => {
  test("in a proposal, and in one that holds no words", () => {
    expect(read([drafted({ body: "One." }), { ...drafted(), contentHash: hashOf({ body: "Two." }) }]).found).toEqual([
      [2, "content-mismatch"],
    ]);
    expect(read([{ ...drafted(), content: undefined }]).found).toEqual([[1, "content-mismatch"]]);
  });

  test("on the card that was shown, unless it shows another version", () => {
    const other = hashOf({ body: "Another." });
    expect(read([drafted(), { ...shown(), contentHash: other }]).found).toEqual([[2, "content-mismatch"]]);
    expect(read([drafted(), { ...shown(), contentHash: other, version: 2 }]).found).toEqual([]);
  });

  test("in an approval, also in one that no person gave: what it approved does not count", () => {
    const other = { contentHash: hashOf({ body: "Another." }) };
    expect(read([drafted(), shown(), granted(other), started(other)]).found).toEqual([
      [3, "content-mismatch"],
      [4, "publish-unapproved"],
    ]);
    expect(read([drafted(), granted({ version: 2 })]).found).toEqual([[2, "content-mismatch"]]);
    expect(read(honest(), "model").found).toEqual([
      [3, "content-mismatch"],
      [4, "publish-unapproved"],
    ]);
  });
});
