import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from "node:crypto";
import * as z from "zod";
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

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * The vault as one AES-256-GCM item bound to its incident: nonce, tag, ciphertext. The nonce is a keyed hash of the contents, so
 * two different contents never share one.
 */
export function sealVault(vault: Vault, dataKey: Uint8Array, incidentId: string): Uint8Array {
  const plain = Buffer.from(JSON.stringify(vault.contents()), "utf8");
  const nonce = createHmac("sha256", dataKey).update(`${incidentId}\0`).update(plain).digest().subarray(0, NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", dataKey, nonce).setAAD(Buffer.from(incidentId, "utf8"));
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  return new Uint8Array(Buffer.concat([nonce, cipher.getAuthTag(), sealed]));
}

/** @throws SealedVaultError when the bytes were changed, or sealed with another key or for another incident. */
export function openVault(sealed: Uint8Array, dataKey: Uint8Array, incidentId: string): Vault {
  try {
    const bytes = Buffer.from(sealed);
    const decipher = createDecipheriv("aes-256-gcm", dataKey, bytes.subarray(0, NONCE_BYTES))
      .setAAD(Buffer.from(incidentId, "utf8"))
      .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    const plain = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
    return vaultFrom(VaultContents.parse(JSON.parse(plain.toString("utf8"))));
  } catch (cause) {
    throw new SealedVaultError(incidentId, { cause });
  }
}
