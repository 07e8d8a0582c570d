import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { IncidentEvent } from "../../../bridge/incident/events.ts";
import { AppendTimeoutError } from "../../../bridge/ledger/ledger.ts";
import { LIMITS } from "../../../shared/limits.ts";
import {
  commandTaken,
  DRAFT,
  PEOPLE,
  published,
  resolved,
  roomOpened,
  waiting,
} from "../../support/incident-events.ts";
import { FORMS, startCommandRooms } from "./command-rooms.ts";

const { alex, sam, jordan, riley } = PEOPLE;
const OUTSIDE = "C07GENERAL1";
const REVIEW = "REV-7F3KQ2M9XW";
const ENTRY = "q7w2e9r4t6yu";
const ENTRY_LINK = `https://status.kestrel.example.com/incidents/${ENTRY}`;

let rooms: Awaited<ReturnType<typeof startCommandRooms>>;
beforeAll(async () => {
  rooms = await startCommandRooms();
});
afterAll(() => rooms.close());
beforeEach(() => {
  rooms.page.readable = true;
  rooms.page.entries = [
    {
      id: ENTRY,
      name: "By hand",
      status: "investigating",
      shortlink: "https://stspg.io/abc",
      updates: [],
      marker: undefined,
    },
    { id: "z1x8c3v5b2nm", name: "Old", status: "resolved", shortlink: "", updates: [], marker: undefined },
  ];
});

const breakGlass = (by: string = alex, reviewId = REVIEW): IncidentEvent[] => [
  { type: "BreakGlassUsed", draftId: DRAFT, version: 1, by, reason: "nobody else is awake <!here>" },
  { type: "ReviewOpened", reviewId, draftId: DRAFT, by },
];
const unmatched = (updateId: string, targetId = ENTRY): IncidentEvent => ({
  type: "PagePostUnmatched",
  targetId,
  updateId,
  status: "investigating",
});

/** Whoever typed, under the id of that command. */
const actOf = (person: string, triggerId: string, ...events: IncidentEvent[]) => ({
  commandId: `slash:${triggerId}`,
  actor: { kind: "human", id: person, basis: "slash-command" },
  events,
});

test.each([
  ["update", ", or <https://slack.example.com/shortcuts/Ft1/declare|declare an incident>."],
  [`review ${REVIEW} all good`, "."],
  ["leave-open customers wait", "."],
  [`attest ${ENTRY_LINK}`, "."],
])("outside a room, %s says where to go", async (text, end) => {
  const [word] = text.split(" ");
  expect(await rooms.types(jordan, OUTSIDE, text)).toBe(
    "This channel is not the war room of an incident. Go to the room (its name begins with `inc-`) and type " +
      `\`/incident-response ${word}\` there${end}`,
  );
});

test("update says where each draft and the public incident stand, with the forms that go on", async () => {
  const room = await rooms.room(...waiting());
  expect((await rooms.types(sam, room.channel, "update")).split("\n")).toEqual([
    "Customer updates:",
    "• Update 1 (investigating, version 1): Waits for approval by the commander or an approver.",
    "Public incident: none; customers have been told nothing",
    `Forms: <${FORMS.review_status_update}|Open current card> · <${FORMS.draft_status_update}|Ask for an update>`,
  ]);
  expect(await room.acts()).toEqual([]);
});

test("update offers no card where none waits", async () => {
  const nothing = await rooms.room(...roomOpened());
  expect(await rooms.types(sam, nothing.channel, "update")).toBe(
    [
      "Customer updates: none drafted",
      "Public incident: none; customers have been told nothing",
      `Forms: <${FORMS.draft_status_update}|Ask for an update>`,
    ].join("\n"),
  );
  const told = await rooms.room(...published());
  const answer = await rooms.types(sam, told.channel, "update");
  expect(answer).toContain(`• Update 1 (investigating, version 1): Published; approved by <@${jordan}>.`);
  expect(answer).toContain("Public incident: <https://status.kestrel.example.com/i/h4z9w6tq1mxk|Card payments failing");
  expect(answer).not.toContain("Open current card");
});

test("review lists what is open, and that nothing is", async () => {
  const quiet = await rooms.room(...waiting());
  expect(await rooms.types(riley, quiet.channel, "review")).toBe("No review is open in this incident.");

  const room = await rooms.room(...waiting(), ...breakGlass());
  expect(await rooms.types(riley, room.channel, "review")).toBe(
    [
      "*Open reviews*",
      `• \`${REVIEW}\` – <@${alex}> used break-glass for update 1, 0 s ago: nobody else is awake &lt;!here&gt;`,
      "Somebody else who may approve closes one: `/incident-response review REV-… what you found`.",
    ].join("\n"),
  );
});

test("an approver's finding closes a review, once, however often Slack sends it", async () => {
  const room = await rooms.room(...waiting(), ...breakGlass());
  const text = `review ${REVIEW.toLowerCase()} it was right; see <@U07SAMWIER2|sam> &amp; Cafe\u0301`;
  const sent = await Promise.all([1, 2].map(() => rooms.types(jordan, room.channel, text, "111.222.twice")));
  const again = await rooms.types(jordan, room.channel, text, "111.222.twice");
  expect([...sent, again]).toEqual(Array(3).fill("Recorded: the review is closed with your finding."));
  const finding = "it was right; see <@U07SAMWIER2> & Caf\u00e9";
  expect(await room.acts()).toEqual([
    actOf(jordan, "111.222.twice", { type: "ReviewClosed", reviewId: REVIEW, by: jordan, finding }),
  ]);
  expect((await room.state()).reviews.get(REVIEW)?.closed).toEqual({ by: jordan, finding });

  expect(await rooms.types(riley, room.channel, `review ${REVIEW} I think so too`)).toBe(
    "This review is closed already.",
  );
  expect(await rooms.types(riley, room.channel, "review")).toBe("No review is open in this incident.");
});

test.each([
  ["whoever used break-glass", alex, "You used break-glass yourself, so somebody else must review it."],
  ["somebody who may not approve", sam, "Only the commander of this incident or a member of the approver group"],
  ["a guest in the approver group", "U07GUEST007", "Guests, bots and people from other workspaces cannot"],
  ["a person who has left", "U07FORMER09", "Guests, bots and people from other workspaces cannot"],
  ["somebody Slack does not know", "U07NOBODY10", "Slack could not confirm who you are just now"],
])("%s closes no review", async (_who, person, answer) => {
  const room = await rooms.room(...waiting(), ...breakGlass());
  expect(await rooms.types(person, room.channel, `review ${REVIEW} fine by me`)).toContain(answer);
  expect(await room.acts()).toEqual([]);
});

test("who may close a review is asked of Slack at that moment, and no answer is no", async () => {
  const room = await rooms.room(...waiting(), ...breakGlass());
  rooms.clock.advance(61_000);
  rooms.faults.add({ target: "slack", kind: "error", match: "users.info" });
  expect(await rooms.types(jordan, room.channel, `review ${REVIEW} fine`)).toContain("Slack could not confirm");
  rooms.faults.clear();
  expect(await rooms.types(jordan, room.channel, `review ${REVIEW} fine`)).toContain("Recorded");
});

test("a review of another room, without a finding or with a book is not recorded", async () => {
  const room = await rooms.room(...waiting(), ...breakGlass());
  const other = await rooms.room(...waiting());
  expect(await rooms.types(jordan, other.channel, `review ${REVIEW} fine`)).toBe(
    "There is no such review in this incident. `/incident-response review` lists those that are open.",
  );
  for (const missing of [`review ${REVIEW}`, `review ${REVIEW} .`, `review ${REVIEW} \u200b`]) {
    expect(await rooms.types(jordan, room.channel, missing)).toBe(
      "Nothing was recorded: the finding is missing. Type the id of the review and what you found: `/incident-response review REV-… what you found`.",
    );
  }
  expect(await rooms.types(jordan, room.channel, `review ${REVIEW} ${"x".repeat(LIMITS.summary + 1)}`)).toBe(
    "Nothing was recorded: the finding has 2001 characters, and at most 2000 can be kept. Shorten it and type the command again.",
  );
  expect([...(await room.acts()), ...(await other.acts())]).toEqual([]);
  expect(await rooms.types(jordan, room.channel, `review ${REVIEW} see ${"&lt;".repeat(900)}`)).toContain("Recorded");
});

const overButPublic = (): IncidentEvent[] => [...published(), resolved()];

test("the commander leaves the public incident open with a reason, once", async () => {
  const room = await rooms.room(...overButPublic());
  for (const _ of [1, 2]) {
    expect(await rooms.types(alex, room.channel, "leave-open  customers still wait ", "333.444.reason")).toBe(
      "Recorded: the public incident stays open, for the reason you gave.",
    );
  }
  expect(await room.acts()).toEqual([
    actOf(alex, "333.444.reason", { type: "PublicLeftOpen", by: alex, reason: "customers still wait" }),
  ]);
});

test("leave-open is refused to others, before the end, when nothing is open, and without a reason", async () => {
  const over = await rooms.room(...overButPublic());
  expect(await rooms.types(sam, over.channel, "leave-open I say so")).toBe(
    `Only the commander can decide that; that is <@${alex}>.`,
  );
  expect(await rooms.types(alex, over.channel, "leave-open")).toBe(
    "Nothing was recorded: the reason is missing. Type why the public incident stays open: `/incident-response leave-open the reason`.",
  );
  expect(await rooms.types(alex, over.channel, `leave-open ${"x".repeat(LIMITS.reason + 1)}`)).toContain(
    "the reason has 501 characters, and at most 500 can be kept",
  );
  const under = await rooms.room(...published());
  expect(await rooms.types(alex, under.channel, "leave-open why not")).toBe(
    "The incident is not resolved, so its public incident may stay open anyway.",
  );
  const silent = await rooms.room(...roomOpened(), commandTaken(), resolved());
  expect(await rooms.types(alex, silent.channel, "leave-open why not")).toBe("Nothing public is open.");
  for (const room of [over, under, silent]) expect(await room.acts()).toEqual([]);
});

test("an approver accounts for all that was posted by hand in one entry of the page, once", async () => {
  const room = await rooms.room(...roomOpened(), unmatched("u1"), unmatched("u2"), unmatched("u3", "z1x8c3v5b2nm"));
  for (const link of [`<${ENTRY_LINK}>`, `<${ENTRY_LINK}|status.kestrel.example.com>`, ENTRY_LINK]) {
    expect(await rooms.types(jordan, room.channel, `attest ${link}`, "555.666.link")).toBe(
      "Recorded: you account for what stands there and was not published from here.",
    );
  }
  expect(await room.acts()).toEqual([
    actOf(
      jordan,
      "555.666.link",
      { type: "PageEntryAttested", updateId: "u1", by: jordan, link: ENTRY_LINK },
      { type: "PageEntryAttested", updateId: "u2", by: jordan, link: ENTRY_LINK },
    ),
  ]);
  expect(await rooms.types(riley, room.channel, "attest https://stspg.io/abc")).toBe(
    "No entry of the page behind this link waits for an account.",
  );
});

test("a page that cannot be read, a link that leads nowhere and no authority leave nothing recorded", async () => {
  const room = await rooms.room(...roomOpened(), commandTaken(), unmatched("u1"));
  expect(await rooms.types(sam, room.channel, `attest ${ENTRY_LINK}`)).toContain("Only the commander of this incident");
  expect(await rooms.types(jordan, room.channel, "attest https://status.kestrel.example.com/i/other")).toBe(
    "No entry of the page has this link. Copy the link of the entry from the page.",
  );
  rooms.page.readable = false;
  expect(await rooms.types(jordan, room.channel, `attest ${ENTRY_LINK}`)).toBe(
    "The status page could not be read just now, so nothing was recorded. Try again in a moment.",
  );
  expect(await room.acts()).toEqual([]);
});

test.each([
  { what: "no link", text: "attest", problem: "the link is missing" },
  { what: "a word", text: "attest it-is-ours", problem: "this is not one link" },
  { what: "more than a link", text: `attest ${ENTRY_LINK} and more`, problem: "this is not one link" },
  { what: "a script", text: "attest javascript:alert(1)", problem: "this is not one link" },
  {
    what: "an endless link",
    text: `attest https://a.example.com/${"x".repeat(2_000)}`,
    problem: "this is not one link",
  },
])("attest with $what is refused with what to type", async ({ text, problem }) => {
  const room = await rooms.room(...roomOpened(), unmatched("u1"));
  expect(await rooms.types(jordan, room.channel, text)).toBe(
    `Nothing was recorded: ${problem}. Copy the link of the entry from the status page: \`/incident-response attest https://…\`.`,
  );
  expect(await room.acts()).toEqual([]);
});

test("a person whose record is in doubt is told so, and may type again", async () => {
  const room = await rooms.room(...overButPublic());
  const { ledger } = rooms.deps;
  rooms.deps.ledger = {
    execute: (incident, { commandId }) =>
      Promise.reject(new AppendTimeoutError(incident, commandId, { cause: new Error("no answer") })),
  };
  expect(await rooms.types(alex, room.channel, "leave-open customers wait", "777.888.doubt")).toBe(
    "The record did not answer in time, so it is not known whether this was recorded. Type the same command again; that does no harm.",
  );
  rooms.deps.ledger = ledger;
  expect(await rooms.types(alex, room.channel, "leave-open customers wait", "777.889.again")).toContain("Recorded");
  expect(await room.acts()).toHaveLength(1);
});

test("a slow act is acknowledged before Slack gives up, and is done and answered all the same", async () => {
  const room = await rooms.room(...overButPublic());
  const { ledger, ackAfterMs } = rooms.deps;
  let answerNow: () => void = () => {};
  const storeAnswers = new Promise<void>((resolve) => {
    answerNow = resolve;
  });
  const slowly: typeof ledger.execute = async (...command) => {
    await storeAnswers;
    return await ledger.execute(...command);
  };
  Object.assign(rooms.deps, { ledger: { execute: slowly }, ackAfterMs: 20 });
  expect(await rooms.types(alex, room.channel, "leave-open customers wait")).toBe("");
  Object.assign(rooms.deps, { ledger, ackAfterMs });
  expect(await room.acts()).toEqual([]);
  answerNow();
  expect(await rooms.lateAnswers()).toEqual(["Recorded: the public incident stays open, for the reason you gave."]);
  expect(await room.acts()).toHaveLength(1);
});
