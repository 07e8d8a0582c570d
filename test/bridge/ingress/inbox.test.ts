import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { AlertFact } from "../../../bridge/ingress/alert-fact.ts";
import { createDeadLetters } from "../../../bridge/ingress/dead-letters.ts";
import { createInbox, inboxId } from "../../../bridge/ingress/inbox.ts";
import { readOncallPayload } from "../../../bridge/ingress/oncall-payload.ts";
import { createDynamoClient } from "../../../bridge/platform/dynamo.ts";
import { silentLogger } from "../../../bridge/platform/logger.ts";
import { INDEX_TABLE, type LocalStore, startDynalite } from "../../support/dynalite.ts";
import { startLocalServer } from "../../support/local-server.ts";
import { woundClock } from "../../support/wound-clock.ts";
import { factOf, fixture, fixtureText } from "./payloads.ts";

const clock = woundClock();
let store: LocalStore;
let nth = 0;
beforeAll(async () => {
  store = await startDynalite();
});
afterAll(() => store[Symbol.asyncDispose]());
beforeEach(() => {
  nth += 1;
});

const inboxOf = ({ client }: LocalStore) => createInbox({ client, table: INDEX_TABLE, clock, log: silentLogger });
const lettersOf = ({ client }: LocalStore) =>
  createDeadLetters({ client, table: INDEX_TABLE, inbox: inboxOf(store), clock });

/** A fact no other test has stored. */
const fact = (change: Partial<AlertFact> = {}): AlertFact => {
  const base = factOf(readOncallPayload(fixture("oncall-alert-group-created"), clock.now()));
  return { ...base, dedupeKey: `${base.dedupeKey}|${nth}|${change.title ?? ""}`, ...change };
};
const pendingIds = async () => (await inboxOf(store).listPending(500)).map(({ id }) => id);

describe("the inbox", () => {
  test("keeps a fact once, and gives it back whole", async () => {
    const inbox = inboxOf(store);
    const one = fact({ title: "one" });
    expect(await inbox.putPending(one)).toBe("stored");
    const found = (await inbox.listPending(500)).find(({ id }) => id === inboxId(one.dedupeKey));
    expect(found?.fact).toEqual(one);
  });

  test("says duplicate for the same call with another body, and keeps the first", async () => {
    const inbox = inboxOf(store);
    const one = fact({ title: "first" });
    await inbox.putPending(one);
    expect(await inbox.putPending({ ...one, title: "second", receivedAt: "2026-11-21T09:15:00.000Z" })).toBe(
      "duplicate",
    );
    const found = (await inbox.listPending(500)).find(({ id }) => id === inboxId(one.dedupeKey));
    expect(found?.fact.title).toBe("first");
  });

  test("takes exactly one of fifty racing calls", async () => {
    const inbox = inboxOf(store);
    const one = fact({ title: "race" });
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, (_, i) => inbox.putPending({ ...one, alertCount: i })),
    );
    expect(outcomes.filter((outcome) => outcome === "stored")).toHaveLength(1);
  });

  test("knows its own write again when the answer to it was lost and the store's client repeated it", async () => {
    let puts = 0;
    await using proxy = await startLocalServer(async (request, response) => {
      const { host: _, connection: __, ...headers } = request.headers;
      const reply = await fetch(store.url, {
        method: "POST",
        headers: headers as Record<string, string>,
        body: request.body,
      });
      const isPut = String(request.headers["x-amz-target"]).endsWith(".PutItem");
      if (isPut) puts += 1;
      if (isPut && puts === 1) response.destroy();
      else response.writeHead(reply.status, { "content-type": "application/x-amz-json-1.0" }).end(await reply.text());
    });
    const client = createDynamoClient({ region: "eu-north-1", endpoint: proxy.url, credentials: "local-dummy" });
    const one = fact({ title: "lost answer" });
    const inbox = createInbox({ client, table: INDEX_TABLE, clock, log: silentLogger });
    expect(await inbox.putPending(one)).toBe("stored");
    expect(puts).toBe(2);
    expect(await inbox.putPending(one)).toBe("duplicate");
    client.destroy();
  });

  test("finds the call of the bucket before", async () => {
    const inbox = inboxOf(store);
    const first = fact({ title: "bucket" });
    await inbox.putPending(first);
    const retry = { ...first, dedupeKey: `${first.dedupeKey}|next`, previousDedupeKey: first.dedupeKey };
    expect(await inbox.putPending(retry)).toBe("duplicate");
    expect(await pendingIds()).not.toContain(inboxId(retry.dedupeKey));
  });

  test("lists the oldest first, across its partitions, and no more than asked", async () => {
    await using own = await startDynalite();
    const inbox = inboxOf(own);
    const times = [5, 1, 4, 2, 3, 8, 7, 6].map((second) => `2026-11-21T09:14:0${second}.000Z`);
    for (const receivedAt of times) await inbox.putPending(fact({ title: receivedAt, receivedAt }));
    const listed = (await inbox.listPending(5)).map((pending) => pending.fact.receivedAt);
    expect(listed).toEqual([...times].sort().slice(0, 5));
  });

  test("forgets of what is done only what it said, and lists it no more", async () => {
    const inbox = inboxOf(store);
    const one = fact({ title: "done" });
    await inbox.putPending(one);
    const id = inboxId(one.dedupeKey);
    expect(await inbox.markDone(id, "opened INC-20261121-0914-K9ZP")).toBe("done");
    expect(await inbox.markDone(id, "something else")).toBe("already-done");
    expect(await pendingIds()).not.toContain(id);
    expect(await inbox.putPending({ ...one, title: "again" })).toBe("duplicate");
    const { Item } = await store.client.send(
      new GetItemCommand({ TableName: INDEX_TABLE, Key: { pk: { S: `INBOX#${id}` }, sk: { S: "I" } } }),
    );
    expect(Item?.result?.S).toBe("opened INC-20261121-0914-K9ZP");
    expect(Item?.doneAt?.S).toBe("2026-11-21T09:14:05.000Z");
    expect(Item).not.toHaveProperty("body");
  });

  test("says so when asked to finish what it never held", async () => {
    expect(await inboxOf(store).markDone("0".repeat(64), "x")).toBe("unknown-item");
  });

  test("fails loudly, and within OnCall's patience, when the store is away", async () => {
    await using own = await startDynalite();
    const inbox = inboxOf(own);
    await own.stop();
    const startedAt = performance.now();
    await expect(inbox.putPending(fact({ title: "away" }))).rejects.toMatchObject({ name: "StoreUnavailableError" });
    expect(performance.now() - startedAt).toBeLessThan(3_500);
    await expect(inbox.listPending(10)).rejects.toMatchObject({ name: "StoreUnavailableError" });
  });
});

describe("dead letters", () => {
  const letter = (text: string, problems = ["event: missing"]) => ({
    endpoint: "oncall" as const,
    rawBody: Buffer.from(text),
    problems,
    receivedAt: clock.now(),
  });

  test("keep what could not be understood, with where and why, and never show the body", async () => {
    const letters = lettersOf(store);
    const id = await letters.keep(letter("hunter2"));
    expect(await letters.list(100)).toContainEqual({
      id,
      endpoint: "oncall",
      receivedAt: "2026-11-21T09:14:05.000Z",
      problems: ["event: missing"],
      bytes: 7,
      truncated: false,
    });
    expect(JSON.stringify(await letters.list(100))).not.toContain("hunter2");
  });

  test("are one letter for one body, however often it comes", async () => {
    const letters = lettersOf(store);
    expect(await letters.keep(letter("twice"))).toBe(await letters.keep(letter("twice")));
  });

  test("can be replayed once this program understands them", async () => {
    const letters = lettersOf(store);
    const id = await letters.keep(letter(fixtureText("oncall-silence")));
    expect(await letters.replay(id)).toEqual({ kind: "stored" });
    expect((await letters.list(100)).map((one) => one.id)).not.toContain(id);
    const facts = (await inboxOf(store).listPending(500)).map((pending) => pending.fact.kind);
    expect(facts).toContain("silenced");
    // The answer may have been lost: a second replay stores nothing new.
    expect(await letters.replay(id)).toEqual({ kind: "duplicate" });
    expect((await inboxOf(store).listPending(500)).filter((pending) => pending.fact.kind === "silenced")).toHaveLength(
      1,
    );
  });

  test("stay when they still cannot be understood", async () => {
    const letters = lettersOf(store);
    const id = await letters.keep(letter("{}"));
    expect(await letters.replay(id)).toMatchObject({ kind: "still-unreadable" });
    expect((await letters.list(100)).map((one) => one.id)).toContain(id);
    expect(await letters.replay("nothing")).toEqual({ kind: "unknown-letter" });
  });

  test("keep the beginning of a body that is too long, and do not pretend to replay it", async () => {
    const letters = lettersOf(store);
    const id = await letters.keep(letter("z".repeat(1_000_000)));
    const found = (await letters.list(100)).find((one) => one.id === id);
    expect(found).toMatchObject({ bytes: 1_000_000, truncated: true });
    expect(await letters.replay(id)).toEqual({ kind: "body-truncated" });
  });
});
