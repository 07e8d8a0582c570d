import { type BridgeEffect, bridgeEffects, type EffectTiming } from "../incident/pending-effects.ts";
import type { Incident } from "../incident/state.ts";
import type { ViewWorld } from "../incident/views/view-world.ts";
import type { Leases } from "../index-table/leases.ts";
import { BrokenChainError, type Ledger } from "../ledger/ledger.ts";
import type { Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/logger.ts";
import { noTracing, type Tracing } from "../platform/telemetry/tracing.ts";
import type { EffectHandlers, EffectResult } from "./effect-handlers.ts";

export interface RunEffectsDeps {
  ledger: Ledger;
  leases: Leases;
  handlers: EffectHandlers;
  world: ViewWorld;
  timing: EffectTiming;
  clock: Clock;
  log: Logger;
  /** Default: none. */
  tracing?: Tracing | undefined;
  /** This process, as lease holder. */
  owner: string;
  leaseMs: number;
}

/** First wait after a failure; doubles with each attempt up to a minute. */
const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 60_000;

/**
 * Runs what an incident owes and this process can get the lease for, until nothing new is owed.
 * Failures stay owed. @returns when the soonest of what was put off may be tried again, if any.
 */
export async function runEffects(incident: string, deps: RunEffectsDeps): Promise<number | undefined> {
  const tried = new Set<string>();
  let again: number | undefined;
  for (;;) {
    const state = await deps.ledger.recall(incident);
    const owed = bridgeEffects(state, deps.clock.now(), deps.world, deps.timing).filter(({ id }) => !tried.has(id));
    if (owed.length === 0) return again;
    const results = await Promise.all(
      owed.map(async (effect) => {
        tried.add(effect.id);
        return effect.kind === "publish" ? runUnleased(effect, state, deps) : runOne(effect, incident, deps);
      }),
    );
    for (const result of results) {
      if (result !== undefined && (again === undefined || result < again)) again = result;
    }
  }
}

/**
 * Publishing needs no lease: its claim is an append, which two workers cannot both make, and a person waits for the outcome.
 * @returns the instant at which it may be tried again, when it is still owed.
 */
async function runUnleased(
  effect: Extract<BridgeEffect, { kind: "publish" }>,
  state: Incident,
  deps: RunEffectsDeps,
): Promise<number | undefined> {
  const { clock, log } = deps;
  try {
    const result = await dispatch(effect, state, deps);
    return result === "done" ? undefined : clock.now() + result.later;
  } catch (error) {
    log.error("effect", { incident: state.id, effect: effect.kind, effectId: effect.id, result: "failed", error });
    return clock.now() + FIRST_RETRY_MS;
  }
}

/** @returns the instant at which it may be tried again, when it is still owed. */
async function runOne(effect: BridgeEffect, incident: string, deps: RunEffectsDeps): Promise<number | undefined> {
  const { leases, clock, log, owner } = deps;
  const lease = await leases.acquire(effect.id, owner, deps.leaseMs);
  if (!lease) return undefined;
  const startedAt = clock.monotonic();
  const outcome = (result: "done" | "later" | "failed", fields: Record<string, unknown> = {}) => ({
    incident,
    effect: effect.kind,
    effectId: effect.id,
    attempt: lease.attempt,
    result,
    durationMs: Math.round(clock.monotonic() - startedAt),
    ...fields,
  });
  try {
    // The state may have moved on while the lease was being had.
    const state = await deps.ledger.load(incident);
    const stillOwed = bridgeEffects(state, clock.now(), deps.world, deps.timing).some(({ id }) => id === effect.id);
    const result: EffectResult = stillOwed ? await dispatch(effect, state, deps) : "done";
    const retryAt = result === "done" ? undefined : clock.now() + result.later;
    await leases.release(effect.id, owner, retryAt);
    if (stillOwed) log.info("effect", outcome(result === "done" ? "done" : "later"));
    return retryAt;
  } catch (error) {
    const retryAt = clock.now() + Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(10, lease.attempt - 1));
    // A broken chain is not mended by trying again: a person must look.
    log[error instanceof BrokenChainError ? "error" : "warn"]("effect", outcome("failed", { error }));
    await leases.release(effect.id, owner, retryAt);
    return retryAt;
  }
}

/** One handler a kind; the cast joins what the union's discriminant already guarantees. */
function dispatch(effect: BridgeEffect, state: Incident, deps: RunEffectsDeps): Promise<EffectResult> {
  const { handlers, tracing = noTracing } = deps;
  const handler = handlers[effect.kind] as (effect: BridgeEffect, state: Incident) => Promise<EffectResult>;
  return tracing.within({ name: `effect ${effect.kind}`, incident: state.id }, () => handler(effect, state));
}
