import { recordNudge } from "../incident/decide/room.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Clock } from "../platform/clock.ts";
import { BRIDGE } from "./bridge-actor.ts";
import type { EffectHandler } from "./effect-handlers.ts";

/** Customers have waited too long: the room is reminded, once for each interval. */
export const nudgeEffect =
  ({ ledger, clock }: { ledger: Ledger; clock: Clock }): EffectHandler<"nudge"> =>
  async (effect, state) => {
    const since = state.lastPublicAt ?? state.roomOpenedAt ?? clock.now();
    const minutes = Math.max(1, Math.round((clock.now() - since) / 60_000));
    const reason = state.lastPublicAt
      ? `Customers have heard nothing new for ${minutes} min.`
      : `Customers have not been told anything yet, ${minutes} min after the room opened.`;
    await ledger.execute(state.id, { commandId: effect.id, actor: BRIDGE }, (now) =>
      recordNudge(now, { n: effect.n, reason }),
    );
    return "done";
  };
