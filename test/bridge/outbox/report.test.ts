import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parseEffectId, UnknownEffectError } from "../../../bridge/outbox/report.ts";
import type { EffectReport } from "../../../shared/contracts/outbox.ts";
import {
  CARD_TS,
  commandTaken,
  context,
  DRAFT,
  drafted,
  hashOf,
  INCIDENT,
  opened,
  PEOPLE,
  painted,
  published,
  ROOM,
  requested,
  resolved,
  responders,
  roomOpened,
} from "../../support/incident-events.ts";
import { LEASE_MS, type Outbox, startOutbox } from "../../support/outbox.ts";
import { TIMING } from "../../support/view-world.ts";

let outbox: Outbox;
beforeEach(async () => {
  outbox = await startOutbox();
});
afterEach(() => outbox[Symbol.asyncDispose]());

const found = [opened(), responders(), context()];
const ASSEMBLE = `${INCIDENT}:assemble-room`;
const created: EffectReport = {
  result: "room-step",
  executionId: "Fx1",
  step: "create",
  ok: true,
  channel: ROOM,
  name: "inc-1121-payments-k9zp",
};
const types = async () => (await outbox.events()).map(({ type }) => type);
const idOf = async (part: string, executionId = "Fx1") =>
  (await outbox.claim(executionId)).items.map(({ effectId }) => effectId).find((id) => id.includes(part)) ?? "";

describe("a report", () => {
  test("of each step of the room is recorded, and the room opens with the last that it needs", async () => {
    await outbox.happened(found);
    await outbox.claim("Fx1");
    const step = (name: "invite" | "context" | "topic", more: object = {}): EffectReport => ({
      result: "room-step",
      executionId: "Fx1",
      step: name,
      ok: true,
      ...more,
    });
    for (const told of [created, step("invite"), step("context", { ts: "1795253001.000100" }), step("topic")])
      expect(await outbox.report(ASSEMBLE, told)).toEqual({ next: "continue" });
    expect((await types()).slice(3)).toEqual([
      "RoomCreated",
      "RoomStepDone",
      "RoomStepDone",
      "RoomStepDone",
      "MessagePainted",
      "RoomOpened",
      "RoomStepDone",
    ]);
  });

  test("told twice is recorded once", async () => {
    await outbox.happened(found);
    await outbox.claim("Fx1");
    await outbox.report(ASSEMBLE, created);
    await outbox.report(ASSEMBLE, created);
    expect((await types()).filter((type) => type === "RoomCreated")).toHaveLength(1);
  });

  test("renews the lease of whoever makes it", async () => {
    await outbox.happened(found);
    await outbox.claim("Fx1");
    outbox.clock.advance(LEASE_MS - 1);
    await outbox.report(ASSEMBLE, created);
    outbox.clock.advance(LEASE_MS - 1);
    expect((await outbox.claim("Fx2")).items).toEqual([]);
  });

  test("from a lapsed execution is recorded all the same, because it happened, and the execution is told to stop", async () => {
    await outbox.happened(found);
    await outbox.claim("Fx1");
    outbox.clock.advance(LEASE_MS);
    const { items } = await outbox.claim("Fx2");
    expect(items).toMatchObject([{ attempt: 2, done: [] }]);
    expect(await outbox.report(ASSEMBLE, created)).toEqual({ next: "stop" });
    expect(await outbox.state()).toMatchObject({ channel: ROOM });
    // The other execution made a second channel: the first one stays the room.
    const second = await outbox.report(ASSEMBLE, { ...created, executionId: "Fx2", channel: "C07WARROOM8" });
    expect(second).toEqual({ next: "continue" });
    expect(await outbox.state()).toMatchObject({ channel: ROOM });
  });

  test("of a message counts until its words change, and counts again when they come back", async () => {
    await outbox.happened([...roomOpened(), painted(), painted({ key: "checklist", rev: "x" })]);
    const clockOn = () => outbox.clock.advance(10_000);
    const paint = async () => {
      clockOn();
      const id = await idOf(":paint:context:");
      expect(id).not.toBe("");
      await outbox.report(id, { result: "painted", executionId: "Fx1", channel: ROOM, ts: "1795253001.000100" });
      return id;
    };
    const first = await paint();
    await outbox.happened([commandTaken(PEOPLE.sam)]);
    await paint();
    await outbox.happened([commandTaken(PEOPLE.alex)]);
    await paint();
    await outbox.happened([commandTaken(PEOPLE.sam)]);
    const again = await paint();
    expect(again).not.toBe(first);
    clockOn();
    // The words of sam's command were painted twice, and the second painting is known too: nothing is owed for ever.
    expect(await idOf(":paint:context:")).toBe("");
  });

  test("of a card names where it stands", async () => {
    await outbox.happened([...roomOpened(), requested(), drafted()]);
    const id = await idOf(":show:");
    const shownReport: EffectReport = {
      result: "card-shown",
      executionId: "Fx1",
      draftId: DRAFT,
      version: 1,
      contentHash: hashOf(),
      channel: ROOM,
      ts: CARD_TS,
    };
    expect(await outbox.report(id, shownReport)).toEqual({ next: "continue" });
    expect((await outbox.state()).drafts.get(DRAFT)).toMatchObject({
      state: "SHOWN",
      card: { ts: CARD_TS, executionId: "Fx1" },
    });
  });

  test("of a repaint ends what was owed", async () => {
    await outbox.happened(published());
    const id = await idOf(":repaint:");
    await outbox.report(id, { result: "repainted", executionId: "Fx1" });
    expect((await outbox.state()).drafts.get(DRAFT)?.card?.repaintedRev).toBe("PUBLISHED");
    expect(await idOf(":repaint:", "Fx2")).toBe("");
  });

  test("of archiving ends the incident", async () => {
    await outbox.happened([...roomOpened(), resolved({ outcome: "not_an_incident" }), painted({ key: "closing" })]);
    outbox.clock.advance(900_000);
    const id = await idOf(":archive-room");
    expect(await outbox.report(id, { result: "archived", executionId: "Fx1" })).toEqual({ next: "continue" });
    expect((await outbox.state()).status).toBe("archived");
  });

  test("of text in any spelling is taken as it comes", async () => {
    await outbox.happened(found);
    await outbox.claim("Fx1");
    await outbox.report(ASSEMBLE, {
      result: "room-step",
      executionId: "Fx1",
      step: "create",
      ok: false,
      error: "cafe\u0301 \ud800",
    });
    expect((await outbox.state()).steps.create).toMatchObject({ ok: false, error: "café \ufffd" });
  });
});

describe("a failure", () => {
  const failure = (retryAfterMs?: number): EffectReport => ({
    result: "failed",
    executionId: "Fx1",
    error: "ratelimited",
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });

  test("is recorded with its attempt, and the work is owed again after a growing wait", async () => {
    await outbox.happened(found);
    await outbox.claim("Fx1");
    expect(await outbox.report(ASSEMBLE, failure())).toEqual({ next: "stop" });
    expect((await outbox.state()).failures.get(ASSEMBLE)).toMatchObject({ attempt: 1, error: "ratelimited" });
    outbox.clock.advance(1_999);
    expect((await outbox.claim("Fx2")).items).toEqual([]);
    outbox.clock.advance(1);
    expect((await outbox.claim("Fx1")).items).toMatchObject([{ attempt: 2 }]);
    await outbox.report(ASSEMBLE, failure());
    outbox.clock.advance(3_999);
    expect((await outbox.claim("Fx2")).items).toEqual([]);
    outbox.clock.advance(1);
    expect((await outbox.claim("Fx2")).items).toMatchObject([{ attempt: 3 }]);
  });

  test("that names its own wait is waited for", async () => {
    await outbox.happened(found);
    await outbox.claim("Fx1");
    await outbox.report(ASSEMBLE, failure(20_000));
    outbox.clock.advance(19_999);
    expect((await outbox.claim("Fx2")).items).toEqual([]);
    outbox.clock.advance(1);
    expect((await outbox.claim("Fx2")).items).toHaveLength(1);
  });

  test("of somebody whose lease was taken does not take it from its holder", async () => {
    await outbox.happened(found);
    await outbox.claim("Fx1");
    outbox.clock.advance(LEASE_MS);
    await outbox.claim("Fx2");
    await outbox.report(ASSEMBLE, failure());
    expect(await outbox.leases.read(ASSEMBLE)).toMatchObject({ holder: "Fx2" });
    expect((await outbox.claim("Fx3")).items).toEqual([]);
  });
});

describe("a report that does not fit", () => {
  const told: Record<string, EffectReport> = {
    "room-step": created,
    painted: { result: "painted", executionId: "Fx1", channel: ROOM, ts: CARD_TS },
    "card-shown": {
      result: "card-shown",
      executionId: "Fx1",
      draftId: DRAFT,
      version: 1,
      contentHash: hashOf(),
      channel: ROOM,
      ts: CARD_TS,
    },
    repainted: { result: "repainted", executionId: "Fx1" },
    archived: { result: "archived", executionId: "Fx1" },
  };
  const works: Record<string, string> = {
    "room-step": ASSEMBLE,
    painted: `${INCIDENT}:paint:context:abc`,
    "card-shown": `${INCIDENT}:show:${DRAFT}:1:0`,
    repainted: `${INCIDENT}:repaint:${DRAFT}:${CARD_TS}:PUBLISHED`,
    archived: `${INCIDENT}:archive-room`,
  };
  test("the work it names changes nothing, whatever the two are", async () => {
    await outbox.happened([...roomOpened(), requested(), drafted(), resolved({ outcome: "not_an_incident" })]);
    const before = await types();
    for (const [kind, effectId] of Object.entries(works)) {
      for (const [result, report] of Object.entries(told)) {
        if (kind !== result) await outbox.report(effectId, report);
      }
    }
    expect(await types()).toEqual(before);
    // The room in another draft's name, too.
    await outbox.report(`${INCIDENT}:show:DRF-0000000002:1:0`, told["card-shown"] as EffectReport);
    expect(await types()).toEqual(before);
  });

  test("an incident changes nothing there", async () => {
    await outbox.report("INC-20261121-0914-QQQQ:assemble-room", created);
    expect(await outbox.store.read("INC-20261121-0914-QQQQ", 0)).toEqual([]);
  });

  test.each([
    "",
    "x",
    INCIDENT,
    `${INCIDENT}:dance`,
    `${INCIDENT}:paint:context`,
    `${INCIDENT}:show:D`,
    `${INCIDENT}:assemble-room:x`,
    ":assemble-room",
    "_system:assemble-room",
    "inc-20261121-0914-k9zp:assemble-room",
  ])("any kind of work is refused by name: %j", async (effectId) => {
    expect(() => parseEffectId(effectId)).toThrow(UnknownEffectError);
    await expect(outbox.report(effectId, created)).rejects.toThrow(UnknownEffectError);
  });
});

describe("a room that Slack refuses to archive", () => {
  test("is tried for a day, ever more rarely, then told of once and asked for no more", async () => {
    await outbox.happened([...roomOpened(), resolved({ outcome: "not_an_incident" })]);
    const paint = async (part: string, executionId: string) => {
      const id = await idOf(part, executionId);
      if (id !== "") await outbox.report(id, { result: "painted", executionId, channel: ROOM, ts: CARD_TS });
      return id;
    };
    expect(await paint(":paint:closing", "FxClosing")).not.toBe("");
    outbox.clock.advance(TIMING.noiseArchiveAfterMs);
    expect(await idOf(":archive-room", "FxArchive")).not.toBe("");
    outbox.clock.advance(LEASE_MS);

    const due = outbox.clock.now();
    const effectId = `${INCIDENT}:archive-room`;
    let tries = 0;
    while (!(await types()).includes("RoomNotArchived")) {
      const executionId = `Fx${tries}`;
      // As a drain that claims it: nobody gets it before its time.
      outbox.clock.advance(Math.max(0, ((await outbox.leases.read(effectId))?.until ?? 0) - outbox.clock.now()));
      expect(await outbox.leases.acquire(effectId, executionId, LEASE_MS)).toBeDefined();
      const error = tries < 20 ? "internal_error" : "missing_scope";
      // A report whose answer is lost is made again.
      for (let told = 0; told < 2; told += 1) await outbox.report(effectId, { result: "failed", executionId, error });
      tries += 1;
      expect(outbox.clock.now() - due).toBeLessThan(26 * 3_600_000);
    }
    expect(outbox.clock.now() - due).toBeGreaterThanOrEqual(24 * 3_600_000);
    expect(tries).toBeLessThan(40);
    expect((await outbox.events()).filter(({ type }) => type === "RoomNotArchived")).toEqual([
      { type: "RoomNotArchived", reason: "missing_scope" },
    ]);
    // The first drain died with it; of five attempts the failures are recorded.
    expect((await outbox.events()).filter(({ type }) => type === "EffectFailed")).toHaveLength(4);

    outbox.clock.advance(9 * 3_600_000);
    expect(await idOf(":archive-room", "FxLater")).toBe("");
    outbox.clock.advance(LEASE_MS);
    expect(await paint(":paint:not-archived", "FxTold")).not.toBe("");
    await outbox.rows.project(await outbox.state());
    expect(await outbox.rows.listOpen()).toEqual([]);
  });
});

test("a report keeps the drain's mark alive, unless the drain has said that it is gone", async () => {
  await outbox.happened(found);
  await outbox.claim("Fx1");
  outbox.clock.advance(5_000);
  await outbox.report(ASSEMBLE, created);
  outbox.clock.advance(5_000);
  expect(await outbox.drain.isActive()).toBe(true);
  await outbox.drain.gone("Fx1");
  await outbox.report(ASSEMBLE, { result: "room-step", executionId: "Fx1", step: "invite", ok: true });
  expect(await outbox.drain.isActive()).toBe(false);
});
