import { describe, expect, test } from "vitest";
import {
  createCheckpointSigner,
  HeadRefusedError,
  SignerStoppedError,
} from "../../../bridge/audit/checkpoint-signer.ts";
import { bodyHash, type ItemAsStored } from "../../../bridge/audit/proof/check-entries.ts";
import { checkLog } from "../../../bridge/audit/proof/check-log.ts";
import { checkpointText } from "../../../bridge/audit/proof/checkpoint-note.ts";
import { checkpointKey, type LogStore, leafKey } from "../../../bridge/audit/proof/log-store.ts";
import { leafHash } from "../../../bridge/audit/proof/merkle.ts";
import { canonicalText } from "../../../bridge/audit/proof/strict-json.ts";
import { signNote } from "../../../bridge/audit/sign-note.ts";
import type { IncidentEvent } from "../../../bridge/incident/events.ts";
import { sealEntry } from "../../../bridge/ledger/entry.ts";
import { silentLogger } from "../../../bridge/platform/logger.ts";
import { honestStream, memoryLog, memoryStreams, testKey } from "../../support/audit.ts";
import { woundClock } from "../../support/wound-clock.ts";
import { WOUNDS, woundAt } from "../../support/wounded-store.ts";

const A = "INC-20261121-0914-AAAA";
const B = "INC-20261121-0914-BBBB";

function scene() {
  const log = memoryLog();
  const streams = memoryStreams();
  const clock = woundClock();
  const write = (incident: string, count: number) => {
    for (const item of honestStream(incident, count)) streams.items_.set(`${item.pk} ${item.sk}`, { ...item });
  };
  const signer = (over: { log?: LogStore; key?: ReturnType<typeof testKey> } = {}) =>
    createCheckpointSigner({ log, streams, key: testKey(), clock, logger: silentLogger, ...over });
  const change = (incident: string, seq: number, body: (old: string) => string) => {
    const id = `INC#${incident} E#${String(seq).padStart(12, "0")}`;
    const item = streams.items_.get(id);
    if (item) streams.items_.set(id, { ...item, body: body(item.body) });
  };
  const check = () => checkLog(log, { keys: [testKey().verifier] });
  return { log, streams, clock, write, signer, change, check };
}
type Scene = ReturnType<typeof scene>;

describe("what is covered", () => {
  test("is the head that the ledger holds, in a signed log that verifies", async () => {
    const { write, signer, check } = scene();
    write(A, 3);
    const mine = signer();
    const checkpoint = await mine.cover(A, 2);
    expect(checkpoint.size).toBe(2);
    const { head, heads, findings, unsigned } = await check();
    expect(findings).toEqual([]);
    expect(unsigned).toBe(0);
    expect(head).toEqual(checkpoint);
    expect(heads.get(A)).toMatchObject([{ seq: 3, epoch: 1, index: 0, coveredBy: 2 }]);
    expect(await mine.newest()).toEqual(checkpoint);
  });

  test("is not signed twice, and goes on where it stood, in this process and the next", async () => {
    const { write, signer, check } = scene();
    write(A, 2);
    const first = signer();
    const before = await first.cover(A, 1);
    expect(await first.cover(A, 2)).toEqual(before);
    expect(await signer().cover(A, 2)).toEqual(before);
    write(A, 5);
    expect((await signer().cover(A, 5)).size).toBe(4);
    expect((await first.cover(A, 5)).size).toBe(4);
    expect((await check()).heads.get(A)?.map(({ seq }) => seq)).toEqual([2, 5]);
  });

  test("is one batch for all, with a heartbeat when nothing has moved", async () => {
    const { write, signer, check } = scene();
    write(A, 2);
    write(B, 1);
    const mine = signer();
    expect((await mine.coverAll([A, B, A])).checkpoint.size).toBe(3);
    expect((await mine.coverAll([A, B])).checkpoint.size).toBe(4);
    expect((await check()).checkpoints.map(({ size }) => size)).toEqual([3, 4]);
  });

  test("cannot be an entry that is not there", async () => {
    const { write, signer } = scene();
    write(A, 2);
    await expect(signer().cover(A, 3)).rejects.toThrow(HeadRefusedError);
    await expect(signer().cover(B, 1)).rejects.toThrow(/does not hold \(head-missing\)/);
  });
});

describe("a stream that does not verify is not covered", () => {
  const broken: [string, (scene: Scene) => void, string, number][] = [
    [
      "an uncovered entry was changed",
      ({ change }) => change(A, 4, (body) => body.replace("reminder 4", "reminder 9")),
      "hash-mismatch",
      4,
    ],
    [
      "the covered head was changed",
      ({ change }) => change(A, 2, (body) => body.replace("reminder 2", "reminder 9")),
      "head-mismatch",
      2,
    ],
    ["the covered head is no longer text", ({ change }) => change(A, 2, () => "hello"), "head-mismatch", 2],
    [
      "the covered head is gone",
      ({ streams }) => {
        for (const key of [...streams.items_.keys()]) streams.items_.delete(key);
      },
      "head-missing",
      2,
    ],
  ];
  test.each(broken)("%s", async (_, tamper, code, seq) => {
    const it = scene();
    it.write(A, 2);
    const mine = it.signer();
    await mine.cover(A, 2);
    it.write(A, 4);
    it.write(B, 1);
    tamper(it);
    await expect(mine.cover(A, 2)).rejects.toMatchObject({ finding: { code, seq } });
    const { refused } = await mine.coverAll([A, B]);
    expect(refused.map(({ incident, finding }) => [incident, finding.code])).toEqual([[A, code]]);
  });
});

describe("leaves that a crash left unsigned", () => {
  const unsigned = async (hash: (scene: Scene) => string) => {
    const it = scene();
    it.write(A, 2);
    await it.signer().cover(A, 2);
    it.write(A, 3);
    const leaf = { kind: "head" as const, incident: A, epoch: 1, seq: 3, hash: hash(it) };
    it.log.objects.set(leafKey(2), canonicalText(leaf));
    return it;
  };
  const hashOf = ({ streams }: Scene, seq: number) =>
    streams.items_.get(`INC#${A} E#${String(seq).padStart(12, "0")}`)?.hash ?? "";

  test("are adopted when the ledger says the same", async () => {
    const it = await unsigned((scene) => hashOf(scene, 3));
    expect((await it.signer().cover(A, 3)).size).toBe(4);
    expect((await it.check()).findings).toEqual([]);
  });

  test("stop the signer for good when the ledger says something else", async () => {
    const it = await unsigned((scene) => hashOf(scene, 2));
    const mine = it.signer();
    await expect(mine.cover(A, 3)).rejects.toMatchObject({ code: "unsigned-leaf-mismatch", place: 2 });
    it.log.objects.delete(leafKey(2));
    await expect(mine.cover(A, 3)).rejects.toThrow(SignerStoppedError);
    expect([...it.log.objects.keys()].filter((name) => name.startsWith("log/checkpoint/"))).toHaveLength(1);
  });

  test("stop the signer when the ledger has no such entry", async () => {
    const it = await unsigned((scene) => hashOf(scene, 3));
    it.streams.items_.clear();
    await expect(it.signer().cover(A, 3)).rejects.toMatchObject({ code: "unsigned-leaf-mismatch" });
  });

  test("stop the signer when what stands there in the ledger is no text", async () => {
    const it = await unsigned((scene) => hashOf(scene, 3));
    const { items } = it.streams;
    it.streams.items = async function* (...args) {
      for await (const item of items(...args)) yield item.sk === "E#000000000003" ? { ...item, body: undefined } : item;
    };
    await expect(it.signer().cover(A, 3)).rejects.toMatchObject({ code: "unsigned-leaf-mismatch" });
  });

  test("are not built on when they stand for something that is no entry", async () => {
    const it = await unsigned(() => bodyHash("hello"));
    it.change(A, 3, () => "hello");
    await expect(it.signer().cover(A, 3)).rejects.toMatchObject({ finding: { code: "not-json", seq: 3 } });
  });

  test("are looked at again after the store did not answer", async () => {
    const it = await unsigned((scene) => hashOf(scene, 2));
    const { items } = it.streams;
    let down = true;
    it.streams.items = (...args) => {
      if (!down) return items(...args);
      down = false;
      throw new Error("the store is down");
    };
    const mine = it.signer();
    await expect(mine.cover(A, 3)).rejects.toThrow("the store is down");
    await expect(mine.cover(A, 3)).rejects.toMatchObject({ code: "unsigned-leaf-mismatch" });
  });
});

describe("nothing is signed on a log that does not hold", () => {
  const cases: [string, (objects: Map<string, string>) => void, string][] = [
    [
      "a leaf was changed",
      (objects) => objects.set(leafKey(0), (objects.get(leafKey(0)) ?? "").replace('"seq":2', '"seq":1')),
      "root-mismatch",
    ],
    ["a leaf is gone", (objects) => objects.delete(leafKey(0)), "leaf-missing"],
    [
      "the last leaves are gone",
      (objects) => {
        objects.delete(leafKey(0));
        objects.delete(leafKey(1));
      },
      "leaf-missing",
    ],
    ["a leaf is no leaf", (objects) => objects.set(leafKey(1), "hello"), "leaf-malformed"],
    ["a checkpoint is no note", (objects) => objects.set(checkpointKey(2), "hello"), "checkpoint-malformed"],
    [
      "a checkpoint stands at another size",
      (objects) => objects.set(checkpointKey(1), objects.get(checkpointKey(2)) ?? ""),
      "checkpoint-malformed",
    ],
  ];
  test.each(cases)("%s", async (_, tamper, code) => {
    const it = scene();
    it.write(A, 2);
    await it.signer().cover(A, 2);
    tamper(it.log.objects);
    it.write(A, 3);
    await expect(it.signer().cover(A, 3)).rejects.toMatchObject({ name: "SignerStoppedError", code });
    expect((await it.check()).findings.map((finding) => finding.code)).toContain(code);
  });

  test("another key signed it", async () => {
    const it = scene();
    it.write(A, 2);
    await it.signer({ key: testKey(8) }).cover(A, 2);
    await expect(it.signer().cover(A, 2)).rejects.toMatchObject({ code: "signature-invalid" });
    expect((await it.check()).findings).toMatchObject([{ code: "signature-invalid", layer: "K" }]);
  });

  test("it is the log of somebody else", async () => {
    const it = scene();
    it.write(A, 2);
    await it.signer({ key: testKey(7, "example.com/other") }).cover(A, 2);
    await expect(it.signer().cover(A, 2)).rejects.toMatchObject({ code: "origin-foreign" });
  });

  test("it is shorter than it was", async () => {
    const it = scene();
    it.write(A, 2);
    const mine = it.signer();
    await mine.cover(A, 2);
    it.log.objects.clear();
    await expect(mine.cover(A, 2)).rejects.toMatchObject({ code: "log-shrunk" });
  });
});

test("two signers that race leave one checkpoint a size, and one history", async () => {
  for (let delay = 0; delay < 12; delay += 1) {
    const it = scene();
    it.write(A, 2);
    it.write(B, 3);
    let turns = 0;
    /** The first signer is held up before its write number `delay`, until the second has done all of its own. */
    let second: Promise<unknown> | undefined;
    const held: LogStore = {
      ...it.log,
      putOnce: async (key, text) => {
        turns += 1;
        if (turns === delay + 1) {
          second = it.signer().coverAll([A, B]);
          await second;
        }
        return it.log.putOnce(key, text);
      },
    };
    await it.signer({ log: held }).cover(A, 2);
    await second;
    it.write(A, 4);
    await it.signer().cover(A, 4);
    const { findings, heads } = await it.check();
    expect(findings).toEqual([]);
    expect(heads.get(A)?.at(-1)).toMatchObject({ seq: 4 });
  }
});

describe.each(WOUNDS)("%s at any of its calls", (wound) => {
  test("leaves a log that holds, and the next signer covers what this one could not", async () => {
    for (let k = 1; ; k += 1) {
      const it = scene();
      it.write(A, 2);
      await it.signer().cover(A, 2);
      it.write(A, 4);
      it.write(B, 3);
      const { hurt, reached } = woundAt(k, wound);
      const lost = () => new Error("no answer");
      const key = testKey();
      const mine = createCheckpointSigner({
        log: {
          putOnce: (name, text) => hurt(() => it.log.putOnce(name, text), lost),
          get: (name) => hurt(() => it.log.get(name), lost),
          list: (prefix, after) => hurt(() => it.log.list(prefix, after), lost),
        },
        streams: {
          ...it.streams,
          async *items(incident, after) {
            const all: ItemAsStored[] = [];
            for await (const item of it.streams.items(incident, after)) all.push(item);
            yield* await hurt(async () => all, lost);
          },
        },
        key: { ...key, sign: (bytes) => hurt(() => key.sign(bytes), lost) },
        clock: it.clock,
        logger: silentLogger,
      });
      const outcome = await mine.coverAll([A, B]).then(
        () => "covered",
        () => "failed",
      );
      const wounded = reached();
      expect(outcome).toBe(wounded ? "failed" : "covered");
      // What a lost reply left behind is found by who was hurt, if it lives, and by who comes after it.
      if (wounded && wound !== "process dies") await mine.cover(A, 4);
      await it.signer().coverAll([A, B]);
      const { findings, heads, unsigned } = await it.check();
      expect({ findings, unsigned }).toEqual({ findings: [], unsigned: 0 });
      expect([A, B].map((incident) => heads.get(incident)?.at(-1)?.seq)).toEqual([4, 3]);
      if (!wounded) break;
      expect(k).toBeLessThan(40);
    }
  });
});

describe("the newest checkpoint, offered again", () => {
  test("is refused by a log that is written once", async () => {
    const it = scene();
    const mine = it.signer();
    expect(await mine.offerAgain()).toBe("nothing-yet");
    it.write(A, 1);
    await mine.cover(A, 1);
    expect(await mine.offerAgain()).toBe("refused");
  });

  test("is found out where the log takes it", async () => {
    const it = scene();
    it.write(A, 1);
    await it.signer().cover(A, 1);
    let asked = 0;
    const losing: LogStore = {
      ...it.log,
      // Seen by the look before, gone when it is to be offered.
      get: async (name) => {
        asked += name.startsWith("log/checkpoint/") ? 1 : 0;
        return asked > 1 ? undefined : it.log.get(name);
      },
    };
    await expect(it.signer({ log: losing }).offerAgain()).rejects.toMatchObject({ code: "log-shrunk" });
    const careless: LogStore = { ...it.log, putOnce: async () => "put" };
    expect(await it.signer({ log: careless }).offerAgain()).toBe("taken-twice");
  });
});

test("a checkpoint whose own repeat finds it there is found by the next look", async () => {
  const it = scene();
  it.write(A, 1);
  // As a store's client does that repeats a put whose answer was lost.
  const repeating: LogStore = {
    ...it.log,
    putOnce: async (key, text) => {
      const first = await it.log.putOnce(key, text);
      return key.startsWith("log/checkpoint/") ? it.log.putOnce(key, text) : first;
    },
  };
  expect((await it.signer({ log: repeating }).cover(A, 1)).size).toBe(2);
  expect((await it.check()).checkpoints).toHaveLength(1);
});

test("a checkpoint of a log without a tick says no time, and so is renewed", async () => {
  const it = scene();
  it.write(A, 1);
  const { hash } = honestStream(A, 1)[0] ?? { hash: "" };
  const text = canonicalText({ kind: "head", incident: A, epoch: 1, seq: 1, hash });
  it.log.objects.set(leafKey(0), text);
  const head = { origin: testKey().verifier.name, size: 1, root: leafHash(text) };
  it.log.objects.set(checkpointKey(1), await signNote(checkpointText(head), testKey()));
  expect(await it.signer().newest()).toMatchObject({ size: 1, at: 0 });
});

describe("a stream that goes on in a new epoch", () => {
  const entry = (epoch: number, prev: string, events: IncidentEvent[]) =>
    sealEntry({
      v: 1,
      incident: A,
      epoch,
      seq: 3,
      prev,
      commandId: "command-3",
      actor: { kind: "system", id: "bridge", basis: "effect" },
      at: "2026-11-21T09:20:00.000Z",
      events,
    });
  const speaksOfIt: IncidentEvent = { type: "NudgeIssued", n: 3, reason: "EpochOpened" };
  const cases: [string, (last: string) => string, string][] = [
    ["only speaks of an epoch", (last) => entry(1, last, [speaksOfIt]).body, "covered"],
    ["claims an epoch that nobody opened", (last) => entry(2, last, [speaksOfIt]).body, "epoch-mismatch"],
    ["holds the word and is no entry", () => "EpochOpened", "not-json"],
  ];
  test.each(cases)("is taken for none that %s", async (_, body, outcome) => {
    const it = scene();
    it.write(A, 2);
    const mine = it.signer();
    await mine.cover(A, 2);
    it.write(A, 3);
    const last = it.streams.items_.get(`INC#${A} E#000000000002`)?.hash ?? "";
    const id = `INC#${A} E#000000000003`;
    const item = it.streams.items_.get(id);
    if (item) it.streams.items_.set(id, { ...item, body: body(last), hash: bodyHash(body(last)) });
    const seen = await mine.cover(A, 3).then(
      () => "covered",
      (error: HeadRefusedError) => error.finding.code,
    );
    expect(seen).toBe(outcome);
  });
});

test("a signer that never gets its turn says so", async () => {
  const it = scene();
  it.write(A, 2);
  const deaf: LogStore = { ...it.log, putOnce: async () => "taken" };
  await expect(it.signer({ log: deaf }).cover(A, 2)).rejects.toThrow(SignerStoppedError);
  await expect(it.signer({ log: deaf }).coverAll([A])).rejects.toThrow(SignerStoppedError);
});

test("the key's text for verifiers is told", () => {
  expect(scene().signer().verifierKey).toBe(testKey().verifier.text);
});
