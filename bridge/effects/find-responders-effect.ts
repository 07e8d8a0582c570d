import { recordResponders } from "../incident/decide/room.ts";
import type { Incident } from "../incident/state.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { inLedgerForm } from "../ledger/ledger-form.ts";
import type { Responders, RespondersWanted } from "../responders/find-responders.ts";
import { BRIDGE } from "./bridge-actor.ts";
import type { EffectHandler } from "./effect-handlers.ts";

/** Who is invited, looked up while Slack starts its workflow. Ends with an answer even when every source is down. */
export const findRespondersEffect =
  (deps: {
    ledger: Ledger;
    find: (wanted: RespondersWanted) => Promise<Responders>;
  }): EffectHandler<"find-responders"> =>
  async (effect, state) => {
    // Names as Slack and OnCall spell them: one in another normal form must not keep the room from opening.
    const found = inLedgerForm(await deps.find(wanted(state)));
    await deps.ledger.execute(state.id, { commandId: effect.id, actor: BRIDGE }, (now) => recordResponders(now, found));
    return "done";
  };

const wanted = (state: Incident): RespondersWanted => ({
  named: state.named,
  routeId: state.routeId,
  service: state.opened?.service ?? "unknown",
  requester: state.requester,
});
