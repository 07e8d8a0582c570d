import type { IndexTable } from "../index-table/index-table.ts";
import type { Leases } from "../index-table/leases.ts";
import { type Clock, iso } from "../platform/clock.ts";
import { number, text } from "../platform/dynamo.ts";
import type { Logger } from "../platform/logger.ts";
import type { SlackFailure } from "../slack-api/slack-failure.ts";
import type { CheckpointSigner } from "./checkpoint-signer.ts";
import { digestOf } from "./proof/checkpoint-note.ts";

/** Tells the newest checkpoint where it is not ours to change, once a day (UTC), whatever else happened on it. */
export interface DailyWitness {
  /** Does what is due, in a moment at which nothing waits for it. Never throws. */
  tend(): Promise<void>;
}

const LEASE_MS = 30_000;
const RETRY_MS = 60_000;
const KEEP_SECONDS = 7 * 86_400;

export function createDailyWitness(deps: {
  index: Pick<IndexTable, "get" | "put">;
  leases: Pick<Leases, "acquire" | "release">;
  owner: string;
  signer: Pick<CheckpointSigner, "newest">;
  /** Posts to the people who run the bridge; never repeated by itself. */
  tell(line: string): Promise<{ ts: string } | SlackFailure>;
  clock: Clock;
  log: Logger;
}): DailyWitness {
  const { index, leases, owner, signer, tell, clock, log } = deps;
  let toldOn: string | undefined;
  let running: Promise<void> | undefined;

  /** @returns whether the day is done */
  const say = async (day: string): Promise<boolean> => {
    const checkpoint = await signer.newest();
    if (!checkpoint) return false;
    const told = await tell(digestOf(checkpoint));
    if ("error" in told) {
      log.warn("daily-witness-untold", { day, error: told.error });
      return false;
    }
    // After the message and not before: a line that stands there twice harms nobody, a day without one is a gap.
    const expires = Math.floor(clock.now() / 1_000) + KEEP_SECONDS;
    await index.put({ pk: text(`WITNESS#${day}`), sk: text("W"), expiresAt: number(expires) });
    return true;
  };

  const look = async (day: string) => {
    const key = `daily-witness-${day}`;
    if (!(await leases.acquire(key, owner, LEASE_MS))) return;
    let done = false;
    try {
      done = (await index.get(`WITNESS#${day}`, "W")) !== undefined || (await say(day));
    } finally {
      await leases.release(key, owner, done ? undefined : clock.now() + RETRY_MS);
    }
    if (done) toldOn = day;
  };

  return {
    tend() {
      const day = iso(clock.now()).slice(0, 10);
      if (toldOn === day) return Promise.resolve();
      running ??= look(day)
        .catch((error: unknown) => log.warn("daily-witness-untold", { day, error }))
        .finally(() => {
          running = undefined;
        });
      return running;
    },
  };
}
