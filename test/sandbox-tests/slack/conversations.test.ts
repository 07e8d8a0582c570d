import { expect, test } from "vitest";
import { startTestSlack } from "./start-test-slack.ts";

test("a private channel is made once by name, its creator is in it, others cannot see it", async () => {
  await using world = await startTestSlack();
  const token = await world.hostedToken();
  const created = await world.api("conversations.create", { name: "inc-1121-checkout-k9zp", is_private: true }, token);
  expect(created.body).toMatchObject({
    ok: true,
    channel: { is_private: true, creator: "U07HOSTBOT1", is_member: true },
  });
  const channel = created.body.channel.id;
  const again = await world.api("conversations.create", { name: "inc-1121-checkout-k9zp", is_private: true }, token);
  expect(again.body).toEqual({ ok: false, error: "name_taken" });

  // The companion's bot is not in it, so for that bot it does not exist.
  expect((await world.api("chat.postMessage", { channel, text: "hello" })).body.error).toBe("channel_not_found");
  expect(await world.slack.message({ user: "alex", channel, text: "hello" })).toEqual({
    ok: false,
    error: "channel_not_found",
  });
  expect(await world.slack.join({ user: "guest", channel })).toEqual({ ok: false, error: "channel_not_found" });
  expect((await world.api("conversations.invite", { channel, users: "U07ALEXLIN1" }, token)).body.ok).toBe(true);
  expect(await world.slack.message({ user: "alex", channel, text: "hello" })).toMatchObject({ ok: true });
});

test("channel names follow Slack's rules, each with its own error", async () => {
  await using world = await startTestSlack();
  const token = await world.hostedToken();
  const errors = await Promise.all(
    ["", "Inc-Checkout", "inc checkout", "inc.checkout", "--", "x".repeat(81)].map(
      async (name) => (await world.api("conversations.create", { name, is_private: true }, token)).body.error,
    ),
  );
  expect(errors).toEqual([
    "invalid_name_required",
    "invalid_name_specials",
    "invalid_name_specials",
    "invalid_name_specials",
    "invalid_name_punctuation",
    "invalid_name_maxlength",
  ]);
});

test("invite stops at the first bad name, and with force invites the good ones and lists the rest", async () => {
  await using world = await startTestSlack();
  const token = await world.hostedToken();
  const { body } = await world.api("conversations.create", { name: "room", is_private: true }, token);
  const channel = body.channel.id;
  const everyone = "U07ALEXLIN1,U07FORMER09,U08OUTSIDE1,U0NOBODY,U07HOSTBOT1,U07GUEST007";

  const strict = await world.api("conversations.invite", { channel, users: everyone }, token);
  expect(strict.body).toMatchObject({ ok: false, error: "cant_invite" });
  const forced = await world.api("conversations.invite", { channel, users: everyone, force: true }, token);
  expect(forced.body.ok).toBe(true);
  expect(forced.body.errors).toEqual([
    { user: "U07FORMER09", ok: false, error: "cant_invite" },
    { user: "U08OUTSIDE1", ok: false, error: "user_not_found" },
    { user: "U0NOBODY", ok: false, error: "user_not_found" },
    { user: "U07HOSTBOT1", ok: false, error: "cant_invite_self" },
  ]);
  const again = await world.api("conversations.invite", { channel, users: "U07ALEXLIN1", force: true }, token);
  expect(again.body).toMatchObject({ ok: false, error: "already_in_channel" });
  const members = await world.api("conversations.members", { channel }, token);
  expect(members.body.members).toEqual(["U07HOSTBOT1", "U07ALEXLIN1", "U07GUEST007"]);
  const many = Array.from({ length: 101 }, (_, index) => `U${index}`).join(",");
  expect((await world.api("conversations.invite", { channel, users: many }, token)).body.error).toBe("too_many_users");
});

test("history gives metadata only when asked, newest first, in pages, without ephemeral messages and replies", async () => {
  await using world = await startTestSlack();
  const token = await world.hostedToken();
  const { body } = await world.api("conversations.create", { name: "room", is_private: true }, token);
  const channel = body.channel.id;
  await world.api("conversations.invite", { channel, users: "U07ALEXLIN1" }, token);
  const metadata = { event_type: "page", event_payload: { effect_id: "e7" } };
  const first = await world.api("chat.postMessage", { channel, text: "one", metadata }, token);
  await world.api("chat.postMessage", { channel, text: "two" }, token);
  await world.api("chat.postMessage", { channel, text: "reply", thread_ts: first.body.ts, metadata }, token);
  await world.api("chat.postEphemeral", { channel, user: "U07ALEXLIN1", text: "psst" }, token);

  const plain = await world.api("conversations.history", { channel }, token);
  expect(plain.body.messages.map((one: { text: string }) => one.text)).toEqual(["two", "one"]);
  expect(plain.body.messages[1].metadata).toBeUndefined();
  const full = await world.api("conversations.history", { channel, include_all_metadata: true, limit: 1 }, token);
  expect(full.body).toMatchObject({ has_more: true, messages: [{ text: "two" }] });
  const rest = await world.api(
    "conversations.history",
    { channel, include_all_metadata: true, limit: 1, cursor: full.body.response_metadata.next_cursor },
    token,
  );
  expect(rest.body).toMatchObject({ has_more: false, messages: [{ text: "one", metadata }] });
  const thread = await world.api(
    "conversations.replies",
    { channel, ts: first.body.ts, include_all_metadata: true },
    token,
  );
  expect(thread.body.messages).toMatchObject([{ text: "one" }, { text: "reply", metadata }]);
  const seen = world.slack.snapshot().channels.find((one) => one.id === channel)?.messages;
  expect(seen?.find((one) => one.text === "psst")).toMatchObject({ ephemeral_for: "U07ALEXLIN1", metadata: null });
});

test("an archived channel refuses messages, and archiving twice says so", async () => {
  await using world = await startTestSlack();
  const token = await world.hostedToken();
  const { body } = await world.api("conversations.create", { name: "room", is_private: true }, token);
  const channel = body.channel.id;
  expect((await world.api("conversations.archive", { channel }, token)).body).toEqual({ ok: true });
  expect((await world.api("conversations.archive", { channel }, token)).body.error).toBe("already_archived");
  expect((await world.api("chat.postMessage", { channel, text: "late" }, token)).body.error).toBe("is_archived");
  expect((await world.api("conversations.create", { name: "room", is_private: true }, token)).body.error).toBe(
    "name_taken",
  );
});

test("topic, purpose, bookmarks and pins appear in the snapshot, and what is there already is said to be", async () => {
  await using world = await startTestSlack();
  const token = await world.hostedToken();
  const { body } = await world.api("conversations.create", { name: "room", is_private: true }, token);
  const channel = body.channel.id;
  await world.api("conversations.setTopic", { channel, topic: "SEV1" }, token);
  expect((await world.api("conversations.setTopic", { channel, topic: "x".repeat(251) }, token)).body.error).toBe(
    "too_long",
  );
  await world.api("conversations.setPurpose", { channel, purpose: "INC-7" }, token);
  await world.api(
    "bookmarks.add",
    { channel_id: channel, type: "link", title: "Runbook", link: "https://example.com/r" },
    token,
  );
  expect(
    (await world.api("bookmarks.add", { channel_id: channel, type: "link", title: "Bad", link: "nowhere" }, token)).body
      .error,
  ).toBe("invalid_link");
  const posted = await world.api("chat.postMessage", { channel, text: "checklist" }, token);
  const pin = { channel, timestamp: posted.body.ts };
  expect((await world.api("pins.add", pin, token)).body.ok).toBe(true);
  expect((await world.api("pins.add", pin, token)).body.error).toBe("already_pinned");
  expect(world.slack.snapshot().channels.find((one) => one.id === channel)).toMatchObject({
    topic: "SEV1",
    purpose: "INC-7",
    bookmarks: [{ title: "Runbook", link: "https://example.com/r" }],
    pins: [posted.body.ts],
  });
  expect((await world.api("bookmarks.list", { channel_id: channel }, token)).body).toMatchObject({
    ok: false,
    error: "missing_scope",
    needed: "bookmarks:read",
  });
});
