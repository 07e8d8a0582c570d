import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { hasUnclaimedWork } from "../../../bridge/outbox/claim.ts";
import { LEDGER_TABLE } from "../../support/dynalite.ts";
import {
  CARD_TS,
  commandTaken,
  context,
  DRAFT,
  drafted,
  INCIDENT,
  opened,
  painted,
  published,
  ROOM,
  requested,
  responders,
  revised,
  roomOpened,
  shown,
} from "../../support/incident-events.ts";
import { ALERTS, LEASE_MS, type Outbox, startOutbox } from "../../support/outbox.ts";

let outbox: Outbox;
beforeEach(async () => {
  outbox = await startOutbox();
});
afterEach(() => outbox[Symbol.asyncDispose]());

const OTHER = "INC-20261121-0914-AAAA";
const kinds = (reply: { items: { kind: string }[] }) => reply.items.map(({ kind }) => kind);
const ids = (reply: { items: { effectId: string }[] }) => reply.items.map(({ effectId }) => effectId);
const ready = [...roomOpened(), requested(), drafted()];

describe("a claim", () => {
  test("hands out what is owed, with all that is needed to do it", async () => {
    await outbox.happened([opened(), responders(), context()]);
    const { items, more } = await outbox.claim("Fx1");
    expect(more).toBe(false);
    expect(items).toMatchObject([
      {
        kind: "assemble-room",
        effectId: `${INCIDENT}:assemble-room`,
        attempt: 1,
        name: "inc-1121-payments-k9zp",
        topic: "SEV1 · payments · Card payments failing in EU",
        invite: ["U07ALEXLIN1", "U07SAMWIER2"],
        done: [],
      },
    ]);
  });

  test("works in order of urgency over all incidents, and keeps a card for the end", async () => {
    await outbox.happened([...ready, shown(), revised()]);
    await outbox.happened([opened(), responders(), context()], OTHER);
    outbox.clock.advance(60_000);
    const reply = await outbox.claim("Fx1");
    expect(kinds(reply)).toEqual(["repaint-card", "assemble-room", "paint-message", "paint-message", "show-card"]);
  });

  test("gives one execution one card, whatever waits, and says that more does", async () => {
    await outbox.happened(ready);
    await outbox.happened(ready, OTHER);
    const first = await outbox.claim("Fx1");
    expect(kinds(first).filter((kind) => kind === "show-card")).toHaveLength(1);
    expect(first.more).toBe(true);
    expect(kinds(await outbox.claim("Fx2", { cardPosted: true }))).not.toContain("show-card");
    const second = await outbox.claim("Fx3");
    expect(kinds(second)).toContain("show-card");
    expect(ids(second)).not.toContain(ids(first).find((id) => id.includes(":show:")));
  });

  test("takes no more than it asked for, and says that there is more", async () => {
    await outbox.happened([...ready, painted(), painted({ key: "checklist" })]);
    outbox.clock.advance(60_000);
    const reply = await outbox.claim("Fx1", { limit: 2 });
    expect(reply.items).toHaveLength(2);
    expect(reply.more).toBe(true);
  });

  test("repeated by the same execution answers the same batch; another gets nothing of it", async () => {
    await outbox.happened(ready);
    const first = await outbox.claim("Fx1");
    expect(await outbox.claim("Fx1")).toEqual(first);
    expect((await outbox.claim("Fx2")).items).toEqual([]);
  });

  test("made by many at once hands each piece of work to one", async () => {
    await outbox.happened(ready);
    const replies = await Promise.all(Array.from({ length: 8 }, (_, n) => outbox.claim(`Fx${n}`)));
    const all = replies.flatMap(ids);
    expect(new Set(all).size).toBe(all.length);
    expect(all.length).toBeGreaterThan(0);
  });

  test("after the lease ran out is another attempt, so that it looks before it posts", async () => {
    await outbox.happened(ready);
    const first = await outbox.claim("Fx1");
    outbox.clock.advance(LEASE_MS - 1);
    expect((await outbox.claim("Fx2")).items).toEqual([]);
    outbox.clock.advance(1);
    const again = await outbox.claim("Fx2");
    expect(ids(again)).toEqual(ids(first));
    expect(again.items.map(({ attempt }) => attempt)).toEqual(again.items.map(() => 2));
  });

  test("continues a room that exists, and names the steps that are done", async () => {
    await outbox.happened(roomOpened().slice(0, 6));
    const { items } = await outbox.claim("Fx1");
    expect(items).toMatchObject([{ kind: "assemble-room", channel: ROOM, done: ["create", "invite"] }]);
  });

  test("edits a message that stands, and posts a line in the alerts channel", async () => {
    await outbox.happened([...roomOpened(), painted({ ts: "1795253001.000100" })]);
    await outbox.happened([opened({ room: false, severity: "SEV3" })], OTHER);
    outbox.clock.advance(60_000);
    const { items } = await outbox.claim("Fx1");
    expect(
      items.find((item) => item.kind === "paint-message" && item.message.kind === "incident_context"),
    ).toMatchObject({
      channel: ROOM,
      ts: "1795253001.000100",
    });
    const line = items.find((item) => item.kind === "paint-message" && item.message.kind === "alert_line");
    expect(line).toMatchObject({ channel: ALERTS });
    expect(line).not.toHaveProperty("ts");
  });

  test("closes the execution that served a card's buttons when the card is final", async () => {
    await outbox.happened(published());
    const { items } = await outbox.claim("Fx2");
    expect(items.find(({ kind }) => kind === "repaint-card")).toMatchObject({
      channel: ROOM,
      ts: CARD_TS,
      completeExecution: "Fx1",
      draft: { draftId: DRAFT, state: "PUBLISHED", actions: [] },
    });
  });

  test("is not stopped by an incident whose record does not verify", async () => {
    await outbox.happened([opened(), responders(), context()], OTHER);
    await outbox.happened(ready);
    const [item] = await outbox.store.read(OTHER, 2);
    if (!item) throw new Error("there is no entry");
    const forged = { ...item, sk: "E#000000000004" };
    const attributes = Object.fromEntries(Object.entries(forged).map(([name, value]) => [name, { S: value }]));
    await outbox.local.client.send(new PutItemCommand({ TableName: LEDGER_TABLE, Item: attributes }));
    expect(kinds(await outbox.claim("Fx1"))).toContain("show-card");
  });
});

describe("a claim without work", () => {
  test("answers at once when it may not wait", async () => {
    expect(await outbox.claim("Fx1")).toEqual({ items: [], more: false });
    expect(await outbox.drain.isActive()).toBe(false);
  });

  test("waits, and is answered as soon as work appears", async () => {
    const waiting = outbox.claim("Fx1", { waitMs: 10_000 });
    await expect.poll(() => outbox.drain.isActive()).toBe(true);
    await outbox.happened([opened(), responders(), context()]);
    outbox.wake.signal();
    expect(kinds(await waiting)).toEqual(["assemble-room"]);
  });

  test("waits no longer than the bridge allows, then is gone", async () => {
    const waiting = outbox.claim("Fx1", { waitMs: 30_000 });
    await expect.poll(() => outbox.drain.isActive()).toBe(true);
    outbox.clock.advance(10_000);
    outbox.wake.signal();
    expect(await waiting).toEqual({ items: [], more: false });
    expect(await outbox.drain.isActive()).toBe(false);
  });
});

test("a bridge that stops lets waiting claims go", async () => {
  const waiting = outbox.claim("Fx1", { waitMs: 10_000 });
  await expect.poll(() => outbox.drain.isActive()).toBe(true);
  outbox.stopping.now = true;
  outbox.wake.signal();
  expect(await waiting).toEqual({ items: [], more: false });
});

describe("the drain's mark", () => {
  test("says that somebody works while a batch is out, and no longer once a card ends it", async () => {
    await outbox.happened([opened(), responders(), context()]);
    await outbox.claim("Fx1");
    expect(await outbox.drain.isActive()).toBe(true);
    await outbox.happened(ready, OTHER);
    await outbox.claim("Fx2");
    // It posts its card last and then only serves it: new work needs a new ring.
    expect(await outbox.drain.isActive()).toBe(false);
  });
});

describe("whether there is a reason to ring", () => {
  const unclaimed = () => hasUnclaimedWork(INCIDENT, outbox.deps);
  test("yes while a room is wanted, even before its people are known", async () => {
    await outbox.happened([opened()]);
    expect(await unclaimed()).toBe(true);
  });
  test("yes for work that nobody has, no for work that somebody does, yes again when they are gone", async () => {
    await outbox.happened([...ready, commandTaken()]);
    expect(await unclaimed()).toBe(true);
    await outbox.claim("Fx1");
    expect(await unclaimed()).toBe(false);
    outbox.clock.advance(LEASE_MS);
    expect(await unclaimed()).toBe(true);
  });
  test("no for an incident that owes Slack nothing", async () => {
    await outbox.happened([opened({ room: false, severity: "SEV4" })]);
    expect(await unclaimed()).toBe(false);
  });
});
