import { destinationOf } from "../incident/alert-groups.ts";
import type { Incident } from "../incident/state.ts";
import type { CorrelationRows } from "../index-table/correlation.ts";
import { channelRow, incidentRow, stillOwes } from "../index-table/incident-rows.ts";
import type { IndexTable } from "../index-table/index-table.ts";
import { BrokenChainError, type Ledger } from "../ledger/ledger.ts";
import { atMost } from "../platform/at-most.ts";
import { type Item, number, readNumber, readText } from "../platform/dynamo.ts";
import type { Logger } from "../platform/logger.ts";
import type { Metrics } from "../platform/telemetry/metrics.ts";

/**
 * Holds the index against the ledger of one incident and writes again what is gone: its row, its room's, and those that lead its
 * alert groups to it. Not the row by which further alerts of its service collect for some minutes: the ledger holds no labels, and
 * without that row the next group begins an incident of its own. Repeatable.
 * @param alive ids of the incidents that are not over: an identity that had several incidents belongs to one of these
 * @returns whether anything of the incident may still have to be done, as its ledger says
 * @throws what the store throws, and BrokenChainError: then some rows may be back and the others are not
 */
export type RestoreRows = (incident: string, alive: readonly string[]) => Promise<boolean>;

const ROWS = ["incident", "channel", "correlation"] as const;
/** Incidents read together, in the rare case that an identity's holder has to be looked for. */
const AT_ONCE = 16;

export function createRestoreRows(deps: {
  index: Pick<IndexTable, "get" | "put">;
  correlation: Pick<CorrelationRows, "find" | "point">;
  ledger: Pick<Ledger, "load">;
  metrics: Metrics;
  log: Logger;
}): RestoreRows {
  const { index, correlation, ledger, log } = deps;
  const restored = deps.metrics.counter(
    "ic_index_rows_restored_total",
    "Rows of the index that were gone or wrong and were written again from the ledger; by row.",
  );
  for (const row of ROWS) restored.add({ row }, 0);
  const note = (row: (typeof ROWS)[number], incident: string) => {
    restored.add({ row });
    log.warn("index-row-restored", { row, incident });
  };

  /** An open one before one that is over, and of several the newest: the same whoever of them is looked at first. */
  const holderOf = async (key: string, state: Incident, alive: readonly string[]): Promise<string> => {
    const others = alive.filter((id) => id !== state.id);
    const loaded = await atMost(AT_ONCE, others, (id) => loadUnlessBroken(id, ledger));
    const [holder] = [state, ...loaded.flatMap((one) => one ?? [])]
      .filter((one) => identitiesOf(one).includes(key))
      .sort((a, b) => Number(b.status === "open") - Number(a.status === "open") || b.openedAt - a.openedAt);
    return holder?.id ?? state.id;
  };

  return async (incident, alive) => {
    // 1. Read before the state, so that it can be older than the ledger and never honestly newer.
    const row = await index.get(`ROW#${incident}`, "R");
    const state = await ledger.load(incident);
    if (state.status === "none") return false;
    const seen = readNumber(row, "seq");
    if (!agrees(row, state)) {
      const written = await index.put(
        incidentRow(state),
        row === undefined ? "attribute_not_exists(pk)" : "seq = :seen",
        row === undefined ? undefined : { ":seen": number(seen ?? 0) },
      );
      // A row that is behind its ledger was only not written yet.
      if (written && (seen === undefined || seen >= state.seq)) note("incident", incident);
    }

    // 2. Whose room it is.
    if (state.channel !== undefined) {
      const room = channelRow(incident, state.channel);
      const known = await index.get(`CHAN#${state.channel}`, "C");
      if (known === undefined && (await index.put(room, "attribute_not_exists(pk)"))) note("channel", incident);
    }

    // 3. Where its alerts go. A row that is there was written by whoever placed an alert last, and that knew best.
    for (const key of identitiesOf(state)) {
      if (await correlation.find(key)) continue;
      await correlation.point(key, await holderOf(key, state, alive));
      note("correlation", incident);
    }
    return stillOwes(state);
  };
}

/** Those whose alerts are its own: what it was opened for, and its groups but those that belong to another incident by now. */
function identitiesOf(state: Incident): string[] {
  const groups = [...state.alerts.byKey.keys()].filter((key) => destinationOf(state, key) === undefined);
  return [...new Set([...(state.opened ? [state.opened.correlationKey] : []), ...groups])];
}

const agrees = (row: Item | undefined, state: Incident): boolean => {
  const seq = readNumber(row, "seq");
  const listed = readText(row, "gsi1pk") !== undefined;
  return seq !== undefined && seq <= state.seq && listed === stillOwes(state);
};

/** An incident whose record does not hold says nothing about whose alerts are whose. */
async function loadUnlessBroken(incident: string, ledger: Pick<Ledger, "load">): Promise<Incident | undefined> {
  try {
    return await ledger.load(incident);
  } catch (error) {
    if (error instanceof BrokenChainError) return undefined;
    throw error;
  }
}
