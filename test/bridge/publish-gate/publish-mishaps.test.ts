import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { IncidentEvent } from "../../../bridge/incident/events.ts";
import type { LedgerStore } from "../../../bridge/ledger/ledger-store.ts";
import { approved, BODY, DRAFT, granted, INCIDENT, opened, shown, waiting } from "../../support/incident-events.ts";
import { storeFailure } from "../../support/ledgers.ts";
import { type Gate, type Outside, startGate } from "./gate.ts";

let gate: Gate;
beforeEach(async () => {
  gate = await startGate();
});
afterEach(async () => {
  const faults = gate.recorder.faults();
  await gate[Symbol.asyncDispose]();
  expect(faults).toEqual([]);
});

/** A store whose puts of this entry, or whose reads of the whole stream, fail while it is down. */
const failing =
  (what: "reading back" | (string & {}), down: { now: boolean }) =>
  ({ store }: Outside): Partial<Outside> => ({
    store: {
      put: async (item) => {
        if (down.now && item.type === what) throw storeFailure();
        return store.put(item);
      },
      read: async (incident, afterSeq) => {
        if (down.now && what === "reading back" && afterSeq === 0) throw storeFailure();
        return store.read(incident, afterSeq);
      },
    } satisfies LedgerStore,
  });

describe("what breaks off before the call", () => {
  test("is put off and tried again without asking anybody, when the record cannot be read back", async () => {
    await gate.given(...approved());
    const down = { now: false };
    const replica = gate.replica(failing("reading back", down));
    await replica.ledger.load(INCIDENT);
    down.now = true;
    expect(await replica.publish()).toBe(5_000);
    expect(await gate.story()).toEqual(["PublishStarted", "PublishDeferred"]);
    expect(gate.page.writes).toEqual([]);
    down.now = false;
    expect(await gate.heal(replica)).toMatchObject({ state: "PUBLISHED" });
    expect(gate.page.writes).toHaveLength(1);
  });

  test("is put off when the answer to the claim is lost, and does not come in time", async () => {
    await gate.given(...approved());
    let lost = true;
    const replica = gate.replica(({ store }) => ({
      store: {
        ...store,
        put: async (item) => {
          if (!lost || item.type !== "PublishStarted") return store.put(item);
          lost = false;
          await store.put(item);
          gate.clock.advance(11_000);
          throw storeFailure();
        },
      } satisfies LedgerStore,
    }));
    expect(await replica.publish()).toBe(5_000);
    expect(await gate.story()).toEqual(["PublishStarted", "PublishDeferred"]);
    expect(await gate.heal(replica)).toMatchObject({ state: "PUBLISHED" });
    expect(gate.page.writes).toHaveLength(1);
  });

  test("leaves nothing behind when the claim never landed", async () => {
    await gate.given(...approved());
    let down = true;
    const replica = gate.replica(({ store }) => ({
      store: {
        ...store,
        put: async (item) => {
          if (!down) return store.put(item);
          gate.clock.advance(11_000);
          down = false;
          throw storeFailure();
        },
      } satisfies LedgerStore,
    }));
    expect(await replica.publish()).toBe(5_000);
    expect(await gate.story()).toEqual([]);
    expect(await gate.heal(replica)).toMatchObject({ state: "PUBLISHED" });
    expect(gate.page.writes).toHaveLength(1);
  });

  test("is found out by reading the page when even that cannot be written down", async () => {
    await gate.given(...approved());
    const replica = gate.replica(({ store }) => {
      let claimed = false;
      const gone = () => Promise.reject(new Error("the process is going"));
      return {
        store: {
          put: async (item) => {
            if (claimed) return gone();
            claimed = item.type === "PublishStarted";
            return store.put(item);
          },
          read: (incident, afterSeq) => (claimed ? gone() : store.read(incident, afterSeq)),
        } satisfies LedgerStore,
      };
    });
    await expect(replica.publish()).rejects.toThrow("the process is going");
    expect(await gate.heal()).toMatchObject({ state: "NEEDS_HUMAN" });
    expect(gate.page.writes).toEqual([]);
  });
});

test("of two replicas only the one that holds the claim uses up a call of the page's budget", async () => {
  await gate.given(...approved());
  let taken = 0;
  const replicas = [gate.replica(), gate.replica(), gate.replica()];
  for (const { deps } of replicas) {
    deps.pageToken = async () => {
      taken += 1;
      return 0;
    };
  }
  await Promise.all(replicas.map((replica) => replica.publish()));
  expect(gate.page.writes).toHaveLength(1);
  expect(taken).toBe(1);
});

test("the first attempt's answer comes while its repeat is approved: the grants are void and nothing more is sent", async () => {
  await gate.given(...approved());
  // The page has it, and is slow to say so and to list it.
  let answerNow = () => {};
  const answered = new Promise<void>((resolve) => {
    answerNow = resolve;
  });
  const slow = gate.replica(({ write }) => ({
    write: async (...args) => {
      const outcome = await write(...args);
      await answered;
      return outcome;
    },
  }));
  const blind = gate.replica(({ page }) => ({ page: { ...page, listIncidents: async () => [] } }));
  const publishing = slow.publish();
  await expect.poll(() => gate.page.entries.length).toBe(1);
  gate.clock.advance(30_000);
  expect(await gate.heal(blind)).toMatchObject({ state: "NEEDS_HUMAN" });

  await gate.given(
    shown({}, "1795253107.118299"),
    granted({
      approvalId: "APR-2",
      retryOf: "ATT-1",
      expiresAt: new Date(gate.clock.now() + 600_000).toISOString(),
    }),
  );
  expect(await gate.draftNow()).toMatchObject({ state: "APPROVED" });
  answerNow();
  await publishing;
  expect(await gate.draftNow()).toMatchObject({ state: "PUBLISHED", publicUrl: gate.page.entries[0]?.shortlink });
  const events = (await gate.replica().ledger.entries(INCIDENT)).at(-1)?.events;
  expect(events).toMatchObject([
    { type: "ApprovalVoided", approvalId: "APR-2", reason: "target-changed" },
    { type: "PublishSucceeded", draftId: DRAFT },
  ]);
  await gate.heal();
  expect(gate.page.writes).toHaveLength(1);
});

describe("a checkpoint that does not come", () => {
  /** A log that never answers, and a clock of waiting that has run out at once. */
  function withoutAnswer() {
    const waits: { ms: number; signal: AbortSignal }[] = [];
    const replica = gate.replica(() => ({ checkpoints: { cover: () => new Promise(() => undefined) } }));
    replica.deps.sleep = async (ms, signal) => void waits.push({ ms, signal });
    return { replica, waits };
  }

  test("is waited for two seconds; then the update is put off", async () => {
    await gate.given(...waiting().with(0, opened({ severity: "SEV2" })), granted());
    const { replica, waits } = withoutAnswer();
    await replica.publish();
    expect(waits.map(({ ms }) => ms)).toEqual([2_000]);
    expect(gate.page.writes).toEqual([]);
    expect(await gate.draftNow()).toMatchObject({
      state: "APPROVED",
      reason: "the record could not be covered: it took too long",
      notBefore: gate.clock.now() + 15_000,
    });
    expect(await gate.heal()).toMatchObject({ state: "PUBLISHED" });
  });

  test("does not keep the first word about a SEV1 back, and the record says so before it is sent", async () => {
    await gate.given(...approved());
    const { replica } = withoutAnswer();
    await replica.publish();
    expect(await gate.story()).toEqual(["PublishStarted", "CheckpointSkipped", "PublishSucceeded"]);
  });

  test("sends nothing when it has used up the lease and somebody else took over", async () => {
    await gate.given(...approved());
    const sweeper = gate.replica();
    const replica = gate.replica(() => ({
      checkpoints: {
        cover: async () => {
          gate.clock.advance(30_000);
          await sweeper.run();
          throw new Error("the log is full");
        },
      },
    }));
    await replica.publish();
    expect(await gate.story()).toEqual(["PublishStarted", "PublishOutcomeUnknown"]);
    expect(gate.page.writes).toEqual([]);
  });

  test("in time ends the waiting", async () => {
    await gate.given(...approved());
    const replica = gate.replica();
    const signals: AbortSignal[] = [];
    replica.deps.sleep = (_ms, signal) => {
      signals.push(signal);
      return new Promise(() => undefined);
    };
    await replica.publish();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    expect(await gate.draftNow()).toMatchObject({ state: "PUBLISHED" });
  });
});

describe("an update that a person says is on the page while it cannot be read", () => {
  const LINK = "https://status.example.com/i/byhand";
  const put = () =>
    gate.page.entries.push({
      id: "byhand",
      name: "By hand",
      status: "investigating",
      shortlink: LINK,
      metadata: {},
      incident_updates: [
        { id: "u-byhand", status: "investigating", body: BODY, created_at: new Date(gate.clock.now()).toISOString() },
      ],
    });
  const attested = (): IncidentEvent => ({
    type: "PublishAttested",
    draftId: DRAFT,
    version: 1,
    by: "U07RILEYQ4",
    link: LINK,
    textHash: "a".repeat(64),
    targetId: null,
    rev: null,
  });

  test("is looked for every 15 s until its entry is known, and nothing is concluded before", async () => {
    await gate.given(...approved());
    gate.page.meets({ kind: "status", status: 422 });
    const replica = gate.replica();
    await replica.publish();
    await gate.given(attested());
    const known = async () => (await replica.ledger.load(INCIDENT)).public?.targetId;
    const look = async () => {
      gate.clock.advance(15_000);
      await replica.run();
    };
    gate.page.control.readsFail = true;
    await look();
    gate.page.control.readsFail = false;
    await look();
    expect(await known()).toBeUndefined();
    put();
    await look();
    expect(await known()).toBe("byhand");
    expect((await replica.ledger.load(INCIDENT)).publicUnread).toBeUndefined();
    const types = (await replica.ledger.entries(INCIDENT)).flatMap(({ events }) => events.map(({ type }) => type));
    expect(types).not.toContain("PagePostUnmatched");
    expect(types.filter((type) => type === "AttestedEntryFound")).toHaveLength(1);
  });
});
