import * as z from "zod";
import type { Words } from "../incident/sealed-events.ts";
import type { IndexTable } from "../index-table/index-table.ts";
import { canonical } from "../ledger/canonical.ts";
import { AppError } from "../platform/app-error.ts";
import { type Item, readText, text } from "../platform/dynamo.ts";
import type { Logger } from "../platform/logger.ts";
import { freshBytes } from "../platform/random.ts";
import { SealedBoxError, seal, unseal } from "../platform/sealed-box.ts";
import { commitmentTo, SALT_BYTES } from "./commitment.ts";
import type { KeyWrapping } from "./key-wrapping.ts";

/** Words with what proves that an entry commits to them. */
export interface KeptWords {
  /** Lower-case hex. */
  salt: string;
  words: Words;
}

/** By commitment. What is not in it was erased. */
export type Revealed = ReadonlyMap<string, KeptWords | "unreadable">;

/** The words of an incident's entries, sealed in the index table, away from the entries themselves. */
export interface SealedDetails {
  /**
   * Words are kept when this returns, with one write for all of them. @returns their commitments, in order.
   * @throws DetailsNotKeptError, the store's or the key's errors
   */
  keep(incident: string, words: readonly Words[]): Promise<string[]>;
  /** All words of an incident that can still be read, each compared with its commitment. */
  reveal(incident: string): Promise<Revealed>;
}

/** No key could be agreed on, so nothing that needs one may be recorded. */
export class DetailsNotKeptError extends AppError {
  override readonly name = "DetailsNotKeptError";
}

export const KEY = "KEY";
const DETAIL = "D#";
export const pkOf = (incident: string): string => `DETAILS#${incident}`;
const KEY_BYTES = 32;
const TRIES = 5;

const Kept = z.strictObject({
  salt: z.string().regex(/^[0-9a-f]{64}$/),
  words: z.record(z.string(), z.string().nullable()),
});
/** What one item seals: the words of all events of an entry. Older ones hold those of one event. */
const KeptTogether = z.union([z.array(Kept), Kept.transform((one) => [one])]);

/** Of every event whose words an item holds; it is named after the first. */
export const commitsIn = (item: Item): string[] => {
  const named = String(readText(item, "sk")).slice(DETAIL.length);
  return [named, ...(item.others?.L ?? []).map(({ S }) => String(S))];
};
export const isDetail = (item: Item): boolean => String(readText(item, "sk")).startsWith(DETAIL);

export function createSealedDetails(deps: {
  index: Pick<IndexTable, "get" | "put" | "partition">;
  /** Name of the index table: a sealed attribute opens in no other. */
  table: string;
  wrapping: KeyWrapping;
  log: Logger;
}): SealedDetails {
  const { index, table, wrapping, log } = deps;
  const placeOf = (incident: string, sk: string, attribute: string, keyId: string) =>
    canonical([table, pkOf(incident), sk, attribute, keyId]);

  const unwrapped = (incident: string, keyId: string, wrapped: Uint8Array) =>
    wrapping.unwrap(wrapped, placeOf(incident, KEY, "wrappedKey", keyId));

  /** The incident's key, made when there is none: the first put decides which one it is. */
  const dataKey = async (incident: string): Promise<{ keyId: string; key: Uint8Array }> => {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const item = await index.get(pkOf(incident), KEY);
      const stored = keyIn(item);
      if (stored) return { keyId: stored.keyId, key: await unwrapped(incident, stored.keyId, stored.wrapped) };
      const key = freshBytes(KEY_BYTES);
      const keyId = Buffer.from(freshBytes(8)).toString("hex");
      const made: Item = {
        pk: text(pkOf(incident)),
        sk: text(KEY),
        keyId: text(keyId),
        wrappedKey: { B: await wrapping.wrap(key, placeOf(incident, KEY, "wrappedKey", keyId)) },
      };
      if (await index.put(made, "attribute_not_exists(wrappedKey)")) return { keyId, key };
    }
    throw new DetailsNotKeptError(`the key of ${incident} was changed by others ${TRIES} times; try again`);
  };

  /** By the commitments that they prove: what an item holds beside them is nobody's. */
  const opened = (incident: string, item: Item, keyId: string, key: Uint8Array): Map<string, KeptWords> => {
    const sk = String(readText(item, "sk"));
    try {
      const plain = unseal(item.sealed?.B ?? new Uint8Array(0), key, placeOf(incident, sk, "sealed", keyId));
      const kept = KeptTogether.parse(JSON.parse(Buffer.from(plain).toString("utf8")));
      return new Map(kept.map((one) => [commitmentTo(Buffer.from(one.salt, "hex"), one.words), one]));
    } catch (error) {
      log.error("details-unreadable", { incident, place: sk, error });
      return new Map();
    }
  };

  return {
    async keep(incident, words) {
      const { keyId, key } = await dataKey(incident);
      const made = words.map((one) => {
        const salt = freshBytes(SALT_BYTES);
        return { commit: commitmentTo(salt, one), kept: { salt: Buffer.from(salt).toString("hex"), words: one } };
      });
      const commits = made.map(({ commit }) => commit);
      const sk = `${DETAIL}${commits[0]}`;
      const plain = Buffer.from(JSON.stringify(made.map(({ kept }) => kept)), "utf8");
      await index.put({
        pk: text(pkOf(incident)),
        sk: text(sk),
        keyId: text(keyId),
        sealed: { B: seal(plain, key, placeOf(incident, sk, "sealed", keyId)) },
        others: { L: commits.slice(1).map(text) },
      });
      return commits;
    },

    async reveal(incident) {
      const items = await index.partition(pkOf(incident));
      const stored = keyIn(items.find((item) => readText(item, "sk") === KEY));
      const revealed = new Map<string, KeptWords | "unreadable">();
      if (!stored) return revealed;
      const key = await unwrapped(incident, stored.keyId, stored.wrapped).catch((error: unknown) => {
        if (!(error instanceof SealedBoxError)) throw error;
        log.error("details-key-unreadable", { incident, error });
        return undefined;
      });
      for (const item of items) {
        if (!isDetail(item) || readText(item, "keyId") !== stored.keyId) continue;
        const kept = key && opened(incident, item, stored.keyId, key);
        for (const commit of commitsIn(item)) revealed.set(commit, kept?.get(commit) ?? "unreadable");
      }
      return revealed;
    },
  };
}

function keyIn(item: Item | undefined): { keyId: string; wrapped: Uint8Array } | undefined {
  const keyId = readText(item, "keyId");
  const wrapped = item?.wrappedKey?.B;
  return keyId === undefined || wrapped === undefined ? undefined : { keyId, wrapped };
}
