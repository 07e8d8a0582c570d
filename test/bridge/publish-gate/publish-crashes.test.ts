import { describe, expect, test } from "vitest";
import { WOUNDS, type Wound, woundAt } from "../../support/wounded-store.ts";
import { type Gate, type Outside, startGate } from "./gate.ts";
import { approvedTo, OPERATIONS } from "./operations.ts";

const unreachable = () => Object.assign(new Error("ECONNRESET"), { code: "ECONNRESET" });

/** Every way the gate reaches the world, with a wound at the k-th use of any of them. */
function wounded(gate: Gate, k: number, wound: Wound) {
  const { hurt, reached } = woundAt(k, wound);
  let asked = false;
  const wrap =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
    (...args: A): Promise<R> =>
      hurt(() => call(...args), unreachable);
  const between = ({ store, page, write, lookUpApprover, checkpoints }: Outside): Outside => ({
    store: { put: wrap(store.put), read: wrap(store.read) },
    page: { getIncident: wrap(page.getIncident), listIncidents: wrap(page.listIncidents) },
    write: (...args) => {
      asked = true;
      return wrap(write)(...args);
    },
    lookUpApprover: wrap(lookUpApprover),
    checkpoints: { cover: wrap(checkpoints.cover) },
  });
  return { replica: gate.replica(between), reached, asked: () => asked };
}

/** What may be true once everything works again: the text is public once, or it is not and the state says why. */
async function expectRest(gate: Gate, where: string) {
  const draft = await gate.heal();
  const { body, status } = draft.content ?? {};
  const landed = gate.page.entries.flatMap((entry) =>
    entry.incident_updates
      .filter((update) => update.body === body && update.status === status)
      .map(() => entry.shortlink),
  );
  expect(landed.length, where).toBeLessThanOrEqual(1);
  expect(gate.page.entries.length, where).toBeLessThanOrEqual(1);
  if (landed.length === 1) {
    expect(draft, where).toMatchObject({ state: "PUBLISHED", publicUrl: landed[0] });
  } else {
    expect(["NEEDS_HUMAN", "FAILED", "DRAFTED"], where).toContain(draft.state);
    expect(draft.reason ?? "", where).not.toBe("");
  }
  // Automatic repeats only after an attempt that was surely not acted on.
  const story = await gate.story();
  const attempts = story.filter((type) => type === "PublishStarted").length;
  const deferrals = story.filter((type) => type === "PublishDeferred").length;
  expect(attempts, where).toBeLessThanOrEqual(1 + deferrals);
  expect(gate.page.writes.length, where).toBeLessThanOrEqual(attempts);
  expect(gate.recorder.faults(), where).toEqual([]);
  return draft.state;
}

describe.each(OPERATIONS)("to %s", (operation) => {
  describe.each(WOUNDS)("when the %s", (wound) => {
    test("at any await of a publish, the page holds the text once, or the state says why not", async () => {
      const ends: string[] = [];
      for (let k = 1; ; k += 1) {
        await using gate = await startGate();
        await gate.given(...approvedTo(operation, gate));
        const { replica, reached, asked } = wounded(gate, k, wound);
        await replica.publish().catch(() => undefined);
        const end = await expectRest(gate, `${wound} at ${k}`);
        // What surely was not sent needs nobody but the bridge; only of a process that is gone nobody knows.
        if (!asked() && wound !== "process dies") expect(end, `${wound} at ${k}`).toBe("PUBLISHED");
        ends.push(end);
        if (!reached()) break;
        expect(k).toBeLessThan(40);
      }
      expect(ends.length).toBeGreaterThan(6);
      // The last round met no wound at all.
      expect(ends.at(-1)).toBe("PUBLISHED");
    });
  });

  describe.each(WOUNDS)("while nobody knows the outcome and the %s", (wound) => {
    test.each([true, false])("at any await of finding out, nothing is sent again (acted: %s)", async (acts) => {
      for (let k = 1; ; k += 1) {
        await using gate = await startGate();
        await gate.given(...approvedTo(operation, gate));
        gate.page.meets({ kind: "reset", acts });
        await gate.replica().publish();
        gate.clock.advance(40_000);
        const { replica, reached } = wounded(gate, k, wound);
        await replica.run().catch(() => undefined);
        const state = await expectRest(gate, `${wound} at ${k}`);
        expect(state).toBe(acts ? "PUBLISHED" : "NEEDS_HUMAN");
        expect(gate.page.writes).toHaveLength(1);
        if (!reached()) break;
        expect(k).toBeLessThan(40);
      }
    });
  });
});
