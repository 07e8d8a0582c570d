import type { Revealed } from "../../bridge/details/sealed-details.ts";
import type { IncidentEvent } from "../../bridge/incident/events.ts";
import type { Entry } from "../../bridge/ledger/entry-types.ts";
import { verifyStream } from "../../bridge/ledger/verify-stream.ts";
import type { SlackSnapshot } from "../sandbox/slack/snapshot.ts";
import type { VendorRequest } from "../sandbox/vendors/vendor-server.ts";
import type { LedgerItem } from "../sandbox/world/store.ts";
import { withWords } from "./memory-words.ts";

/** A raw scan of the ledger table, read again without anything of the bridge's own memory. */
export interface LedgerRecord {
  /** Verified entries of each incident, oldest first. */
  streams: Map<string, Entry[]>;
  /** Streams that do not verify, as sentences. */
  broken: string[];
}

/** Verifies every stream of a raw scan: every hash, every link, every place. Words of people are read where they are given. */
export function readRecord(items: readonly LedgerItem[], words: Revealed = new Map()): LedgerRecord {
  const byIncident = new Map<string, LedgerItem[]>();
  for (const item of items) {
    const incident = item.pk.replace(/^INC#/, "");
    byIncident.set(incident, [...(byIncident.get(incident) ?? []), item]);
  }
  const streams = new Map<string, Entry[]>();
  const broken: string[] = [];
  for (const [incident, stream] of byIncident) {
    const { entries, finding } = verifyStream(incident, stream);
    streams.set(
      incident,
      entries.map((entry) => withWords(entry, words)),
    );
    if (finding) broken.push(`the ledger of ${incident} does not verify at entry ${finding.seq}: ${finding.fault}`);
    else if (entries.length !== stream.length) broken.push(`the ledger of ${incident} has entries nobody verified`);
  }
  return { streams, broken };
}

export const eventsOf = (record: LedgerRecord, incident: string): IncidentEvent[] =>
  (record.streams.get(incident) ?? []).flatMap(({ events }) => [...events]);

type Of<T extends IncidentEvent["type"]> = Extract<IncidentEvent, { type: T }>;

export const ofType = <T extends IncidentEvent["type"]>(events: readonly IncidentEvent[], type: T): Of<T>[] =>
  events.filter((event): event is Of<T> => event.type === type);

const MUTATES = new Set(["POST", "PUT", "PATCH", "DELETE"]);

interface Written {
  incident?: {
    name?: string;
    status?: string;
    body?: string;
    components?: Record<string, string>;
    metadata?: { ic?: { marker?: string; contentHash?: string } };
  };
}

/**
 * Pairs every request that could change the public page with one PublishStarted, an earlier ApprovalGranted of the same hash,
 * and the very text that was approved. @returns what does not hold, as sentences
 */
export function unapprovedWrites(record: LedgerRecord, requests: readonly VendorRequest[]): string[] {
  const starts = [...record.streams].flatMap(([incident, entries]) => {
    const events = entries.flatMap((entry) => entry.events);
    return events.flatMap((event, place) =>
      event.type === "PublishStarted" ? [{ incident, event, before: events.slice(0, place) }] : [],
    );
  });
  const spent = new Set<string>();
  return requests
    .filter(({ method }) => MUTATES.has(method))
    .flatMap((request): string[] => {
      const { incident: sent } = (request.body ?? {}) as Written;
      const where = `${request.method} ${request.path} at ${new Date(request.at).toISOString()}`;
      const ic = sent?.metadata?.ic;
      const start = starts.find(({ event }) => event.contentHash === ic?.contentHash && !spent.has(event.attemptId));
      if (!start)
        return [`${where} has no PublishStarted of its own for content ${ic?.contentHash ?? "without a hash"}`];
      spent.add(start.event.attemptId);
      const { draftId, version, contentHash, approvalIds } = start.event;
      const problems: string[] = [];
      for (const approvalId of approvalIds) {
        const granted = ofType(start.before, "ApprovalGranted").find((one) => one.approvalId === approvalId);
        if (!granted) problems.push(`${where}: approval ${approvalId} was never granted before`);
        else if (granted.contentHash !== contentHash)
          problems.push(`${where}: approval ${approvalId} is of another text`);
      }
      const written = [...ofType(start.before, "DraftProposed"), ...ofType(start.before, "DraftRevised")].find(
        (one) => one.draftId === draftId && one.version === version,
      );
      const content = written?.content;
      if (!content || written.contentHash !== contentHash) problems.push(`${where}: no draft holds what was sent`);
      else {
        const pairs: [string, unknown, unknown][] = [
          ["title", sent?.name, content.title],
          ["text", sent?.body, content.body],
          ["status", sent?.status, content.status],
          ["components", JSON.stringify(sent?.components), JSON.stringify(content.components)],
          ["marker", ic?.marker, content.marker],
        ];
        for (const [what, got, approved] of pairs) {
          if (got !== approved) problems.push(`${where}: the ${what} sent is not the one approved`);
        }
      }
      return problems;
    });
}

/** Two public entries with one marker: customers would read the same thing twice. */
export function publicTwins(incidents: readonly { id: string; metadata: Record<string, unknown> }[]): string[] {
  const seen = new Map<string, string>();
  return incidents.flatMap(({ id, metadata }) => {
    const marker = (metadata.ic as { marker?: string } | undefined)?.marker ?? `none of ${id}`;
    const twin = seen.get(marker);
    seen.set(marker, id);
    return twin === undefined ? [] : [`public incidents ${twin} and ${id} carry the same marker ${marker}`];
  });
}

/** One room an incident, one message an effect, everybody in it once. @returns what does not hold, as sentences */
export function roomFaults(record: LedgerRecord, slack: SlackSnapshot): string[] {
  const faults: string[] = [];
  const roomOf = new Map<string, string>();
  for (const [incident, entries] of record.streams) {
    const events = entries.flatMap((entry) => entry.events);
    const rooms = ofType(events, "RoomCreated");
    if (rooms.length > 1) faults.push(`${incident} recorded ${rooms.length} rooms`);
    for (const { channel } of rooms) roomOf.set(channel, incident);
    const name = ofType(events, "IncidentOpened")[0]?.roomName;
    const named = slack.channels.filter((channel) => name !== undefined && channel.name.startsWith(name));
    if (named.length > 1)
      faults.push(`${incident} has ${named.length} channels: ${named.map((one) => one.name).join(", ")}`);
  }
  for (const channel of slack.channels) {
    const seen = new Set<string>();
    for (const { metadata, ts } of channel.messages) {
      const payload = (metadata?.event_payload ?? {}) as { effect_id?: string; incident_id?: string };
      if (payload.effect_id === undefined) continue;
      const key = `${String(metadata?.event_type)} ${payload.effect_id}`;
      if (seen.has(key)) faults.push(`#${channel.name} shows ${key} twice (again at ${ts})`);
      seen.add(key);
      const owner = roomOf.get(channel.id);
      // Said while no bridge can tell whose room it is.
      if (metadata?.event_type === "bridge_away") continue;
      if (owner !== undefined && payload.incident_id !== owner)
        faults.push(`#${channel.name} of ${owner} shows a message of ${String(payload.incident_id)}`);
    }
    const moved = ofType(
      record.streams.get(roomOf.get(channel.id) ?? "")?.flatMap(({ events }) => events) ?? [],
      "PhaseMoved",
    );
    // One checklist for each phase the incident was in, the review left out.
    const phases = new Set(["detect", ...moved.map(({ to }) => to)].filter((phase) => phase !== "review"));
    for (const [kind, most] of [
      ["incident_context", 1],
      ["incident_checklist", phases.size],
    ] as const) {
      const shown = channel.messages.filter(({ metadata }) => metadata?.event_type === kind).length;
      if (shown > most) faults.push(`#${channel.name} shows ${shown} messages of kind ${kind}`);
    }
    if (new Set(channel.members).size !== channel.members.length) faults.push(`#${channel.name} lists a member twice`);
  }
  return faults;
}
