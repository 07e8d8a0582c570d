import { masterKeyWrapping } from "../../bridge/details/key-wrapping.ts";
import { createSealedDetails, type SealedDetails } from "../../bridge/details/sealed-details.ts";
import { createIndexTable } from "../../bridge/index-table/index-table.ts";
import { createDynamoClient } from "../../bridge/platform/dynamo.ts";
import { silentLogger } from "../../bridge/platform/logger.ts";
import { CAST } from "../sandbox/cast.ts";
import type { WorldSnapshot } from "../sandbox/world/world.ts";

/** The words that a world's bridge keeps, opened as whoever may read its index table and its master key can. */
export async function inWorldsWords<T>(
  { endpoint, tables }: WorldSnapshot["store"],
  masterKey: () => Promise<string>,
  work: (details: SealedDetails) => Promise<T>,
): Promise<T> {
  const dynamo = createDynamoClient({
    region: CAST.region,
    endpoint,
    credentials: "local-dummy",
  });
  try {
    return await work(
      createSealedDetails({
        index: createIndexTable({ dynamo, table: tables.index }),
        table: tables.index,
        wrapping: masterKeyWrapping(masterKey),
        log: silentLogger,
      }),
    );
  } finally {
    dynamo.destroy();
  }
}
