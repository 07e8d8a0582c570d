import { afterAll, beforeAll, expect, test } from "vitest";
import { createSweepWatch } from "../../../bridge/effects/sweep-watch.ts";
import { createIndexTable } from "../../../bridge/index-table/index-table.ts";
import { silentLogger } from "../../../bridge/platform/logger.ts";
import { INDEX_TABLE, type LocalStore, startDynalite } from "../../support/dynalite.ts";
import { woundClock } from "../../support/wound-clock.ts";

const SILENCE_MS = 35 * 60_000;

let local: LocalStore;
beforeAll(async () => {
  local = await startDynalite();
});
afterAll(() => local[Symbol.asyncDispose]());

test("a silence is said once, by one of two replicas, and the next one again", async () => {
  const clock = woundClock();
  const said: string[] = [];
  let slackError: string | undefined = "channel_not_found";
  const replica = () =>
    createSweepWatch({
      index: createIndexTable({ dynamo: local.client, table: INDEX_TABLE }),
      clock,
      silenceMs: SILENCE_MS,
      tell: async (sentence) => {
        if (slackError !== undefined) return { error: slackError, unavailable: "Slack refused" };
        said.push(sentence);
        return { ts: "1" };
      },
      log: silentLogger,
    });
  const [one, two] = [replica(), replica()];
  const bothTend = (heardAt?: number) => Promise.all([one.tend(heardAt), two.tend(heardAt)]);

  clock.advance(SILENCE_MS);
  await bothTend();
  expect(one.silent(undefined)).toBe(false);

  clock.advance(1);
  expect(one.silent(undefined)).toBe(true);
  // Slack takes nothing, so nothing is said; it is tried again.
  await one.tend(undefined);
  slackError = undefined;
  await bothTend();
  await bothTend();
  expect(said).toEqual([expect.stringContaining("not been heard of for 35 min")]);

  const heardAt = clock.now();
  expect(one.silent(heardAt)).toBe(false);
  clock.advance(SILENCE_MS + 60_000);
  await bothTend(heardAt);
  await bothTend(heardAt);
  expect(said).toHaveLength(2);
});
