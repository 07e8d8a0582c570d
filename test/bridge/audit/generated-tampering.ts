import * as fc from "fast-check";
import { createCheckpointSigner } from "../../../bridge/audit/checkpoint-signer.ts";
import { bodyHash } from "../../../bridge/audit/proof/check-entries.ts";
import { checkLive } from "../../../bridge/audit/proof/check-live.ts";
import { silentLogger } from "../../../bridge/platform/logger.ts";
import { honestStream, memoryLog, memoryStreams, testKey } from "../../support/audit.ts";
import { woundClock } from "../../support/wound-clock.ts";
import { type Item, keyOf, relink } from "./scene.ts";

const INCIDENTS = ["INC-20261121-0914-AAAA", "INC-20261121-0914-BBBB", "INC-20261121-0914-CCCC"];

/** How long each incident is, and where two checkpoints found it. */
const history = fc.array(
  fc.record({ first: fc.integer({ min: 1, max: 6 }), second: fc.integer({ min: 1, max: 6 }), tail: fc.nat(4) }),
  { minLength: 2, maxLength: INCIDENTS.length },
);
export type History = typeof history extends fc.Arbitrary<infer T> ? T : never;

async function worldOf(parts: History) {
  const streams = memoryStreams();
  const items = streams.items_ as Map<string, Item>;
  const log = memoryLog();
  const clock = woundClock();
  clock.advance(60_000);
  const signer = createCheckpointSigner({ log, streams, key: testKey(), clock, logger: silentLogger });
  const write = (incident: string, upTo: number) => {
    for (const item of honestStream(incident, upTo)) items.set(`${item.pk} ${item.sk}`, { ...item });
  };
  const ids = INCIDENTS.slice(0, parts.length);
  const covered = new Map<string, number>();
  for (const [place, id] of ids.entries()) write(id, parts[place]?.first ?? 1);
  await signer.coverAll(ids);
  for (const [place, id] of ids.entries()) {
    const { first, second } = parts[place] ?? { first: 1, second: 1 };
    write(id, first + second);
    covered.set(id, first + second);
  }
  await signer.coverAll(ids);
  for (const [place, id] of ids.entries()) write(id, (covered.get(id) ?? 0) + (parts[place]?.tail ?? 0));
  const check = async () => {
    const report = await checkLive(streams, log, { keys: [testKey().verifier], ownKey: false, witnesses: [] });
    return report.findings;
  };
  return { items, log, ids, covered, check };
}

export const KINDS = ["change", "delete", "insert", "reorder", "transplant", "truncate", "re-link", "leaf"] as const;

const tampering = fc.record({
  parts: history,
  kind: fc.constantFrom(...KINDS),
  at: fc.nat(),
  other: fc.nat(),
  byte: fc.nat(),
});

/** One tampering inside the covered range. @returns false when it would change nothing */
function tamper(
  { items, log, ids, covered }: Awaited<ReturnType<typeof worldOf>>,
  { kind, at, other, byte }: { kind: (typeof KINDS)[number]; at: number; other: number; byte: number },
): boolean {
  const incident = ids[at % ids.length] ?? "";
  const last = covered.get(incident) ?? 1;
  const seq = 1 + (at % last);
  const item = items.get(keyOf(incident, seq));
  if (!item) return false;
  const all = [...items.keys()].filter((key) => key.startsWith(`INC#${incident} `)).length;
  switch (kind) {
    case "change": {
      const place = byte % item.body.length;
      const letter = item.body[place] === "x" ? "y" : "x";
      items.set(keyOf(incident, seq), {
        ...item,
        body: `${item.body.slice(0, place)}${letter}${item.body.slice(place + 1)}`,
      });
      return true;
    }
    case "delete":
      return items.delete(keyOf(incident, seq));
    case "insert": {
      // Everything from here on moves one place up, keys, numbers and links made to fit.
      for (let from = all; from >= seq; from -= 1) {
        const moved = items.get(keyOf(incident, from)) as Item;
        const body = moved.body
          .replace(`"seq":${from},`, `"seq":${from + 1},`)
          .replace(`"command-${from}"`, `"command-${from}-moved"`);
        items.set(keyOf(incident, from + 1), { ...moved, sk: `E#${String(from + 1).padStart(12, "0")}`, body });
      }
      const body = item.body.replace(/"commandId":"[^"]*"/, '"commandId":"slipped-in"');
      items.set(keyOf(incident, seq), { ...item, body, hash: bodyHash(body) });
      relink(items, incident, seq + 1, all + 1);
      return true;
    }
    case "reorder": {
      const to = 1 + (other % last);
      const second = items.get(keyOf(incident, to));
      if (to === seq || !second) return false;
      const renumber = (one: Item, place: number): Item => {
        const body = one.body.replace(/"seq":\d+,/, `"seq":${place},`);
        return { ...one, sk: `E#${String(place).padStart(12, "0")}`, body, hash: bodyHash(body) };
      };
      items.set(keyOf(incident, seq), renumber(second, seq));
      items.set(keyOf(incident, to), renumber(item, to));
      relink(items, incident, Math.min(seq, to) + 1, all);
      return true;
    }
    case "transplant": {
      const from = ids[other % ids.length] ?? "";
      const foreign = items.get(keyOf(from, 1 + (other % (covered.get(from) ?? 1))));
      if (from === incident || !foreign) return false;
      const body = foreign.body.replaceAll(from, incident).replace(/"seq":\d+,/, `"seq":${seq},`);
      items.set(keyOf(incident, seq), { ...foreign, pk: item.pk, sk: item.sk, body, hash: bodyHash(body) });
      if (seq > 1) relink(items, incident, seq, all);
      else relink(items, incident, 2, all);
      return items.get(keyOf(incident, seq))?.body !== item.body;
    }
    case "truncate":
      for (let from = seq; from <= all; from += 1) items.delete(keyOf(incident, from));
      return true;
    case "re-link": {
      const body = item.body.replace(`reminder ${seq}`, `no reminder ${byte}`);
      items.set(keyOf(incident, seq), { ...item, body, hash: bodyHash(body) });
      relink(items, incident, seq + 1, all);
      return true;
    }
    case "leaf": {
      const keys = [...log.objects.keys()].filter((key) => key.startsWith("log/leaf/")).sort();
      const key = keys[byte % keys.length] ?? "";
      if (other % 2 === 0) return log.objects.delete(key);
      log.objects.set(
        key,
        (log.objects.get(key) ?? "").replace(/\d(?=[^\d]*$)/, (digit) => String((Number(digit) + 1) % 10)),
      );
      return true;
    }
  }
}

export interface Tally {
  tampered: number;
  byKind: Record<string, number>;
  missed: { kind: string; counterexample: unknown }[];
}

/** Tampers `runs` times, each in a world of its own. */
export async function tamperAtRandom(runs: number, seed: number): Promise<Tally> {
  const tally: Tally = { tampered: 0, byKind: {}, missed: [] };
  // Some draws change nothing (an entry swapped with itself): more are drawn than wanted.
  for (const attack of fc.sample(tampering, { seed, numRuns: runs * 2 })) {
    if (tally.tampered === runs) break;
    const world = await worldOf(attack.parts);
    if (!tamper(world, attack)) continue;
    tally.tampered += 1;
    tally.byKind[attack.kind] = (tally.byKind[attack.kind] ?? 0) + 1;
    if ((await world.check()).length === 0) tally.missed.push({ kind: attack.kind, counterexample: attack });
  }
  return tally;
}

/** Checks `runs` honest worlds. @returns those in which something was found */
export async function honestHistories(runs: number, seed: number): Promise<{ checked: number; accused: unknown[] }> {
  const accused: unknown[] = [];
  const all = fc.sample(history, { seed, numRuns: runs });
  for (const parts of all) {
    const { check } = await worldOf(parts);
    const findings = await check();
    if (findings.length > 0) accused.push({ parts, findings });
  }
  return { checked: all.length, accused };
}
