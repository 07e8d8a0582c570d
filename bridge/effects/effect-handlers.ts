import type { BridgeEffect } from "../incident/pending-effects.ts";
import type { Incident } from "../incident/state.ts";

/** `later`: still owed, and not worth trying before so many milliseconds have passed. */
export type EffectResult = "done" | { later: number };

/** Does one piece of owed work and appends what came of it. Repeatable; a throw leaves it owed. */
export type EffectHandler<K extends BridgeEffect["kind"]> = (
  effect: Extract<BridgeEffect, { kind: K }>,
  state: Incident,
) => Promise<EffectResult>;

export type EffectHandlers = { [K in BridgeEffect["kind"]]: EffectHandler<K> };
