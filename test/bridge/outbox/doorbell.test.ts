import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createIndexTable } from "../../../bridge/index-table/index-table.ts";
import { createTokenBucket } from "../../../bridge/index-table/token-bucket.ts";
import { createDoorbell, RING_BURST, RINGS_PER_MINUTE } from "../../../bridge/outbox/doorbell.ts";
import { createDrainMark } from "../../../bridge/outbox/drain-mark.ts";
import { createOfferWork } from "../../../bridge/outbox/offer-work.ts";
import { createWake } from "../../../bridge/outbox/wake.ts";
import { systemClock } from "../../../bridge/platform/clock.ts";
import { createHttp } from "../../../bridge/platform/http.ts";
import { silentLogger } from "../../../bridge/platform/logger.ts";
import { INDEX_TABLE } from "../../support/dynalite.ts";
import { context, INCIDENT, opened, responders } from "../../support/incident-events.ts";
import { storeFailure } from "../../support/ledgers.ts";
import { type LocalServer, startLocalServer } from "../../support/local-server.ts";
import { type Outbox, startOutbox } from "../../support/outbox.ts";

let outbox: Outbox;
let slack: LocalServer;
let status = 200;
beforeEach(async () => {
  status = 200;
  outbox = await startOutbox();
  slack = await startLocalServer((_request, response) => void response.writeHead(status).end('{"ok":true}'));
});
afterEach(async () => {
  await slack[Symbol.asyncDispose]();
  await outbox[Symbol.asyncDispose]();
});

const doorbellOf = ({ clock, local }: Outbox) =>
  createDoorbell({
    url: async () => `${slack.url}/triggers/T0/doorbell`,
    http: createHttp({ clock: systemClock, timeoutMs: 2_000, log: silentLogger }),
    bucket: createTokenBucket({
      index: createIndexTable({ dynamo: local.client, table: INDEX_TABLE }),
      clock,
      name: "doorbell",
      burst: RING_BURST,
      refillMs: 60_000 / RINGS_PER_MINUTE,
    }),
    clock,
    log: silentLogger,
  });

describe("the doorbell", () => {
  test("rings the trigger with a reason and no data", async () => {
    expect(await doorbellOf(outbox).ring("work")).toBe(0);
    expect(slack.seen).toMatchObject([{ method: "POST", path: "/triggers/T0/doorbell", body: '{"reason":"work"}' }]);
  });

  test("is rung eight times a minute at most, four at once, by all replicas together", async () => {
    const bells = [doorbellOf(outbox), doorbellOf(outbox)];
    for (let second = 0; second < 60; second += 1) {
      for (const bell of bells) await bell.ring("work");
      outbox.clock.advance(1_000);
    }
    expect(slack.seen.length).toBe(RING_BURST + RINGS_PER_MINUTE - 1);
    expect(slack.seen.length).toBeLessThan(12);
  });

  test("that fails says so until it rings again, and never throws", async () => {
    const bell = doorbellOf(outbox);
    status = 500;
    expect(await bell.ring("work")).toBeGreaterThan(0);
    expect(bell.trouble()).toBe("HttpStatusError");
    status = 200;
    expect(await bell.ring("work")).toBe(0);
    expect(bell.trouble()).toBeUndefined();
    await outbox[Symbol.asyncDispose]();
    expect(await bell.ring("work")).toBeGreaterThan(0);
    expect(bell.trouble()).toBeDefined();
  });
});

describe("offering work", () => {
  const offering = () => createOfferWork({ ...outbox.deps, doorbell: doorbellOf(outbox) });

  test("rings once for a storm of appends: a drain is expected", async () => {
    await outbox.happened([opened(), responders(), context()]);
    const offer = offering();
    await Promise.all(Array.from({ length: 20 }, () => offer(INCIDENT)));
    expect(slack.seen).toHaveLength(1);
  });

  test("rings again when the drain that was expected did not come", async () => {
    await outbox.happened([opened(), responders(), context()]);
    const offer = offering();
    await offer(INCIDENT);
    outbox.clock.advance(6_001);
    await offer(INCIDENT);
    expect(slack.seen).toHaveLength(2);
  });

  test("does not ring while a drain is asking, nor when there is nothing to do", async () => {
    await outbox.happened([opened({ room: false, severity: "SEV4" })]);
    await offering()(INCIDENT);
    await outbox.happened([{ type: "RoomRequested", severity: "SEV1" }, responders(), context()]);
    await outbox.drain.active("Fx1", 10_000);
    await offering()(INCIDENT);
    expect(slack.seen).toEqual([]);
    await outbox.drain.gone("Fx1");
    await offering()(INCIDENT);
    expect(slack.seen).toHaveLength(1);
  });

  test("goes on after it has failed once", async () => {
    await outbox.happened([opened(), responders(), context()]);
    let down = true;
    const ledger = {
      ...outbox.ledger,
      load: (incident: string) => (down ? Promise.reject(storeFailure()) : outbox.ledger.load(incident)),
    };
    const offer = createOfferWork({ ...outbox.deps, ledger, doorbell: doorbellOf(outbox) });
    await expect(offer(INCIDENT)).rejects.toThrow("ECONNRESET");
    down = false;
    await offer(INCIDENT);
    expect(slack.seen).toHaveLength(1);
  });
});

describe("the drain's mark", () => {
  test("is shared: what one replica hears the other knows", async () => {
    const index = createIndexTable({ dynamo: outbox.local.client, table: INDEX_TABLE });
    const other = createDrainMark({ index, clock: outbox.clock });
    await outbox.drain.active("Fx1", 5_000);
    expect(await other.isActive()).toBe(true);
    outbox.clock.advance(5_000);
    expect(await other.isActive()).toBe(false);
  });

  test("of an expected drain never shortens that of one that works", async () => {
    await outbox.drain.active("Fx1", 20_000);
    await outbox.drain.expected(6_000);
    outbox.clock.advance(19_999);
    expect(await outbox.drain.isActive()).toBe(true);
  });

  test("is not ended by a drain that another has followed", async () => {
    await outbox.drain.active("Fx1", 5_000);
    await outbox.drain.active("Fx2", 5_000);
    await outbox.drain.gone("Fx1");
    expect(await outbox.drain.isActive()).toBe(true);
    await outbox.drain.gone("Fx2");
    expect(await outbox.drain.isActive()).toBe(false);
  });

  test("is not brought back by a late report of a drain that is gone", async () => {
    await outbox.drain.active("Fx1", 5_000);
    await outbox.drain.gone("Fx1");
    await outbox.drain.working("Fx1", 5_000);
    expect(await outbox.drain.isActive()).toBe(false);
  });
});

describe("a wait for work", () => {
  test("ends at the next signal, for everybody who waits", async () => {
    const wake = createWake();
    const waits = [wake.wait(60_000), wake.wait(60_000)];
    wake.signal();
    await Promise.all(waits);
  });
  test("ends by itself, and a signal that nobody waits for is not kept", async () => {
    const wake = createWake();
    wake.signal();
    await wake.wait(5);
    wake.signal();
  });
});
