import { recordBreak } from "../incident/decide/audit.ts";
import type { IncidentRows } from "../index-table/incident-rows.ts";
import { type OwnIncidentDeps, openOwnIncident } from "../intake/open-own-incident.ts";
import type { EntryActor } from "../ledger/entry-types.ts";
import type { SystemStream } from "../ledger/system-stream.ts";
import type { Logger } from "../platform/logger.ts";
import type { StoredStreams } from "./stored-streams.ts";
import type { Broken } from "./watch/audit-records.ts";
import { createRoomOfRecord } from "./watch/room-of-record.ts";

/** All breaks of one time are one incident: whoever changed many entries must not be answered with as many rooms. */
const KEY = "record-broken";
/** Findings named in the record; the report of the verifier has all of them. */
const MAX_NAMED = 20;
const VERIFIER: EntryActor = { kind: "system", id: "audit-verification", basis: "own-check" };

export type ReportBreakDeps = OwnIncidentDeps & {
  rows: Pick<IncidentRows, "incidentOf">;
  streams: Pick<StoredStreams, "items">;
  system: SystemStream;
  log: Logger;
};

/**
 * Opens the security incident about a record that does not hold, or finds the one that is open, and tells it what is broken, and
 * which room must be told too. Repeatable: what its record holds already is not told again.
 */
export const createReportBreak = (deps: ReportBreakDeps) => {
  const roomOf = createRoomOfRecord(deps);
  return async (broken: readonly Broken[]): Promise<void> => {
    const [first] = broken;
    if (!first) return;
    const { id, breaks } = await openOwnIncident(
      {
        key: KEY,
        title:
          first.incident === null ? "The audit log does not verify" : `The record of ${first.incident} does not verify`,
        labels: { runbook: "audit-chain-integrity" },
        basis: "found by the bridge's own verification",
      },
      deps,
    );
    for (const { incident, findings, total } of broken) {
      const told = {
        incident,
        total,
        findings: findings.slice(0, MAX_NAMED).map(({ epoch, seq, code, layer }) => ({ epoch, seq, code, layer })),
      };
      // Nothing is written to a broken record: a room that it has not had by now it will not get.
      const channel = incident === null || breaks.has(incident) ? undefined : await roomOf(incident);
      const room = incident === null || channel === undefined ? undefined : { incident, channel };
      const commandId = `break:${incident ?? "log"}:${total}:${findings.map(({ seq, code }) => `${seq}${code}`).join("|")}`;
      const appended = await deps.ledger.execute(id, { commandId: commandId.slice(0, 200), actor: VERIFIER }, (state) =>
        recordBreak(state, told, room),
      );
      const isNew = appended.kind === "happened" && appended.events.length > 0 && !appended.repeated;
      if (!isNew) continue;
      deps.log.error("record-broken", { incident, securityIncident: id, total });
      await deps.system.record(VERIFIER, { type: "RecordBreakFound", ...told });
    }
  };
};
