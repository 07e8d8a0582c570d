import type { Incident } from "../../incident/state.ts";
import type { LedgerStore } from "../../ledger/ledger-store.ts";
import { SYSTEM_STREAM, type SystemStream } from "../../ledger/system-stream.ts";
import type { Clock } from "../../platform/clock.ts";
import { checkLog } from "../proof/check-log.ts";
import type { LogStore } from "../proof/log-store.ts";
import type { StoredStreams } from "../stored-streams.ts";
import type { AuditRecords } from "../watch/audit-records.ts";
import { walkIncident } from "../watch/walk-incident.ts";
import { type EpochWish, planEpoch } from "./plan-epoch.ts";

export interface BeginEpochDeps {
  store: LedgerStore;
  streams: StoredStreams;
  records: AuditRecords;
  log: LogStore;
  system: SystemStream;
  clock: Clock;
}

/** What became of it, in lines for whoever ran it. */
export interface Begun {
  kind: "refused" | "shown" | "begun";
  said: string[];
}

/**
 * Begins the record of an incident anew: looks, plans, records the decision, and puts the one entry where nobody has put anything.
 * Repeatable: a second run finds a record that holds. @throws what the stores throw
 */
export async function beginEpoch(wish: EpochWish & { confirm: boolean }, deps: BeginEpochDeps): Promise<Begun> {
  const { incident, by, reason } = wish;
  const { records, streams, store, clock } = deps;
  // 1. What does not hold, by every rule there is. Who signed the log is no question here: only how far it reaches.
  const log = await checkLog(deps.log, { keys: [] });
  const mark = (await records.mark(incident))?.watermark;
  const walk = await walkIncident(incident, streams, log, mark);
  const items = await store.read(incident, 0);

  // 2. What is carried over.
  const plan = planEpoch(wish, { walk, items, log, mark }, clock.now());
  if (plan.kind === "refused") return { kind: "refused", said: [`Nothing was done: ${plan.why}.`] };
  const { epoch, item, restated } = plan;
  const summary = [
    ...walk.findings.slice(0, 10).map(({ seq, code }) => `does not hold: entry ${seq ?? "?"} (${code})`),
    ...(walk.findings.length > 10 ? [`and ${walk.findings.length - 10} more`] : []),
    `epoch ${epoch} of ${incident} begins at entry ${Number(item.sk.slice(2))}`,
    ...carriedOver(restated),
  ];
  if (!wish.confirm)
    return {
      kind: "shown",
      said: [...summary, "Nothing was done. Export the incident first; then run it again with --confirm."],
    };

  // 3. The decision is on record before it is carried out. Of the product's own stream the entry itself is that record: one
  // before it would take its place.
  const actor = { kind: "human" as const, id: by, basis: "operator" };
  if (incident !== SYSTEM_STREAM)
    await deps.system.record(actor, { type: "EpochDecided", incident, epoch, by, reason });
  if ((await store.put(item)) === "taken")
    return {
      kind: "refused",
      said: ["Nothing was done: somebody wrote to this record meanwhile. Run it again without --confirm."],
    };

  // 4. The look at what stands there now lets every replica go on.
  const after = await walkIncident(incident, streams, log, mark);
  await records.walked(after, clock.now());
  if (after.findings.length === 0) await records.advance(incident, after.head);
  return {
    kind: "begun",
    said: [
      ...summary,
      after.findings.length === 0
        ? `Done. The bridge goes on within a minute; the epoch before stays broken in every report.`
        : `Written, but it does not hold either: ${after.findings.map(({ seq, code }) => `${seq} ${code}`).join(", ")}.`,
    ],
  };
}

/** What whoever confirms vouches for. */
function carriedOver({ id, opened, severity, commander, channelName, public: shown }: Incident): string[] {
  if (!opened) return [];
  return [
    `carried over: ${id} of ${opened.service}, ${severity}, room ${channelName ?? "none"}, commander ${commander ?? "nobody"}`,
    shown ? `public: "${shown.title}" is ${shown.status}` : "nothing is public",
    "not carried over: drafts, approvals, ticks, notes, pages. From now on two people must approve what customers read.",
  ];
}
