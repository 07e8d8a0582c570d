import { createCheckpointSigner } from "../../../bridge/audit/checkpoint-signer.ts";
import { type ExportDeps, exportBundle } from "../../../bridge/audit/export-bundle.ts";
import { bodyHash } from "../../../bridge/audit/proof/check-entries.ts";
import { checkLive } from "../../../bridge/audit/proof/check-live.ts";
import type { Witness } from "../../../bridge/audit/proof/check-log.ts";
import { canonicalText } from "../../../bridge/audit/proof/strict-json.ts";
import type { StoredEntry } from "../../../bridge/ledger/entry-types.ts";
import { silentLogger } from "../../../bridge/platform/logger.ts";
import { honestStream, memoryLog, memoryStreams, testKey } from "../../support/audit.ts";
import { published } from "../../support/incident-events.ts";
import { woundClock } from "../../support/wound-clock.ts";

export const A = "INC-20261121-0914-AAAA";
export const B = "INC-20261121-0914-BBBB";
/** Opened last: no checkpoint covers it. */
export const C = "INC-20261121-0920-CCCC";
export type Item = StoredEntry & { [other: string]: string };

const STORY = published();
/** An incident that was published, and went on a little. */
export const lengthOf = { [A]: STORY.length + 4, [B]: 6, [C]: 3 };
/** Where the second checkpoint found A and B. */
export const COVERED = STORY.length + 2;

export const keyOf = (incident: string, seq: number) => `INC#${incident} E#${String(seq).padStart(12, "0")}`;

/** Honest incidents, two checkpoints, and a tail behind them. */
export async function honestWorld() {
  const streams = memoryStreams();
  const log = memoryLog();
  const clock = woundClock();
  const write = (incident: string, upTo: number, eventsOf?: Parameters<typeof honestStream>[2]) => {
    for (const item of honestStream(incident, upTo, eventsOf))
      streams.items_.set(keyOf(incident, Number(item.sk.slice(2))), { ...item });
  };
  const story: Parameters<typeof honestStream>[2] = (seq) => {
    const event = STORY[seq - 1];
    return event ? [event] : [{ type: "NudgeIssued", n: seq, reason: `reminder ${seq}` }];
  };
  const signer = createCheckpointSigner({ log, streams, key: testKey(), clock, logger: silentLogger });
  write(A, 5, story);
  write(B, 2);
  clock.advance(60_000);
  await signer.coverAll([A, B]);
  write(A, COVERED, story);
  write(B, 4);
  clock.advance(60_000);
  const { checkpoint } = await signer.coverAll([A, B]);
  write(A, lengthOf[A] ?? 0, story);
  write(B, lengthOf[B] ?? 0);
  write(C, lengthOf[C] ?? 0);
  return {
    streams,
    log,
    clock,
    signer,
    checkpoint,
    items: streams.items_ as Map<string, Item>,
    verify: (
      options: {
        keys?: ReturnType<typeof testKey>[];
        witnesses?: Witness[];
        remembered?: { size: number; root: string };
      } = {},
    ) =>
      checkLive(streams, log, {
        keys: (options.keys ?? [testKey()]).map(({ verifier }) => verifier),
        ownKey: false,
        witnesses: options.witnesses ?? [],
        remembered: options.remembered,
      }),
  };
}
export type HonestWorld = Awaited<ReturnType<typeof honestWorld>>;

/** The bytes of an incident's bundle. */
export async function exported(
  { streams, log, clock }: HonestWorld,
  incident: string,
  revealed?: ExportDeps["revealed"],
): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of exportBundle(incident, { streams, log, key: testKey().verifier, clock, revealed }))
    pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Another text in one body, its own hash made to fit when asked. */
export function edit(
  items: Map<string, Item>,
  incident: string,
  seq: number,
  change: (body: string) => string,
  fixHash = false,
): void {
  const key = keyOf(incident, seq);
  const item = items.get(key);
  if (!item) throw new Error(`there is no ${key}`);
  const body = change(item.body);
  if (body === item.body) throw new Error(`nothing was changed in ${key}`);
  items.set(key, { ...item, body, hash: fixHash ? bodyHash(body) : item.hash });
}

/** Makes every link from `seq` on fit again, as somebody would who knows the format. */
export function relink(
  items: Map<string, Item>,
  incident: string,
  seq: number,
  last = lengthOf[incident as keyof typeof lengthOf],
): void {
  for (let at = seq; at <= last; at += 1) {
    const item = items.get(keyOf(incident, at));
    const before = items.get(keyOf(incident, at - 1));
    if (!item) continue;
    const body = before ? item.body.replace(/"prev":"[0-9a-f]{64}"/, `"prev":"${before.hash}"`) : item.body;
    items.set(keyOf(incident, at), { ...item, body, hash: bodyHash(body) });
  }
}

/** One more entry behind the last, with an event that the product may not know: as a later version might write it. */
export function appendRaw(
  items: Map<string, Item>,
  incident: keyof typeof lengthOf,
  event: { type: string } & Record<string, unknown>,
): void {
  const last = items.get(keyOf(incident, lengthOf[incident]));
  if (!last) throw new Error(`${incident} has no last entry`);
  const seq = lengthOf[incident] + 1;
  const entry = { ...JSON.parse(last.body), seq, prev: last.hash, commandId: `command-${seq}`, events: [event] };
  const body = canonicalText(entry);
  const sk = `E#${String(seq).padStart(12, "0")}`;
  items.set(keyOf(incident, seq), { pk: last.pk, sk, body, hash: bodyHash(body), type: event.type });
}

/** Puts an entry of our form in this place that says something of a draft which cannot even be turned into text. */
export function unCheckable(items: Map<string, Item>, incident: string, seq: number): void {
  const item = items.get(keyOf(incident, seq));
  if (!item) throw new Error(`there is no entry ${seq} of ${incident}`);
  const type = "DraftProposed";
  const body = canonicalText({ ...JSON.parse(item.body), events: [{ type, draftId: { toString: 1 } }] });
  items.set(keyOf(incident, seq), { ...item, body, hash: bodyHash(body), type });
}
