import { describe, expect, test } from "vitest";
import { revealingLedger } from "../../../bridge/details/revealing-ledger.ts";
import type { KeptWords, Revealed } from "../../../bridge/details/sealed-details.ts";
import type { EventOf, IncidentEvent } from "../../../bridge/incident/events.ts";
import type { Words } from "../../../bridge/incident/sealed-events.ts";
import type { Incident } from "../../../bridge/incident/state.ts";
import { bodyHash } from "../../../bridge/ledger/entry.ts";
import { createLedger } from "../../../bridge/ledger/ledger.ts";
import { silentLogger } from "../../../bridge/platform/logger.ts";
import { systemRandom } from "../../../bridge/platform/random.ts";
import { PEOPLE } from "../../support/incident-events.ts";
import { append, BRIDGE, freshIncident, memoryStore, storeFailure } from "../../support/ledgers.ts";
import { woundClock } from "../../support/wound-clock.ts";

const note = (text: string, noteId = "m1"): EventOf<"NoteTaken"> => ({
  type: "NoteTaken",
  noteId,
  kind: "fact",
  via: "pin",
  text,
  author: PEOPLE.sam,
  by: PEOPLE.alex,
  ts: "1795253107.118209",
  saidAt: "2026-11-21T09:14:05.000Z",
});
/** Something without words. */
const asked: IncidentEvent = { type: "RoomRequested", severity: "SEV2" };
const noteIn = (state: Incident, noteId = "m1") => state.life.notes.get(noteId)?.text;
const said = (events: readonly IncidentEvent[]) =>
  events.flatMap((event) => (event.type === "NoteTaken" ? [event.text] : []));

/** A ledger around a store in memory, and words that are kept, changed, erased and looked up before the test's eyes. */
function room() {
  const incident = freshIncident();
  const clock = woundClock();
  const store = memoryStore();
  const words = new Map<string, KeptWords | "unreadable">();
  const done: string[] = [];
  const fault: { keep?: Error; reveal?: Error; before?: Promise<void> } = {};
  const ledger = createLedger({
    store: {
      read: store.read,
      put: (item) => {
        done.push("put");
        return store.put(item);
      },
    },
    keepWords: async (_, given: readonly Words[]) => {
      done.push("keep");
      if (fault.keep) throw fault.keep;
      return given.map((one) => {
        const commit = words.size.toString(16).padStart(64, "0");
        words.set(commit, { salt: "00".repeat(32), words: one });
        return commit;
      });
    },
    clock,
    random: systemRandom,
    sleep: async () => {
      clock.advance(1_000);
    },
  });
  const details = {
    async reveal(): Promise<Revealed> {
      done.push("reveal");
      const { before, reveal } = fault;
      await before;
      if (reveal) throw reveal;
      return new Map(words);
    },
  };
  const readable = revealingLedger(ledger, { details, clock, log: silentLogger });
  const other = revealingLedger(ledger, { details, clock, log: silentLogger });
  return {
    other,
    incident,
    clock,
    store,
    words,
    done,
    fault,
    ledger,
    readable,
    happens: (commandId: string, ...events: IncidentEvent[]) => append(readable, incident, commandId, ...events),
    bodies: () => [...store.items.values()].map(({ body }) => body).join("\n"),
  };
}

describe("words of people", () => {
  test("stand in no entry, are kept before it, and are read by people", async () => {
    const { incident, readable, happens, done, bodies } = room();
    await happens("c1", asked);
    expect(done).toEqual(["put"]);
    const { state } = await happens("c2", note("Ask jo@shop.example."));
    expect(done).toEqual(["put", "keep", "put"]);
    expect(bodies()).not.toContain("jo@shop");
    expect(bodies()).toContain('"type":"NoteTakenSealed"');
    expect(noteIn(state)).toBe("Ask jo@shop.example.");
    expect(noteIn(await readable.load(incident))).toBe("Ask jo@shop.example.");
    expect(noteIn(await readable.recall(incident))).toBe("Ask jo@shop.example.");
    expect(said((await readable.entries(incident)).flatMap(({ events }) => events))).toEqual(["Ask jo@shop.example."]);
  });

  test("are in no state that a rule decides on", async () => {
    const { incident, readable, happens } = room();
    await happens("c1", asked, note("Ask jo@shop.example."));
    const seen: (string | undefined)[] = [];
    await readable.execute(incident, { commandId: "c2", actor: BRIDGE }, (state) => {
      seen.push(noteIn(state));
      return { kind: "refused", refusal: "seen" };
    });
    expect(new Set(seen)).toEqual(new Set(["[sealed]"]));
  });

  test("that cannot be kept leave no entry", async () => {
    const { fault, happens, store } = room();
    await happens("c1", asked);
    fault.keep = storeFailure();
    await expect(happens("c2", note("lost"))).rejects.toThrow(/send the same command again/);
    expect(store.items.size).toBe(1);
  });

  test("longer than the event takes are refused before anything is kept", async () => {
    const { done, happens } = room();
    await expect(happens("c1", asked, note("x".repeat(100_000)))).rejects.toThrow();
    expect(done).toEqual([]);
  });

  test("that were erased are said to be, ten seconds later at the latest", async () => {
    const { incident, readable, happens, words, clock } = room();
    await happens("c1", asked, note("Ask jo@shop.example."), note("Rolled back.", "m2"));
    words.delete("0".repeat(64));
    clock.advance(10_001);
    const state = await readable.load(incident);
    expect([noteIn(state), noteIn(state, "m2")]).toEqual(["[erased]", "Rolled back."]);
    const entries = await readable.entries(incident);
    expect(said(entries.flatMap(({ events }) => events))).toEqual(["[erased]", "Rolled back."]);
  });

  test("that do not open are said to be unreadable, not erased", async () => {
    const { incident, readable, happens, words, clock } = room();
    await happens("c1", asked, note("Ask jo@shop.example."));
    words.set("0".repeat(64), "unreadable");
    words.set("f".repeat(64), "unreadable");
    clock.advance(10_001);
    expect(noteIn(await readable.load(incident))).toBe("[unreadable]");
  });
});

describe("reading", () => {
  test("asks for no words where there are none", async () => {
    const { incident, readable, happens, done } = room();
    await happens("c1", asked);
    await readable.load(incident);
    expect(await readable.entries(incident)).toHaveLength(1);
    expect(done).toEqual(["put"]);
  });

  test("asks once within ten seconds, and again for words that another process kept", async () => {
    const { incident, readable, other, happens, done, clock } = room();
    const looks = () => done.filter((what) => what === "reveal").length;
    await happens("c1", asked, note("one"));
    await other.load(incident);
    await other.entries(incident);
    expect(looks()).toBe(1);
    await happens("c2", note("two", "m2"));
    const state = await other.load(incident);
    expect(looks()).toBe(2);
    expect([noteIn(state), noteIn(state, "m2")]).toEqual(["one", "two"]);
    // What it keeps itself while it has not seen everything is read with the rest.
    await happens("c3", note("three", "m3"));
    const { state: after } = await append(other, incident, "c4", asked, note("four", "m4"));
    expect(looks()).toBe(3);
    expect([noteIn(after, "m3"), noteIn(after, "m4")]).toEqual(["three", "four"]);
    clock.advance(10_001);
    expect(await other.load(incident)).toBe(after);
    expect(looks()).toBe(4);
    expect(noteIn(await readable.load(incident), "m4")).toBe("four");
  });

  test("asks for nothing that this process has kept itself, however many entries that is", async () => {
    const { incident, readable, happens, done } = room();
    for (let n = 1; n <= 5; n += 1) await happens(`c${n}`, asked, note(`note ${n}`, `m${n}`), asked);
    const state = await readable.load(incident);
    expect([1, 5].map((n) => noteIn(state, `m${n}`))).toEqual(["note 1", "note 5"]);
    expect(done).not.toContain("reveal");
  });

  test("asks once for all who wait at the same time, and again after a failure", async () => {
    const { incident, readable, happens, done, clock, fault } = room();
    await happens("c1", asked, note("one"));
    clock.advance(10_001);
    done.length = 0;
    await Promise.all([readable.load(incident), readable.entries(incident), readable.loadAfresh(incident)]);
    expect(done).toEqual(["reveal"]);
    clock.advance(10_001);
    fault.reveal = storeFailure();
    const failed = await Promise.allSettled([readable.load(incident), readable.entries(incident)]);
    expect(failed.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    delete fault.reveal;
    expect(noteIn(await readable.load(incident))).toBe("one");
  });

  test("that fails late takes nothing away from what was read since", async () => {
    const { incident, readable, happens, fault, clock, done } = room();
    let fail = () => {};
    await happens("c1", asked, note("one"));
    clock.advance(10_001);
    Object.assign(fault, { reveal: storeFailure(), before: new Promise<void>((go) => (fail = go)) });
    done.length = 0;
    const late = readable.load(incident);
    while (!done.includes("reveal")) await Promise.resolve();
    delete fault.reveal;
    delete fault.before;
    clock.advance(10_001);
    expect(noteIn(await readable.load(incident))).toBe("one");
    fail();
    await expect(late).rejects.toThrow("ECONNRESET");
    done.length = 0;
    expect(noteIn(await readable.load(incident))).toBe("one");
    expect(done).toEqual([]);
  });

  test("afresh trusts nothing that was read before, though its words are the same", async () => {
    const { incident, readable, happens, store } = room();
    const { state } = await happens("c1", asked, note("one"));
    const [item] = store.items.values();
    if (!item) throw new Error("nothing was appended");
    const body = item.body.replace("SEV2", "SEV3");
    store.items.set(`${item.pk} ${item.sk}`, { ...item, body, hash: bodyHash(body) });
    expect(await readable.load(incident)).toBe(state);
    const afresh = await readable.loadAfresh(incident);
    expect([state.severity, afresh.severity, noteIn(afresh)]).toEqual(["SEV2", "SEV3", "one"]);
  });

  test("goes on from what was read, as entries without words come", async () => {
    const { readable, incident, happens } = room();
    await happens("c1", asked, note("one"));
    const { state } = await happens("c2", { type: "NudgeIssued", n: 1, reason: "late" });
    expect(state).toEqual({ ...(await readable.load(incident)) });
    expect([state.nudges.n, noteIn(state)]).toEqual([1, "one"]);
  });

  test("of a repeated command gives the state with its words", async () => {
    const { happens } = room();
    await happens("c1", asked, note("one"));
    const again = await happens("c1", note("other"));
    expect(again).toMatchObject({ kind: "happened", repeated: true, events: [asked, note("one")] });
    expect(noteIn(again.state)).toBe("one");
  });

  test("fails when the words cannot be looked up, but what was appended is said to be", async () => {
    const { incident, other, happens, fault } = room();
    await happens("c1", asked, note("one"));
    fault.reveal = storeFailure();
    const appended = await append(other, incident, "c2", note("two", "m2"));
    expect(appended.kind).toBe("happened");
    expect([noteIn(appended.state), noteIn(appended.state, "m2")]).toEqual(["[sealed]", "[sealed]"]);
    await expect(other.load(incident)).rejects.toThrow("ECONNRESET");
  });
});

test("of many incidents the oldest readings are forgotten, and read again when wanted", async () => {
  const { other, readable, done } = room();
  const incidents = Array.from({ length: 501 }, freshIncident);
  for (const [n, incident] of incidents.entries()) await append(readable, incident, `c${n}`, asked, note(`note ${n}`));
  for (const incident of incidents) await other.load(incident);
  done.length = 0;
  expect(noteIn(await other.load(incidents[0] ?? ""))).toBe("note 0");
  expect(noteIn(await other.load(incidents[500] ?? ""))).toBe("note 500");
  expect(done).toEqual(["reveal"]);
});
