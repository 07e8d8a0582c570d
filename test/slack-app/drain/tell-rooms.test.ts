import { expect, test } from "vitest";
import { tellRooms } from "../../../slack-app/drain/tell-rooms.ts";
import { slackAnswering } from "../support/slack-answering.ts";

const AT = Date.parse("2026-11-21T14:15:07.000Z");
const US = "U07HOSTBOT1";
const ROOM = "C07WARROOM9";
const unreachable = { kind: "unreachable", why: "no-connection", done: 0, failed: 0 } as const;
const listing = {
  "auth.test": { user_id: US },
  "conversations.list": {
    channels: [
      { id: ROOM, name: "inc-1121-payments-k9zp", creator: US },
      { id: "C07SECRET01", name: "inc-of-somebody-else", creator: "U07CASEYN06" },
      { id: "C07OTHER001", name: "standup", creator: US },
    ],
  },
};
const told = (effectId: string) => ({
  messages: [
    { ts: "1795253107.000001", metadata: { event_type: "bridge_away", event_payload: { effect_id: effectId } } },
  ],
});

test("each war room of ours, and no other channel, reads what is known", async () => {
  const { slack, callsOf } = slackAnswering({
    ...listing,
    "conversations.history": { messages: [] },
    "chat.postMessage": { ts: "1" },
  });
  await tellRooms(slack, unreachable, AT);
  const posted = callsOf("chat.postMessage");
  expect(posted.map(({ channel }) => channel)).toEqual([ROOM]);
  expect(posted[0]?.text).toContain("At 14:15 UTC the incident bridge could not be reached (no-connection).");
  expect(posted[0]?.text).toContain("is not known here: look at the status page");
});

test("a bridge that refuses the app was reached, and that is what is said", async () => {
  const { slack, callsOf } = slackAnswering({
    ...listing,
    "conversations.history": { messages: [] },
    "chat.postMessage": { ts: "1" },
  });
  await tellRooms(slack, { kind: "refused", status: 401, message: "signature-mismatch" }, AT);
  expect(callsOf("chat.postMessage")[0]?.text).toContain("answered, but refused this app (401)");
});

test("it is said once an hour, and not where it is unknown whether it was said", async () => {
  for (const history of [told("bridge-away:2026-11-21T14"), "ratelimited"] as const) {
    await tellRooms(slackAnswering({ ...listing, "conversations.history": history }).slack, unreachable, AT);
  }
  const { slack, callsOf } = slackAnswering({
    ...listing,
    "conversations.history": told("bridge-away:2026-11-21T13"),
    "chat.postMessage": { ts: "1" },
  });
  await tellRooms(slack, unreachable, AT);
  expect(callsOf("chat.postMessage")).toHaveLength(1);
});

test("a Slack that lists nothing keeps the sweep from nothing", async () => {
  await tellRooms(slackAnswering({ ...listing, "conversations.list": "missing_scope" }).slack, unreachable, AT);
});
