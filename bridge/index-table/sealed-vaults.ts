import { AppError } from "../platform/app-error.ts";
import type { Clock, Instant } from "../platform/clock.ts";
import { type Item, number, readNumber, text } from "../platform/dynamo.ts";
import { createVault, openVault, sealVault, type Vault } from "../redaction/index.ts";
import type { IndexTable } from "./index-table.ts";

/** The vault could not be kept, so what was redacted with it must not be sent. */
export class VaultNotKeptError extends AppError {
  override readonly name = "VaultNotKeptError";
}

/** The two keys of one incident. Derived from one master key, or asked of a key service: nothing else here knows which. */
export interface VaultKeys {
  /** Identity of values: HMAC-SHA256 under it. */
  incidentKey(incidentId: string): Promise<Uint8Array>;
  /** Seals the vault: 32 bytes, AES-256-GCM. */
  dataKey(incidentId: string): Promise<Uint8Array>;
}

/** Between two model calls an incident's vault is one sealed item: every replica gives the same value the same placeholder. */
export interface SealedVaults {
  /**
   * Redacts with the vault of the incident and keeps what that added before it returns, so before any model reads a placeholder.
   * `work` is synchronous and runs again on the newer vault when another replica was first.
   * @throws SealedVaultError, VaultNotKeptError or the store's error: then nothing may be sent.
   */
  redactWith<T>(incidentId: string, work: (vault: Vault) => T): Promise<{ vault: Vault; result: T }>;
  /** The incident is over: its vault goes 30 days after `at`. */
  closed(incidentId: string, at: Instant): Promise<void>;
}

const DAY_S = 86_400;
/** Questions about what was published or filed come within weeks. */
const KEEP_CLOSED_S = 30 * DAY_S;
/** Since its last change, while nobody said that the incident is over; longer than any incident. */
const KEEP_OPEN_S = 90 * DAY_S;
const TRIES = 5;
/** The store takes items of 400 KB; names of attributes count too. */
const MAX_SEALED_BYTES = 390_000;

export function createSealedVaults(deps: {
  index: Pick<IndexTable, "get" | "put" | "update">;
  keys: VaultKeys;
  clock: Clock;
}): SealedVaults {
  const { index, keys, clock } = deps;
  return {
    async redactWith(incidentId, work) {
      const dataKey = await keys.dataKey(incidentId);
      for (let tries = 0; tries < TRIES; tries += 1) {
        const item = await index.get(pk(incidentId), "V");
        const sealed = stillKept(item, clock.now()) ? item?.sealed?.B : undefined;
        const vault = sealed ? openVault(sealed, dataKey, incidentId) : createVault(await keys.incidentKey(incidentId));
        const before = vault.contents().entries.length;
        const result = work(vault);
        // What it numbered before stands on the table already.
        if (vault.contents().entries.length === before) return { vault, result };
        const bytes = sealVault(vault, dataKey, incidentId);
        if (bytes.length > MAX_SEALED_BYTES) {
          throw new VaultNotKeptError(
            `the vault of ${incidentId} is larger than one item; no model can be asked about it`,
          );
        }
        const closedAt = readNumber(item, "closedAt");
        const version = readNumber(item, "version");
        const kept = await index.put(
          {
            pk: text(pk(incidentId)),
            sk: text("V"),
            version: number((version ?? 0) + 1),
            sealed: { B: bytes },
            ...(closedAt === undefined ? {} : { closedAt: number(closedAt) }),
            expiresAt: number(
              closedAt === undefined ? seconds(clock.now()) + KEEP_OPEN_S : seconds(closedAt) + KEEP_CLOSED_S,
            ),
          },
          version === undefined ? "attribute_not_exists(pk)" : "version = :version",
          version === undefined ? undefined : { ":version": number(version) },
        );
        if (kept) return { vault, result };
      }
      throw new VaultNotKeptError(`the vault of ${incidentId} was changed by others ${TRIES} times; try again`);
    },

    async closed(incidentId, at) {
      // Written also where there is no vault yet: one that comes later, for the postmortem, then ends on the same day. The version
      // moves, so that whoever is sealing just now sees it.
      await index.update(pk(incidentId), "V", {
        UpdateExpression: "SET closedAt = :at, expiresAt = :expires ADD version :one",
        ExpressionAttributeValues: {
          ":at": number(at),
          ":expires": number(seconds(at) + KEEP_CLOSED_S),
          ":one": number(1),
        },
      });
    },
  };
}

/** What the placeholders of an incident stood for is gone, for good; texts redacted afterwards begin a new vault. */
export async function forgetVault(index: Pick<IndexTable, "update">, incidentId: string): Promise<void> {
  // The version moves, so that whoever is sealing the old one just now does not put it back.
  await index.update(pk(incidentId), "V", {
    UpdateExpression: "REMOVE sealed ADD version :one",
    ConditionExpression: "attribute_exists(pk)",
    ExpressionAttributeValues: { ":one": number(1) },
  });
}

const pk = (incidentId: string) => `VAULT#${incidentId}`;
const seconds = (at: Instant) => Math.floor(at / 1_000);

/** The store removes what has expired when it finds the time, which can be days later. */
const stillKept = (item: Item | undefined, now: Instant): boolean =>
  (readNumber(item, "expiresAt") ?? 0) > seconds(now);
