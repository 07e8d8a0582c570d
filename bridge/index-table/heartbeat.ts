import type { Clock, Instant } from "../platform/clock.ts";
import { number, readNumber, text } from "../platform/dynamo.ts";
import type { IndexTable } from "./index-table.ts";

/** When Slack's scheduled sweep was last heard of, by any replica. */
export interface Heartbeat {
  beat(): Promise<void>;
  /** Undefined when it was never heard of. */
  last(): Promise<Instant | undefined>;
}

export const createHeartbeat = ({ index, clock }: { index: IndexTable; clock: Clock }): Heartbeat => ({
  async beat() {
    await index.put({ pk: text("HEARTBEAT#sweep"), sk: text("H"), at: number(clock.now()) });
  },
  last: async () => readNumber(await index.get("HEARTBEAT#sweep", "H"), "at"),
});
