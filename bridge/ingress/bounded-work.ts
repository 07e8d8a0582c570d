import { BulkheadRejectedError, bulkhead } from "cockatiel";
import { comeAgain, type JsonReply } from "./reply.ts";

/** Calls worked on at a time: well below the store's 100 connections, or their wait would be counted as the store's. */
const AT_ONCE = 32;
/** Calls that wait for a place. A store that needs 20 ms for each has them all done within a tenth of a second. */
const WAITING = 64;

/**
 * Bounds how many calls are worked on at once. Of more than we can serve, all would be late; so some are served in time, and
 * the others are told at once to come again.
 */
export function boundedWork<T>(work: (call: T) => Promise<JsonReply>): (call: T) => Promise<JsonReply> {
  const places = bulkhead(AT_ONCE, WAITING);
  return async (call) => {
    try {
      return await places.execute(() => work(call));
    } catch (error) {
      if (!(error instanceof BulkheadRejectedError)) throw error;
      return comeAgain("busy", "Too many calls are being stored at this moment; send it again.", 1);
    }
  };
}
