import { createSealedVaults, type SealedVaults } from "../../bridge/index-table/sealed-vaults.ts";
import type { Item } from "../../bridge/platform/dynamo.ts";
import { incidentKeyOf, vaultKeyOf } from "../../bridge/redaction/index.ts";

/** Sealed vaults of one process and nobody else: the items stand in a map. */
export function memoryVaults(masterKey = async () => "m".repeat(32)): SealedVaults {
  const items = new Map<string, Item>();
  return createSealedVaults({
    index: {
      get: async (pk, sk) => items.get(`${pk} ${sk}`),
      put: async (item) => {
        items.set(`${item.pk?.S} ${item.sk?.S}`, item);
        return true;
      },
      update: async () => true,
    },
    keys: {
      incidentKey: async (incident) => incidentKeyOf(await masterKey(), incident),
      dataKey: async (incident) => vaultKeyOf(await masterKey(), incident),
    },
    clock: { now: () => 0, monotonic: () => 0 },
  });
}
