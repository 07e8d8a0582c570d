import { hkdfSync } from "node:crypto";
import { seal, unseal } from "../platform/sealed-box.ts";

/** Keeps data keys under a key that the store never sees. A key service's encrypt and decrypt have the same form. */
export interface KeyWrapping {
  /** `place` is bound to the result: it opens for no other. */
  wrap(dataKey: Uint8Array, place: string): Promise<Uint8Array>;
  /** @throws SealedBoxError when it was wrapped with another key or for another place */
  unwrap(wrapped: Uint8Array, place: string): Promise<Uint8Array>;
}

/** Under a key derived (HKDF-SHA256, RFC 5869) from a master key; another label than any other use of that key. */
export function masterKeyWrapping(masterKey: () => Promise<string>): KeyWrapping {
  const wrappingKey = async () =>
    new Uint8Array(hkdfSync("sha256", await masterKey(), new Uint8Array(0), "incident-details/v1", 32));
  return {
    wrap: async (dataKey, place) => seal(dataKey, await wrappingKey(), place),
    unwrap: async (wrapped, place) => unseal(wrapped, await wrappingKey(), place),
  };
}
