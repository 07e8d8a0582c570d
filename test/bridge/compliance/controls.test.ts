import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Control, Evidence } from "../../../bridge/compliance/control.ts";
import { createControls } from "../../../bridge/compliance/controls.ts";
import { plaintextUpstreams } from "../../../bridge/compliance/plaintext-upstreams.ts";
import { createIndexTable } from "../../../bridge/index-table/index-table.ts";
import { createLeases } from "../../../bridge/index-table/leases.ts";
import type { Config } from "../../../bridge/platform/config.ts";
import { silentLogger } from "../../../bridge/platform/logger.ts";
import { createTasks } from "../../../bridge/platform/tasks.ts";
import { createMetrics } from "../../../bridge/platform/telemetry/metrics.ts";
import { INDEX_TABLE, type LocalStore, startDynalite } from "../../support/dynalite.ts";
import { woundClock } from "../../support/wound-clock.ts";

let store: LocalStore;
let clock: ReturnType<typeof woundClock>;
let looks: number;
let answer: () => Evidence | Promise<Evidence>;
const metrics = createMetrics();

beforeEach(async () => {
  store = await startDynalite();
  clock = woundClock();
  looks = 0;
  answer = () => ({ kind: "passing" });
});
afterEach(() => store[Symbol.asyncDispose]());

const CONTROL: Control = {
  id: "door-shut",
  title: "The door is shut",
  probe: "Somebody pulls at it",
  maxAgeSeconds: 180,
  link: "docs/operate.md#a-control-fails",
  look: () => {
    looks += 1;
    return answer();
  },
};

function replica(owner = "one") {
  const index = createIndexTable({ dynamo: store.client, table: INDEX_TABLE });
  return createControls({
    controls: [CONTROL],
    index,
    leases: createLeases({ index, clock }),
    owner,
    everyMs: 60_000,
    clock,
    metrics,
    tasks: createTasks({ log: silentLogger }),
    log: silentLogger,
  });
}
const status = async (controls = replica()) => (await controls.list())[0]?.status;

describe("a control", () => {
  test("is unknown until it was looked at", async () => {
    expect(await replica().list()).toEqual([
      {
        id: "door-shut",
        title: "The door is shut",
        status: "unknown",
        evidenceAt: null,
        maxAgeSeconds: 180,
        probe: "Somebody pulls at it",
        link: "docs/operate.md#a-control-fails",
      },
    ]);
  });

  test("passes or fails as its probe saw it, for every replica and after a restart", async () => {
    await replica("one").round();
    expect((await replica("two").list())[0]).toMatchObject({
      status: "passing",
      evidenceAt: new Date(clock.now()).toISOString(),
    });
    answer = () => ({ kind: "failing", why: "it is open" });
    clock.advance(60_000);
    await replica("three").round();
    expect(await status()).toBe("failing");
  });

  test.each<[string, () => Evidence | Promise<Evidence>]>([
    ["could not look", () => ({ kind: "no-evidence", why: "the hall is dark" })],
    ["threw", () => Promise.reject(new Error("no hands"))],
  ])("keeps its evidence when a probe %s, and grows stale by it", async (_, then) => {
    const controls = replica();
    await controls.round();
    answer = then;
    clock.advance(60_000);
    await controls.round();
    expect(await status()).toBe("passing");
    clock.advance(121_000);
    await controls.round();
    expect(await status()).toBe("stale");
    expect(await metrics.render()).toContain('ic_control_status{control="door-shut"} -1');
  });

  test("is looked at once a round, however many replicas there are", async () => {
    await Promise.all([replica("one").round(), replica("two").round(), replica("three").round()]);
    expect(looks).toBe(1);
    clock.advance(60_000);
    await Promise.all([replica("one").round(), replica("two").round()]);
    expect(looks).toBe(2);
  });
});

test("an address of plain http on another machine is named by its setting", () => {
  const config = {
    LINEAR_API_URL: "https://api.linear.example.com",
    MIMIR_URL: "http://mimir.internal.example.com",
    DYNAMODB_ENDPOINT: "http://127.0.0.1:8000",
    LEDGER_TABLE: "http-looking",
  } as Partial<Config> as Config;
  expect(plaintextUpstreams(config)).toEqual(["MIMIR_URL"]);
});
