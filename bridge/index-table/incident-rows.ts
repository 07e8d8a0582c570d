import { owedMoves } from "../incident/alert-groups.ts";
import { hasAlertLine, lineRevisionOf } from "../incident/pending-effects.ts";
import { owedPostmortemCare } from "../incident/postmortem-care.ts";
import type { Incident } from "../incident/state.ts";
import { roomLeftStanding } from "../incident/views/not-archived-notice.ts";
import { closedAlertLineView } from "../incident/views/room-messages.ts";
import { type Item, number, readText, text } from "../platform/dynamo.ts";
import type { IndexTable } from "./index-table.ts";

/** A projection that can be rebuilt at any time: which incidents still owe work, and whose room a channel is. */
export interface IncidentRows {
  /** Writes what `state` implies, unless a later state was projected already. */
  project(state: Incident): Promise<void>;
  /** Ids of all incidents whose room was neither archived nor left standing, or whose postmortem is still looked after, newest last. Eventually consistent. */
  listOpen(): Promise<string[]>;
  incidentOf(channel: string): Promise<string | undefined>;
}

const SHARDS = 4;
const shardOf = (id: string): number => [...id].reduce((sum, char) => (sum + char.charCodeAt(0)) % SHARDS, 0);

export function createIncidentRows({ index }: { index: IndexTable }): IncidentRows {
  /** What was last written by this process, so that most appends cost no write here. */
  const written = new Map<string, string>();

  return {
    async project(state) {
      if (state.status === "none") return;
      const open = stillOwes(state);
      const projection = `${state.status} ${state.channel ?? "-"} ${open}`;
      if (written.get(state.id) === projection) return;
      if (state.channel !== undefined) {
        await index.put(channelRow(state.id, state.channel), "attribute_not_exists(pk)");
      }
      await index.put(incidentRow(state), "attribute_not_exists(pk) OR seq < :seq", { ":seq": number(state.seq) });
      // What is over is hardly ever projected again; remembering every incident there ever was would only grow.
      if (open) written.set(state.id, projection);
      else written.delete(state.id);
    },

    async listOpen() {
      const shards = await Promise.all(Array.from({ length: SHARDS }, (_, shard) => index.queryGsi(`OPEN#${shard}`)));
      return shards
        .flat()
        .flatMap((item) => {
          const id = readText(item, "gsi1sk");
          return id === undefined ? [] : [id];
        })
        .sort();
    },

    incidentOf: async (channel) => readText(await index.get(`CHAN#${channel}`, "C"), "incident"),
  };
}

/** Whether anything of it may still have to be done, so that it is listed. */
export const stillOwes = (state: Incident): boolean =>
  (state.status !== "archived" && !roomLeftStanding(state) && !settled(state)) || owedPostmortemCare(state).length > 0;

/** What the ledger's state makes of an incident's row. */
export const incidentRow = (state: Incident): Item => ({
  pk: text(`ROW#${state.id}`),
  sk: text("R"),
  seq: number(state.seq),
  status: text(state.status),
  ...(stillOwes(state) ? { gsi1pk: text(`OPEN#${shardOf(state.id)}`), gsi1sk: text(state.id) } : {}),
});

/** Whose room a channel is. */
export const channelRow = (incident: string, channel: string): Item => ({
  pk: text(`CHAN#${channel}`),
  sk: text("C"),
  incident: text(incident),
});

/** Resolved without ever having had a room: nothing is left to do once its line, where it has one, says so. */
const settled = (state: Incident): boolean =>
  state.status === "resolved" &&
  !state.roomWanted &&
  owedMoves(state).size === 0 &&
  (!hasAlertLine(state) || state.messages.get("alert_line")?.rev === lineRevisionOf(closedAlertLineView(state)));
