import type { IndexTable } from "../../bridge/index-table/index-table.ts";

/** The table for two replicas that begin at the same moment: both have read before either writes. */
export function readsMeet(table: IndexTable): IndexTable {
  let reads = 0;
  let bothRead = () => {};
  const met = new Promise<void>((go) => {
    bothRead = go;
  });
  return {
    ...table,
    async get(pk, sk) {
      const item = await table.get(pk, sk);
      reads += 1;
      if (reads === 2) bothRead();
      await met;
      return item;
    },
  };
}
