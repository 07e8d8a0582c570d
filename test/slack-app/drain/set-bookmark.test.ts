import { expect, test } from "vitest";
import type { SetBookmark } from "../../../shared/contracts/outbox.ts";
import drainOutbox from "../../../slack-app/functions/drain_outbox/mod.ts";
import { stage } from "../support/hosted.ts";
import { INCIDENT, ROOM } from "../support/samples.ts";

const URL = `https://slack.com/archives/${ROOM}/p1795253107000001`;
const item = (change: Partial<SetBookmark> = {}): SetBookmark => ({
  kind: "set-bookmark",
  effectId: `${INCIDENT}:bookmark:now:0123456789abcdef`,
  incidentId: INCIDENT,
  attempt: 1,
  channel: ROOM,
  title: "SEV1 · contain: checklist",
  url: URL,
  ...change,
});

test("a bookmark that follows the incident is added once, edited after that, and added anew when a person took it away", async () => {
  await using set = await stage();
  const { slack, bridge, run } = set;
  const does = async (work: SetBookmark) => {
    bridge.batches.push([work]);
    expect(await run(drainOutbox)).toEqual({ outputs: { done: 1, failed: 0 } });
    return bridge.reportsOf(work.effectId).at(-1);
  };
  expect(await does(item())).toMatchObject({ result: "bookmark-set", bookmarkId: "Bk01" });
  // Somebody added it and died before saying so.
  expect(await does(item({ attempt: 2 }))).toMatchObject({ bookmarkId: "Bk01" });
  expect(await does(item({ bookmarkId: "Bk01", title: "SEV2 · recover: checklist" }))).toMatchObject({
    bookmarkId: "Bk01",
  });
  expect(slack.bookmarks).toEqual([{ id: "Bk01", channel_id: ROOM, title: "SEV2 · recover: checklist", link: URL }]);

  slack.bookmarks.length = 0;
  expect(await does(item({ bookmarkId: "Bk01" }))).toMatchObject({ result: "bookmark-set" });
  expect(slack.bookmarks).toHaveLength(1);
  expect(slack.faults).toEqual([]);
});

test("what Slack refuses is reported with its own word", async () => {
  await using set = await stage();
  const { slack, bridge, run } = set;
  slack.next("bookmarks.add", slack.refuse("too_many_bookmarks"));
  bridge.batches.push([item()]);
  expect(await run(drainOutbox)).toEqual({ outputs: { done: 0, failed: 1 } });
  expect(bridge.reportsOf(item().effectId)).toMatchObject([{ result: "failed", error: "too_many_bookmarks" }]);
});
