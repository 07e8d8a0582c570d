import { giveUpClosing } from "../incident/decide/after-the-end.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Logger } from "../platform/logger.ts";
import { BRIDGE } from "./bridge-actor.ts";
import type { EffectHandler } from "./effect-handlers.ts";

/** A room that takes no closing message is archived without one, on record. */
export const giveUpClosingEffect =
  ({ ledger, log }: { ledger: Ledger; log: Logger }): EffectHandler<"give-up-closing"> =>
  async ({ id }, { id: incident }) => {
    const given = await ledger.execute(incident, { commandId: id, actor: BRIDGE }, giveUpClosing);
    if (given.kind !== "refused") log.warn("closing-given-up", { incident });
    return "done";
  };
