import { beforeEach, describe, expect, test } from "vitest";
import { type CheckpointSchedule, createCheckpointSchedule } from "../../../bridge/audit/checkpoint-schedule.ts";
import { createCheckpointSigner } from "../../../bridge/audit/checkpoint-signer.ts";
import { checkLog } from "../../../bridge/audit/proof/check-log.ts";
import type { LogStore } from "../../../bridge/audit/proof/log-store.ts";
import { silentLogger } from "../../../bridge/platform/logger.ts";
import { createTasks } from "../../../bridge/platform/tasks.ts";
import { honestStream, memoryLog, memoryStreams, nudge, testKey } from "../../support/audit.ts";
import { opened } from "../../support/incident-events.ts";
import { woundClock } from "../../support/wound-clock.ts";

const A = "INC-20261121-0914-AAAA";
const B = "INC-20261121-0914-BBBB";
const EVERY = 60_000;

let log: ReturnType<typeof memoryLog>;
let streams: ReturnType<typeof memoryStreams>;
let clock: ReturnType<typeof woundClock>;
let open: string[];
let refused: string[];
let signed: number[];
let logDown: boolean;
let listDown: boolean;
let tasks: ReturnType<typeof createTasks>;
let schedule: CheckpointSchedule;
let scheduleEvery: (everyMs: number) => CheckpointSchedule;

const write = (incident: string, count: number) => {
  for (const item of honestStream(incident, count)) streams.items_.set(`${item.pk} ${item.sk}`, { ...item });
};
const sizes = async () => (await checkLog(log, { keys: [testKey().verifier] })).checkpoints.map(({ size }) => size);

beforeEach(() => {
  log = memoryLog();
  streams = memoryStreams();
  clock = woundClock();
  open = [];
  refused = [];
  signed = [];
  logDown = false;
  listDown = false;
  tasks = createTasks({ log: silentLogger });
  const frail: LogStore = {
    ...log,
    list: (...args) => (logDown ? Promise.reject(new Error("the log is away")) : log.list(...args)),
  };
  scheduleEvery = (everyMs) =>
    createCheckpointSchedule({
      signer: createCheckpointSigner({ log: frail, streams, key: testKey(), clock, logger: silentLogger }),
      listOpen: async () => (listDown ? Promise.reject(new Error("the index is away")) : open),
      everyMs,
      idleEveryMs: 60 * EVERY,
      onRefused: async ({ incident }) => {
        refused.push(incident);
      },
      onSigned: ({ size }) => signed.push(size),
      clock,
      tasks,
      log: silentLogger,
    });
  schedule = scheduleEvery(EVERY);
});

test("while an incident is open there is a checkpoint a minute, and a second replica adds none to it", async () => {
  open = [A];
  write(A, 2);
  await schedule.tick();
  expect(await sizes()).toEqual([2]);
  clock.advance(1_000);
  await schedule.tick();
  expect(await sizes()).toEqual([2]);
  clock.advance(EVERY);
  await Promise.all([schedule.tick(), schedule.tick()]);
  expect(await sizes()).toEqual([2, 3]);
  expect(signed).toEqual([2, 3]);
});

test("while none is open there is one an hour", async () => {
  await schedule.tick();
  clock.advance(30 * EVERY);
  await schedule.tick();
  expect(await sizes()).toEqual([1]);
  clock.advance(30 * EVERY);
  await schedule.tick();
  expect(await sizes()).toEqual([1, 2]);
});

test("what was appended to a closed incident is covered at the next look", async () => {
  await schedule.tick();
  write(B, 1);
  schedule.appended(B, [nudge(1)]);
  await tasks.drain(1_000);
  expect(await sizes()).toEqual([1]);
  await schedule.tick();
  expect((await checkLog(log, { keys: [] })).heads.get(B)).toMatchObject([{ seq: 1 }]);
});

test("an incident that opens is covered at once", async () => {
  write(A, 1);
  schedule.appended(A, [opened()]);
  await tasks.drain(1_000);
  expect((await checkLog(log, { keys: [] })).heads.get(A)).toMatchObject([{ seq: 1 }]);
});

test("a stream that does not verify is told and keeps no other from being covered", async () => {
  write(A, 2);
  write(B, 2);
  const key = `INC#${A} E#000000000002`;
  const item = streams.items_.get(key);
  if (item) streams.items_.set(key, { ...item, hash: "0".repeat(64) });
  open = [A, B];
  await schedule.tick();
  expect(refused).toEqual([A]);
  expect((await checkLog(log, { keys: [] })).heads.get(B)).toMatchObject([{ seq: 2 }]);
});

describe("when something is away", () => {
  test("what was appended is covered once the log is back", async () => {
    write(A, 1);
    logDown = true;
    schedule.appended(A, [opened()]);
    await tasks.drain(1_000);
    await schedule.tick();
    expect(await sizes()).toEqual([]);
    logDown = false;
    await schedule.tick();
    expect((await checkLog(log, { keys: [] })).heads.get(A)).toMatchObject([{ seq: 1 }]);
  });

  test("a look that cannot list what is open does not throw", async () => {
    listDown = true;
    await expect(schedule.tick()).resolves.toBeUndefined();
  });
});

test("it looks again and again", async () => {
  write(A, 1);
  const often = scheduleEvery(5);
  often.start();
  await expect.poll(sizes).toEqual([1]);
  often.appended(A, [nudge(1)]);
  await expect.poll(sizes).toEqual([1, 3]);
  often.stop();
  await tasks.drain(1_000);
});

test("it looks by itself from its start to its stop", async () => {
  schedule.start();
  await tasks.drain(1_000);
  expect(await sizes()).toEqual([1]);
  schedule.stop();
  write(A, 1);
  schedule.appended(A, [opened()]);
  await tasks.drain(1_000);
  expect(await sizes()).toEqual([1]);
  schedule.start();
  schedule.stop();
  await tasks.drain(1_000);
});
