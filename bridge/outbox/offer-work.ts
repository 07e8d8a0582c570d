import { type ClaimDeps, hasUnclaimedWork } from "./claim.ts";
import type { Doorbell } from "./doorbell.ts";
import type { DrainMark } from "./drain-mark.ts";

/** A drain that was rung for asks within this time, or the ring was lost and somebody rings again. */
const EXPECTED_WITHIN_MS = 6_000;

/** Rings for an incident's unclaimed work unless a drain is asking for work or about to. One look at a time in a process. */
export function createOfferWork(
  deps: { doorbell: Doorbell; drain: DrainMark } & Pick<ClaimDeps, "ledger" | "leases" | "world" | "timing" | "clock">,
): (incident: string) => Promise<void> {
  let turn: Promise<void> = Promise.resolve();

  const offer = async (incident: string) => {
    if (await deps.drain.isActive()) return;
    if (!(await hasUnclaimedWork(incident, deps))) return;
    const waitMs = await deps.doorbell.ring("work");
    if (waitMs === 0) await deps.drain.expected(EXPECTED_WITHIN_MS);
  };

  return (incident) => {
    const next = turn.then(() => offer(incident));
    turn = next.catch(() => undefined);
    return next;
  };
}
