import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createReactor, type ReactorDeps } from "../../../bridge/effects/reactor.ts";
import { createSweeper } from "../../../bridge/effects/sweeper.ts";
import { silentLogger } from "../../../bridge/platform/logger.ts";
import { createTasks } from "../../../bridge/platform/tasks.ts";
import { stateOf } from "../../support/given.ts";
import { INCIDENT, opened } from "../../support/incident-events.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2026-11-21T09:14:05.000Z") });
});
afterEach(() => {
  vi.useRealTimers();
});

const clock = { now: () => Date.now(), monotonic: () => Date.now() };
function reacting(change: Partial<ReactorDeps> = {}) {
  const ran: string[] = [];
  const tasks = createTasks({ log: silentLogger });
  const reactor = createReactor({
    rows: { project: async () => {}, listOpen: async () => [], incidentOf: async () => undefined },
    runEffects: async (incident) => {
      ran.push(incident);
      return undefined;
    },
    offerSlackWork: async () => {},
    tasks,
    clock,
    log: silentLogger,
    ...change,
  });
  return { reactor, ran, tasks };
}

describe("the reactor", () => {
  test("runs what an append made owed, without keeping whoever appended waiting", async () => {
    const { reactor, ran, tasks } = reacting();
    reactor.changed(stateOf(opened()));
    expect(ran.length).toBeLessThanOrEqual(1);
    await tasks.drain(1_000);
    expect(ran).toEqual([INCIDENT]);
  });

  test("runs one round at a time for an incident, and one more when something happened meanwhile", async () => {
    let running = 0;
    let most = 0;
    let rounds = 0;
    const { reactor } = reacting({
      runEffects: async () => {
        running += 1;
        rounds += 1;
        most = Math.max(most, running);
        await Promise.resolve();
        running -= 1;
        return undefined;
      },
    });
    await Promise.all([reactor.react(INCIDENT), reactor.react(INCIDENT), reactor.react(INCIDENT)]);
    expect([most, rounds]).toEqual([1, 2]);
  });

  test("comes back when the soonest work may be tried again, whatever was put off for longer", async () => {
    const rounds: number[] = [];
    const waits = [1_000, 300_000, undefined, undefined];
    const { reactor } = reacting({
      runEffects: async () => {
        rounds.push(clock.now());
        const wait = waits.shift();
        return wait === undefined ? undefined : clock.now() + wait;
      },
    });
    const start = clock.now();
    await reactor.react(INCIDENT);
    await reactor.react(INCIDENT);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(rounds.map((at) => at - start)).toEqual([0, 0, 1_000]);
  });

  test("offers Slack's work beside its own, and again after it", async () => {
    const order: string[] = [];
    const { reactor } = reacting({
      runEffects: async () => {
        order.push("ours begins");
        await Promise.resolve();
        await Promise.resolve();
        order.push("ours ends");
        return undefined;
      },
      offerSlackWork: async () => void order.push("offered"),
    });
    await reactor.react(INCIDENT);
    expect(order).toEqual(["ours begins", "offered", "ours ends", "offered"]);
  });

  test("that fails is ready for the next append", async () => {
    let rounds = 0;
    const { reactor } = reacting({
      runEffects: async () => {
        rounds += 1;
        if (rounds === 1) throw new Error("the store is down");
        return undefined;
      },
    });
    await expect(reactor.react(INCIDENT)).rejects.toThrow("the store is down");
    await reactor.react(INCIDENT);
    expect(rounds).toBe(2);
  });

  test("that was stopped begins nothing more", async () => {
    let rounds = 0;
    const { reactor } = reacting({
      runEffects: async () => {
        rounds += 1;
        return clock.now() + 1_000;
      },
    });
    await reactor.react(INCIDENT);
    reactor.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    reactor.changed(stateOf(opened()));
    await vi.advanceTimersByTimeAsync(1);
    expect(rounds).toBe(1);
  });
});

describe("the sweeper", () => {
  const sweeping = (change: Partial<Parameters<typeof createSweeper>[0]> = {}) => {
    const swept: string[] = [];
    const projected: string[] = [];
    const { reactor, tasks } = reacting({ runEffects: async (incident) => void swept.push(incident) });
    const sweeper = createSweeper({
      everyMs: 5_000,
      intake: async () => 0,
      rows: {
        project: async ({ id }) => void projected.push(id),
        listOpen: async () => ["INC-1", "INC-2", "INC-3"],
        incidentOf: async () => undefined,
      },
      ledger: { load: async (id: string) => ({ ...stateOf(opened()), id }) } as Parameters<
        typeof createSweeper
      >[0]["ledger"],
      reactor,
      upkeep: async () => {},
      tasks,
      log: silentLogger,
      ...change,
    });
    return { sweeper, swept, projected };
  };

  test("drives every open incident, again and again, and projects what others appended", async () => {
    const { sweeper, swept, projected } = sweeping();
    sweeper.start();
    await vi.advanceTimersByTimeAsync(10_100);
    sweeper.stop();
    expect(swept).toEqual(Array.from({ length: 3 }, () => ["INC-1", "INC-2", "INC-3"]).flat());
    expect(projected).toEqual(swept);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(swept).toHaveLength(9);
  });

  test("drives hundreds, a few together: one that hangs keeps only its own place", async () => {
    const ids = Array.from({ length: 620 }, (_, n) => `INC-${n}`);
    const release: (() => void)[] = [];
    let running = 0;
    let most = 0;
    const { sweeper, swept } = sweeping({
      rows: { project: async () => {}, listOpen: async () => ids, incidentOf: async () => undefined },
      ledger: {
        load: async (id: string) => {
          running += 1;
          most = Math.max(most, running);
          await (id === "INC-3" ? new Promise<void>((resolve) => release.push(resolve)) : Promise.resolve());
          running -= 1;
          return { ...stateOf(opened()), id };
        },
      } as Parameters<typeof createSweeper>[0]["ledger"],
    });
    const sweep = sweeper.sweep();
    await vi.waitFor(() => expect(swept).toHaveLength(ids.length - 1));
    for (const go of release) go();
    await sweep;
    expect(new Set(swept)).toEqual(new Set(ids));
    expect(most).toBe(8);
  });

  test("is stopped by no failure of a part: the rest of the pass goes on", async () => {
    const { sweeper, swept } = sweeping({
      intake: () => Promise.reject(new Error("inbox down")),
      upkeep: () => Promise.reject(new Error("page down")),
      ledger: {
        load: async (id: string) => {
          if (id === "INC-2") throw new Error("chain broken");
          return { ...stateOf(opened()), id };
        },
      } as Parameters<typeof createSweeper>[0]["ledger"],
    });
    await sweeper.sweep();
    expect(swept).toEqual(["INC-1", "INC-3"]);
  });
});
