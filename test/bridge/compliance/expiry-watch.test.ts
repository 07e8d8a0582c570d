import { beforeEach, describe, expect, test } from "vitest";
import type { Expiry, ExpirySource } from "../../../bridge/compliance/expiry.ts";
import { createExpiryWatch, type Ending } from "../../../bridge/compliance/expiry-watch.ts";
import { shippedControls } from "../../../bridge/compliance/shipped-controls.ts";
import { silentLogger } from "../../../bridge/platform/logger.ts";
import { createTasks } from "../../../bridge/platform/tasks.ts";
import { createMetrics } from "../../../bridge/platform/telemetry/metrics.ts";
import { woundClock } from "../../support/wound-clock.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

let clock: ReturnType<typeof woundClock>;
let metrics: ReturnType<typeof createMetrics>;
let urgent: Ending[];
let reads: string[];
beforeEach(() => {
  clock = woundClock();
  metrics = createMetrics();
  urgent = [];
  reads = [];
});

const source = (credential: string, answer: () => Expiry | Promise<Expiry>): ExpirySource => ({
  credential,
  title: `The ${credential}`,
  whose: "Platform",
  next: "replace it",
  read: async () => {
    reads.push(credential);
    return answer();
  },
});
const endsIn = (ms: number) => {
  const at = clock.now() + ms;
  return (): Expiry => ({ kind: "ends", at });
};
const watching = (...sources: ExpirySource[]) =>
  createExpiryWatch({
    sources: () => sources,
    onUrgent: async (ending) => void urgent.push(ending),
    clock,
    metrics,
    tasks: createTasks({ log: silentLogger }),
    log: silentLogger,
  });
const series = async () =>
  (await metrics.render()).split("\n").filter((line) => line.startsWith("ic_credential_expiry"));
const control = (watch: ReturnType<typeof watching>) =>
  shippedControls({
    config: {},
    clock,
    secrets: { health: () => [] },
    sweepSilent: () => false,
    showAges: () => {},
    expiries: watch.view,
  } as never).find(({ id }) => id === "credentials-not-ending");

describe("what ends", () => {
  test("is shown as the seconds that are left, counted down by everybody's own clock", async () => {
    const watch = watching(source("github", endsIn(30 * DAY)));
    await watch.tend();
    clock.advance(5 * HOUR);
    expect(await series()).toEqual([
      `ic_credential_expiry_seconds{credential="github"} ${30 * 86_400 - 5 * 3_600}`,
      'ic_credential_expiry_known{credential="github"} 1',
    ]);
    expect(urgent).toEqual([]);
  });

  test("is not among the numbers when it has no end: its age is watched", async () => {
    await watching(source("linear", () => ({ kind: "none" }))).tend();
    expect(await series()).toEqual([]);
  });

  test.each<[string, () => Expiry | Promise<Expiry>]>([
    ["says that it does not know", () => ({ kind: "unknown", why: "answered 503" })],
    ["fails", () => Promise.reject(new Error("no route"))],
  ])("is unknown and never zero when its probe %s", async (_, answer) => {
    const watch = watching(source("tls-own:incidents.example.com", answer));
    await watch.tend();
    expect(await series()).toEqual(['ic_credential_expiry_known{credential="tls-own:incidents.example.com"} 0']);
    expect(await control(watch)?.look()).toMatchObject({ kind: "no-evidence" });
  });

  test("is believed for six hours of failing probes, then it is unknown", async () => {
    let away = false;
    const ends = endsIn(90 * DAY);
    const watch = watching(source("github", () => (away ? { kind: "unknown", why: "timed out" } : ends())));
    await watch.tend();
    away = true;
    for (let hours = 0; hours < 6; hours += 1) {
      clock.advance(HOUR);
      await watch.tend();
    }
    expect(watch.view()).toMatchObject([{ expiry: { kind: "ends" } }]);
    clock.advance(MINUTE);
    expect(watch.view()).toMatchObject([{ expiry: { kind: "unknown", why: "timed out" } }]);
    away = false;
    clock.advance(5 * MINUTE);
    await watch.tend();
    expect(watch.view()).toMatchObject([{ expiry: { kind: "ends" } }]);
  });

  test("is asked for once an hour; sooner after a failure and when it is about to end", async () => {
    const watch = watching(
      source("steady", endsIn(90 * DAY)),
      source("failing", () => Promise.reject(new Error("no route"))),
      source("ending", endsIn(2 * HOUR)),
    );
    for (let minute = 0; minute < 60; minute += 1) {
      await watch.tend();
      clock.advance(MINUTE);
    }
    const times = (name: string) => reads.filter((read) => read === name).length;
    expect([times("steady"), times("failing"), times("ending")]).toEqual([1, 12, 12]);
  });

  test("is told of at every tick from a day before, and no longer once it was replaced", async () => {
    let answer = endsIn(DAY + MINUTE);
    const watch = watching(
      source("github", () => answer()),
      source("linear", endsIn(9 * DAY)),
    );
    await watch.tend();
    expect(urgent).toEqual([]);
    clock.advance(MINUTE);
    await watch.tend();
    expect(urgent.map(({ credential }) => credential)).toEqual(["github"]);
    answer = endsIn(90 * DAY);
    clock.advance(HOUR);
    await watch.tend();
    expect(urgent).toHaveLength(1);
  });

  test("does not keep the others from being looked at when telling of it fails", async () => {
    const watch = createExpiryWatch({
      sources: () => [source("github", endsIn(HOUR))],
      onUrgent: () => Promise.reject(new Error("the store is away")),
      clock,
      metrics,
      tasks: createTasks({ log: silentLogger }),
      log: silentLogger,
    });
    await watch.tend();
    expect(watch.view()).toHaveLength(1);
  });
});

describe("the control", () => {
  test.each<[string, Expiry[], string]>([
    ["passes while all have more than a week", [{ kind: "ends", at: 8 * DAY }, { kind: "none" }], "passing"],
    [
      "fails from a week before on",
      [
        { kind: "ends", at: 90 * DAY },
        { kind: "ends", at: 6 * DAY },
      ],
      "failing",
    ],
    [
      "fails whatever else is unknown",
      [
        { kind: "unknown", why: "timed out" },
        { kind: "ends", at: -DAY },
      ],
      "failing",
    ],
    [
      "has no evidence while one is unknown",
      [
        { kind: "unknown", why: "timed out" },
        { kind: "ends", at: 90 * DAY },
      ],
      "no-evidence",
    ],
    ["has no evidence where nothing says when it ends", [{ kind: "none" }], "no-evidence"],
  ])("%s", async (_, expiries, kind) => {
    const start = clock.now();
    const watch = watching(
      ...expiries.map((expiry, n) =>
        source(`credential-${n}`, () => (expiry.kind === "ends" ? { kind: "ends", at: start + expiry.at } : expiry)),
      ),
    );
    await watch.tend();
    expect(await control(watch)?.look()).toMatchObject({ kind });
  });

  test("has no evidence before the first look", async () => {
    expect(await control(watching(source("github", endsIn(DAY))))?.look()).toMatchObject({ kind: "no-evidence" });
  });
});
