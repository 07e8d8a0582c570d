import type { IndexTable } from "../index-table/index-table.ts";
import { forgetVault } from "../index-table/sealed-vaults.ts";
import type { SystemStream } from "../ledger/system-stream.ts";
import type { Clock } from "../platform/clock.ts";
import { destroyKey, type Erasure } from "./destroy-key.ts";

interface ErasureWish {
  incident: string;
  /** Who does it, as they are known to their organisation. */
  by: string;
  /** Where it was asked for and agreed: the id of a request, never its words. */
  because: string;
}

/**
 * Makes an incident's words unreadable for everybody, and its sealed placeholders with them, then records that in the product's
 * own stream. Nothing in the incident's own stream changes: it verifies as before. Repeated after a failure it ends what is left.
 * @returns undefined where no words were ever kept
 */
export async function eraseWords(
  { incident, by, because }: ErasureWish,
  deps: {
    index: Pick<IndexTable, "partition" | "update">;
    system: SystemStream;
    clock: Clock;
  },
): Promise<Erasure | undefined> {
  const erasure = await destroyKey(incident, deps);
  await forgetVault(deps.index, incident);
  if (!erasure) return undefined;
  await deps.system.record(
    { kind: "human", id: by, basis: "operator" },
    { type: "DetailsErased", incident, details: erasure.details, erasedAt: erasure.at, because },
  );
  return erasure;
}
