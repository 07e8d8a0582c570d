import type { ClaimReply, ClaimRequest, OutboxItem } from "../../shared/contracts/outbox.ts";
import { type EffectTiming, type SlackEffect, slackEffects } from "../incident/pending-effects.ts";
import type { Incident } from "../incident/state.ts";
import type { ViewWorld } from "../incident/views/view-world.ts";
import type { IncidentRows } from "../index-table/incident-rows.ts";
import type { Leases } from "../index-table/leases.ts";
import { BrokenChainError, type Ledger } from "../ledger/ledger.ts";
import { atMost } from "../platform/at-most.ts";
import type { Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/logger.ts";
import type { DrainMark } from "./drain-mark.ts";
import { outboxItem } from "./outbox-item.ts";
import type { Wake } from "./wake.ts";

export interface ClaimDeps {
  rows: IncidentRows;
  ledger: Ledger;
  leases: Leases;
  world: ViewWorld;
  timing: EffectTiming;
  drain: DrainMark;
  wake: Wake;
  clock: Clock;
  log: Logger;
  leaseMs: number;
  maxWaitMs: number;
  /** True once this process takes no new work: nobody is kept waiting for it. */
  stopping: () => boolean;
  /** Ids of the channels that everybody reads. */
  channels: { alerts: string; announcements: string };
}

/** A drain that has not reported or asked again for this long counts as gone: it died, or its workflow was stopped. */
export const DRAIN_WORKING_MS = 8_000;
/** Between two looks without a signal: another replica may have appended. */
const LOOK_EVERY_MS = 1_000;
/** Incidents read together. */
const AT_ONCE = 32;

/** Approval, invite, command, context: what people wait for most comes first. */
const URGENCY: Record<SlackEffect["kind"], number> = {
  "repaint-card": 0,
  "assemble-room": 1,
  "invite-person": 1,
  "show-card": 2,
  "paint-message": 3,
  "remove-message": 4,
  "set-topic": 4,
  "set-bookmark": 4,
  "reread-messages": 3,
  "archive-room": 5,
  "read-room": 6,
};

/** Hands out owed Slack work under leases, waiting for some when there is none. */
export async function claim(request: ClaimRequest, deps: ClaimDeps): Promise<ClaimReply> {
  const { clock, drain } = deps;
  const deadline = clock.monotonic() + Math.min(request.waitMs, deps.maxWaitMs);
  for (;;) {
    const left = deps.stopping() ? 0 : deadline - clock.monotonic();
    await drain.active(request.executionId, Math.max(Math.min(left, LOOK_EVERY_MS), 0) + DRAIN_WORKING_MS);
    const { items, more } = await take(request, deps);
    if (items.length > 0) {
      // Once a card is posted the execution only serves its buttons: whoever comes next must ring.
      if (items.some(({ kind }) => kind === "show-card")) await drain.gone(request.executionId);
      deps.log.info("outbox-claimed", {
        executionId: request.executionId,
        items: items.map(({ effectId }) => effectId),
        more,
      });
      return { items, more, leaseMs: deps.leaseMs };
    }
    if (left <= 0) {
      await drain.gone(request.executionId);
      return { items: [], more };
    }
    await deps.wake.wait(Math.min(left, LOOK_EVERY_MS));
  }
}

interface Owed {
  effect: SlackEffect;
  state: Incident;
}

async function take(request: ClaimRequest, deps: ClaimDeps): Promise<ClaimReply> {
  const owed = await owedWork(deps);
  const items: OutboxItem[] = [];
  let more = false;
  let cards = request.cardPosted ? 1 : 0;
  for (const { effect, state } of owed) {
    // An execution can keep one card alive, so it gets one.
    if (items.length >= request.limit || (effect.kind === "show-card" && cards > 0)) {
      more = true;
      continue;
    }
    const lease = await deps.leases.acquire(effect.id, request.executionId, deps.leaseMs);
    if (!lease) continue;
    const item = outboxItem(effect, state, deps.world, lease.attempt, deps.channels);
    if (!item) continue;
    if (effect.kind === "show-card") cards += 1;
    items.push(item);
  }
  // The card comes last: after it the execution does nothing else.
  items.sort((a, b) => Number(a.kind === "show-card") - Number(b.kind === "show-card"));
  return { items, more };
}

/** Everything Slack's side owes now, most urgent first. */
async function owedWork(deps: ClaimDeps): Promise<Owed[]> {
  const now = deps.clock.now();
  const states = await atMost(AT_ONCE, await deps.rows.listOpen(), (id) => loadOrSkip(id, deps));
  return states
    .flatMap((state) => state ?? [])
    .flatMap((state) => slackEffects(state, now, deps.world, deps.timing).map((effect) => ({ effect, state })))
    .sort((a, b) => URGENCY[a.effect.kind] - URGENCY[b.effect.kind]);
}

/** An incident whose record does not verify is left alone; it must not keep the others from their work. */
async function loadOrSkip(incident: string, { ledger, log }: ClaimDeps): Promise<Incident | undefined> {
  try {
    return await ledger.load(incident);
  } catch (error) {
    if (!(error instanceof BrokenChainError)) throw error;
    log.error("outbox-chain-broken", { incident, error });
    return undefined;
  }
}

/**
 * Whether an incident owes Slack something that nobody has leased: a reason to ring. A room that is wanted counts before its
 * people are known: Slack needs seconds to start a workflow, and the claim waits for what is missing.
 */
export async function hasUnclaimedWork(
  incident: string,
  deps: Pick<ClaimDeps, "ledger" | "leases" | "world" | "timing" | "clock">,
): Promise<boolean> {
  const now = deps.clock.now();
  const state = await deps.ledger.load(incident);
  if (state.status === "open" && state.roomWanted && !state.responders) return true;
  const effects = slackEffects(state, now, deps.world, deps.timing);
  for (const effect of effects) {
    const lease = await deps.leases.read(effect.id);
    if (!lease || lease.until <= now) return true;
  }
  return false;
}
