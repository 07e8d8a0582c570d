import type { Instant } from "../platform/clock.ts";
import { number, readNumber, text } from "../platform/dynamo.ts";
import type { IndexTable } from "./index-table.ts";

/** When each person last read a brief of an incident. Losing it costs nobody more than a whole brief. */
export interface BriefMarks {
  last(incident: string, userId: string): Promise<Instant | undefined>;
  /** Forgotten after a month (the table's TTL attribute, in seconds). */
  read(incident: string, userId: string, at: Instant): Promise<void>;
}

const KEEP_SECONDS = 30 * 86_400;

export const createBriefMarks = ({ index }: { index: IndexTable }): BriefMarks => ({
  last: async (incident, userId) => readNumber(await index.get(`BRIEF#${incident}`, userId), "at"),
  async read(incident, userId, at) {
    await index.put({
      pk: text(`BRIEF#${incident}`),
      sk: text(userId),
      at: number(at),
      expiresAt: number(Math.floor(at / 1_000) + KEEP_SECONDS),
    });
  },
});
