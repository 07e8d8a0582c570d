import { createHmac, hkdfSync } from "node:crypto";
import * as z from "zod";
import { seal, unseal } from "../platform/sealed-box.ts";
import { POLICIES, REDACTION_TYPES, type RedactionType } from "./policy.ts";
import { SealedVaultError } from "./sealed-vault-error.ts";

/**
 * Which value stands behind which placeholder, for one incident. Values of one-way types are never held, only their HMAC.
 * It grows as texts are redacted; what it gave out once it gives again.
 */
export interface Vault {
  /** The placeholder of a value; `identity` is its normal form, `shown` what may come back. */
  placeholderOf(type: RedactionType, identity: string, shown: string): string;
  /** Undefined: never given out. `shown` is undefined for one-way types. */
  lookUp(type: RedactionType, n: number): { shown: string | undefined } | undefined;
  /** Everything in it, for sealing. */
  contents(): VaultContents;
}

export const VaultContents = z.object({
  v: z.literal(1),
  key: z.base64(),
  entries: z.array(
    z.object({ type: z.enum(REDACTION_TYPES), n: z.int().min(1), hmac: z.string(), shown: z.string().optional() }),
  ),
});
export type VaultContents = z.infer<typeof VaultContents>;

/** The key of one incident, from the master key in Secrets Manager (HKDF-SHA256, RFC 5869). */
export function incidentKeyOf(masterKey: string, incidentId: string): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", masterKey, incidentId, "incident-redaction/v1", 32));
}

/** What seals the vault of one incident. Another label than the identity's: neither key says anything about the other. */
export function vaultKeyOf(masterKey: string, incidentId: string): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", masterKey, incidentId, "incident-vault/v1", 32));
}

/** An empty vault. With the same key the same value keeps its identity, so a lost vault can be rebuilt from the texts. */
export function createVault(incidentKey: Uint8Array): Vault {
  return vaultFrom({ v: 1, key: Buffer.from(incidentKey).toString("base64"), entries: [] });
}

function vaultFrom(contents: VaultContents): Vault {
  const key = Buffer.from(contents.key, "base64");
  const numbers = new Map<string, number>();
  const counts = new Map<RedactionType, number>();
  const values = new Map<string, { shown: string | undefined }>();
  const entries = [...contents.entries];
  for (const { type, n, hmac, shown } of entries) {
    numbers.set(`${type} ${hmac}`, n);
    values.set(`${type} ${n}`, { shown });
    counts.set(type, Math.max(n, counts.get(type) ?? 0));
  }

  return {
    placeholderOf(type, identity, shown) {
      const hmac = createHmac("sha256", key).update(`${type}\0${identity}`).digest("base64");
      const known = numbers.get(`${type} ${hmac}`);
      if (known !== undefined) return `[${type}_${known}]`;
      const n = (counts.get(type) ?? 0) + 1;
      const value = POLICIES[type].oneWay ? undefined : shown;
      counts.set(type, n);
      numbers.set(`${type} ${hmac}`, n);
      values.set(`${type} ${n}`, { shown: value });
      entries.push({ type, n, hmac, ...(value === undefined ? {} : { shown: value }) });
      return `[${type}_${n}]`;
    },
    lookUp: (type, n) => values.get(`${type} ${n}`),
    contents: () => ({ v: 1, key: contents.key, entries: [...entries] }),
  };
}

/** The vault as one sealed item, bound to its incident. */
export const sealVault = (vault: Vault, dataKey: Uint8Array, incidentId: string): Uint8Array =>
  seal(Buffer.from(JSON.stringify(vault.contents()), "utf8"), dataKey, incidentId);

/** @throws SealedVaultError when the bytes were changed, or sealed with another key or for another incident. */
export function openVault(sealed: Uint8Array, dataKey: Uint8Array, incidentId: string): Vault {
  try {
    const plain = Buffer.from(unseal(sealed, dataKey, incidentId));
    return vaultFrom(VaultContents.parse(JSON.parse(plain.toString("utf8"))));
  } catch (cause) {
    throw new SealedVaultError(incidentId, { cause });
  }
}
