import { parseArgs } from "node:util";
import { eraseWords } from "../../details/erase-words.ts";
import { createIndexTable } from "../../index-table/index-table.ts";
import { createLedgerStore } from "../../ledger/ledger-store.ts";
import { createSystemStream } from "../../ledger/system-stream.ts";
import { systemClock } from "../../platform/clock.ts";
import { createDynamoClient } from "../../platform/dynamo.ts";
import { silentLogger } from "../../platform/logger.ts";
import { systemRandom } from "../../platform/random.ts";

export const ERASE_USAGE = `npm run secrets -- erase <incident> --region <region> --ledger <table> --index <table> --by <who> --because <id of the request>`;

const OPTIONS = { region: "", ledger: "", index: "", by: "", because: "", endpoint: "" };
type Option = keyof typeof OPTIONS;
const INCIDENT = /^[A-Za-z0-9-]{1,64}$/;

/**
 * One incident's words, for good: destroys the key they are sealed with. Needs no secret, only both tables.
 * @returns one sentence and the process's exit code
 */
export async function erase(args: string[]): Promise<{ said: string; code: 0 | 1 | 2 }> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: Object.fromEntries(Object.keys(OPTIONS).map((name) => [name, { type: "string" as const }])),
  });
  const { region, ledger, index, by, because, endpoint }: Partial<Record<Option, string>> = values;
  const [, incident = "", ...more] = positionals;
  if (!region || !ledger || !index || !by || !because || !INCIDENT.test(incident) || more.length > 0)
    return { said: ERASE_USAGE, code: 2 };
  const dynamo = createDynamoClient({
    region,
    endpoint,
    credentials: endpoint === undefined ? "default-chain" : "local-dummy",
  });
  try {
    const system = createSystemStream({
      store: createLedgerStore({ dynamo, table: ledger }),
      clock: systemClock,
      random: systemRandom,
      log: silentLogger,
    });
    const erasure = await eraseWords(
      { incident, by, because },
      { index: createIndexTable({ dynamo, table: index }), system, clock: systemClock },
    );
    return erasure
      ? {
          said: `The words of ${erasure.details} ${erasure.details === 1 ? "event" : "events"} of ${incident} were erased at ${erasure.at}; backups of the index table hold their key until they age out.`,
          code: 0,
        }
      : { said: `No words of ${incident} are kept; is that its id?`, code: 1 };
  } finally {
    dynamo.destroy();
  }
}
