import type { IncidentRows } from "../../index-table/incident-rows.ts";
import { readEntry } from "../proof/check-entries.ts";
import type { StoredStreams } from "../stored-streams.ts";

/**
 * Finds the room of an incident whose record cannot be believed: an entry names it, and the index knows that room as this
 * incident's. @throws what the stores throw
 */
export const createRoomOfRecord =
  ({ streams, rows }: { streams: Pick<StoredStreams, "items">; rows: Pick<IncidentRows, "incidentOf"> }) =>
  async (incident: string): Promise<string | undefined> => {
    for await (const { body = "" } of streams.items(incident)) {
      const read = readEntry(body);
      if (typeof read === "string") continue;
      for (const { type, channel } of read.entry.events)
        if (type === "RoomOpened" && typeof channel === "string" && (await rows.incidentOf(channel)) === incident)
          return channel;
    }
    return undefined;
  };
