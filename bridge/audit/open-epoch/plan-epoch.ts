import { evolve } from "../../incident/evolve.ts";
import { restate } from "../../incident/restate.ts";
import { type Incident, initialIncident } from "../../incident/state.ts";
import { genesisHash, openEntry, sealEntry } from "../../ledger/entry.ts";
import type { StoredEntry } from "../../ledger/entry-types.ts";
import { SYSTEM_STREAM } from "../../ledger/system-stream.ts";
import { type Instant, iso } from "../../platform/clock.ts";
import type { LogReport } from "../proof/check-log.ts";
import { MAX_LISTED } from "../watch/audit-records.ts";
import type { Walk, Watermark } from "../watch/walk-incident.ts";

export interface EpochWish {
  incident: string;
  /** Who does it, as they sign. */
  by: string;
  reason: string;
}

export type EpochPlan =
  | { kind: "planned"; item: StoredEntry; epoch: number; restated: Incident; carried: string[] }
  | { kind: "refused"; why: string };

/**
 * The entry with which a broken record begins anew: behind everything that the store, the log or the verification has ever seen of it,
 * so that nothing of before can take its place. Pure; what does not verify is only ever read here.
 */
export function planEpoch(
  { incident, by, reason }: EpochWish,
  found: { walk: Walk; items: readonly StoredEntry[]; log: LogReport; mark: Watermark | undefined },
  now: Instant,
): EpochPlan {
  const { walk, items, log, mark } = found;
  if (walk.findings.length === 0)
    return { kind: "refused", why: `the record of ${incident} holds, so there is nothing to begin anew` };
  const bad = new Set(walk.findings.map(({ seq }) => seq));
  const sound = items.flatMap((item) => {
    const opened = openEntry(item);
    return opened.ok && !bad.has(opened.entry.seq) ? [{ ...opened.entry, hash: item.hash }] : [];
  });
  const state = sound.reduce(evolve, initialIncident(incident));
  if (incident !== SYSTEM_STREAM && state.status === "archived")
    return {
      kind: "refused",
      why: `${incident} is archived: nothing is written there any more, and it is kept as it is`,
    };
  if (incident !== SYSTEM_STREAM && state.status === "none")
    return {
      kind: "refused",
      why: `no entry that says what ${incident} is can be read; declare a new incident instead`,
    };

  const firstBad = Math.min(...walk.findings.map(({ seq }) => seq ?? 1));
  const lastGood = sound.findLast(({ seq }) => seq < firstBad);
  const covered = Math.max(0, ...(log.heads.get(incident) ?? []).map(({ seq }) => seq));
  const seq = Math.max(walk.head.seq, covered, mark?.seq ?? 0) + 1;
  const epochs = [walk.head.epoch, ...(log.heads.get(incident) ?? []).map((head) => head.epoch), mark?.epoch ?? 1];
  const epoch = Math.max(...epochs) + 1;
  const { facts, events } = restate(state);
  const item = sealEntry({
    v: 1,
    incident,
    epoch,
    seq,
    prev: genesisHash(incident, epoch),
    commandId: `epoch:${epoch}`,
    actor: { kind: "human", id: by, basis: "operator" },
    at: iso(Math.max(now, state.at)),
    events: [
      {
        type: "EpochOpened",
        epoch,
        by,
        reason,
        lastGood: lastGood ? { seq: lastGood.seq, hash: lastGood.hash } : null,
        headAsFound: { seq: walk.head.seq, hash: walk.head.hash },
        findings: walk.findings
          .slice(0, MAX_LISTED)
          .map((finding) => ({ epoch: finding.epoch, seq: finding.seq, code: finding.code, layer: finding.layer })),
        total: walk.findings.length,
        ...facts,
      },
      ...(incident === SYSTEM_STREAM ? [] : events),
    ],
  });
  return { kind: "planned", item, epoch, restated: state, carried: events.map(({ type }) => type) };
}
