import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { EffectHandlers } from "../../../bridge/effects/effect-handlers.ts";
import { runEffects } from "../../../bridge/effects/run-effects.ts";
import type { BridgeEffect } from "../../../bridge/incident/pending-effects.ts";
import { createIndexTable } from "../../../bridge/index-table/index-table.ts";
import { createLeases } from "../../../bridge/index-table/leases.ts";
import { silentLogger } from "../../../bridge/platform/logger.ts";
import { INDEX_TABLE, type LocalStore, startDynalite } from "../../support/dynalite.ts";
import { approved, context, INCIDENT, opened, responders } from "../../support/incident-events.ts";
import { append, ledgerOn, storeOf } from "../../support/ledgers.ts";
import { TIMING, viewWorld } from "../../support/view-world.ts";
import { woundClock } from "../../support/wound-clock.ts";

let local: LocalStore;
beforeEach(async () => {
  local = await startDynalite();
});
afterEach(() => local[Symbol.asyncDispose]());

const KINDS = [
  "find-responders",
  "gather-context",
  "draft-update",
  "publish",
  "reconcile",
  "lapse",
  "expire-draft",
  "watch-twin",
  "watch-page",
  "draft-postmortem",
  "file-postmortem",
  "witness",
  "nudge",
  "give-up-closing",
  "ring-again",
  "watchdog-speak",
] as const satisfies BridgeEffect["kind"][];

function replicas(clock = woundClock()) {
  const leases = createLeases({ index: createIndexTable({ dynamo: local.client, table: INDEX_TABLE }), clock });
  const ran: string[] = [];
  const replica = (owner: string, handlers: Partial<EffectHandlers> = {}) => {
    const ledger = ledgerOn(storeOf(local.client), clock);
    const unexpected = Object.fromEntries(
      KINDS.map((kind) => [kind, () => Promise.reject(new Error(`nobody expects ${kind}`))]),
    ) as unknown as EffectHandlers;
    const deps = {
      ledger,
      leases,
      handlers: { ...unexpected, ...handlers },
      world: viewWorld(),
      timing: TIMING,
      clock,
      log: silentLogger,
      owner,
      leaseMs: 30_000,
    };
    return { ledger, run: () => runEffects(INCIDENT, deps) };
  };
  return { clock, replica, ran };
}
const found =
  (ledger: ReturnType<typeof ledgerOn>, ran: string[]): EffectHandlers["find-responders"] =>
  async (effect) => {
    ran.push(effect.id);
    await append(ledger, INCIDENT, effect.id, responders());
    return "done";
  };
const gathered =
  (ledger: ReturnType<typeof ledgerOn>, ran: string[]): EffectHandlers["gather-context"] =>
  async (effect) => {
    ran.push(effect.id);
    await append(ledger, INCIDENT, effect.id, context());
    return "done";
  };

describe("what an incident owes", () => {
  test("is done side by side, once, by whichever replica gets the lease", async () => {
    const { clock, replica, ran } = replicas();
    await append(ledgerOn(storeOf(local.client), clock), INCIDENT, "open", opened());
    const all = ["one", "two", "three"].map((owner) => {
      const ledger = ledgerOn(storeOf(local.client), clock);
      return replica(owner, { "find-responders": found(ledger, ran), "gather-context": gathered(ledger, ran) });
    });
    await Promise.all(all.map(({ run }) => run()));
    expect(ran.sort()).toEqual([`${INCIDENT}:find-responders`, `${INCIDENT}:gather-context`]);
    await all[0]?.run();
    expect(ran).toHaveLength(2);
  });

  test("is found by what was done before it, in one run", async () => {
    const { clock, replica, ran } = replicas();
    const ledger = ledgerOn(storeOf(local.client), clock);
    await append(ledger, INCIDENT, "open", opened({ room: false, severity: "SEV3" }));
    await append(ledger, INCIDENT, "ask", { type: "RoomRequested", severity: "SEV1" });
    const one = replica("one", {
      "find-responders": found(ledger, ran),
      "gather-context": async (effect) => {
        ran.push(effect.id);
        // Somebody else recorded it: nothing of this incident is owed any more.
        await append(ledger, INCIDENT, "elsewhere", context());
        return "done";
      },
    });
    expect(await one.run()).toBeUndefined();
    expect(ran).toHaveLength(2);
  });

  test("is not done by whoever got the lease after somebody else did the work", async () => {
    const { clock, replica, ran } = replicas();
    const ledger = ledgerOn(storeOf(local.client), clock);
    await append(ledger, INCIDENT, "open", opened(), context());
    const late = replica("late", { "find-responders": found(ledger, ran) });
    await late.ledger.load(INCIDENT);
    await append(ledger, INCIDENT, "early", responders());
    await late.run();
    expect(ran).toEqual([]);
  });
});

describe("a failure", () => {
  test("leaves the work owed; it is tried again after a growing wait", async () => {
    const { clock, replica, ran } = replicas();
    const ledger = ledgerOn(storeOf(local.client), clock);
    await append(ledger, INCIDENT, "open", opened(), context());
    let down = true;
    const one = replica("one", {
      "find-responders": (effect, state) => {
        if (!down) return found(ledger, ran)(effect, state);
        ran.push("failed");
        return Promise.reject(new Error("OnCall is down"));
      },
    });
    expect(await one.run()).toBe(clock.now() + 1_000);
    expect(await one.run()).toBeUndefined();
    clock.advance(1_000);
    expect(await one.run()).toBe(clock.now() + 2_000);
    down = false;
    clock.advance(2_000);
    expect(await one.run()).toBeUndefined();
    expect(ran).toEqual(["failed", "failed", `${INCIDENT}:find-responders`]);
  });

  test("of one piece of work does not keep another from being done", async () => {
    const { clock, replica, ran } = replicas();
    const ledger = ledgerOn(storeOf(local.client), clock);
    await append(ledger, INCIDENT, "open", opened());
    await replica("one", {
      "find-responders": () => Promise.reject(new Error("down")),
      "gather-context": gathered(ledger, ran),
    }).run();
    expect(ran).toEqual([`${INCIDENT}:gather-context`]);
  });

  test("of a process leaves its work to another once the lease has run out", async () => {
    const { clock, replica, ran } = replicas();
    const ledger = ledgerOn(storeOf(local.client), clock);
    await append(ledger, INCIDENT, "open", opened(), context());
    void replica("dead", { "find-responders": () => new Promise(() => {}) }).run();
    const leases = createLeases({ index: createIndexTable({ dynamo: local.client, table: INDEX_TABLE }), clock });
    await expect.poll(async () => (await leases.read(`${INCIDENT}:find-responders`))?.holder).toBe("dead");
    const two = replica("two", { "find-responders": found(ledger, ran) });
    await two.run();
    expect(ran).toEqual([]);
    clock.advance(30_000);
    await two.run();
    expect(ran).toEqual([`${INCIDENT}:find-responders`]);
  });

  test("of a publish is said to be tried again soon, and holds no lease", async () => {
    const { clock, replica } = replicas();
    const ledger = ledgerOn(storeOf(local.client), clock);
    for (const [n, event] of approved().entries()) await append(ledger, INCIDENT, `g${n}`, event);
    const one = replica("one", { publish: () => Promise.reject(new Error("down")), "watch-page": async () => "done" });
    await one.ledger.load(INCIDENT);
    expect(await one.run()).toBe(clock.now() + 1_000);
    let tries = 0;
    const two = replica("two", {
      publish: async () => {
        tries += 1;
        return "done";
      },
      "watch-page": async () => "done",
    });
    await two.run();
    expect(tries).toBe(1);
  });
});

test("work that asks for later is told when, the soonest first", async () => {
  const { clock, replica } = replicas();
  await append(ledgerOn(storeOf(local.client), clock), INCIDENT, "open", opened());
  const one = replica("one", {
    "find-responders": async () => ({ later: 9_000 }),
    "gather-context": async () => ({ later: 4_000 }),
  });
  expect(await one.run()).toBe(clock.now() + 4_000);
});
