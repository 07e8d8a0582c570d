import type { GatheredContext } from "../context/gather-context.ts";
import { recordContext } from "../incident/decide/room.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { inLedgerForm } from "../ledger/ledger-form.ts";
import { BRIDGE } from "./bridge-actor.ts";
import type { EffectHandler } from "./effect-handlers.ts";

/** What moved and what was deployed, read once when the room opens. */
export const gatherContextEffect =
  (deps: {
    ledger: Ledger;
    gather: (about: { service: string }) => Promise<GatheredContext>;
  }): EffectHandler<"gather-context"> =>
  async (effect, state) => {
    const gathered = inLedgerForm(await deps.gather({ service: state.opened?.service ?? "unknown" }));
    await deps.ledger.execute(state.id, { commandId: effect.id, actor: BRIDGE }, (now) => recordContext(now, gathered));
    return "done";
  };
