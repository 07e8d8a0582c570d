import type { Drafter } from "../drafting/drafter.ts";
import { holdingRequest, proposeHolding } from "../incident/decide/holding.ts";
import type { ViewWorld } from "../incident/views/view-world.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { inLedgerForm } from "../ledger/ledger-form.ts";
import type { Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/logger.ts";
import type { Random } from "../platform/random.ts";
import { updateRequestOf } from "./draft-update-effect.ts";
import type { EffectHandler } from "./effect-handlers.ts";

const NOTE =
  "Nobody has asked for this: it waits from the opening of the room. What customers notice, and how the components are, nobody has said yet; a customer update that somebody asks for takes its place.";

/** Lets a first statement wait for approval as soon as the room is open. From the template alone: no model, so no wait. */
export const proposeHoldingEffect =
  (deps: {
    ledger: Ledger;
    template: Drafter;
    world: ViewWorld;
    pageId: string;
    clock: Clock;
    random: Random;
    log: Logger;
  }): EffectHandler<"propose-holding"> =>
  async ({ id }, state) => {
    const { ledger, template, world, pageId, clock, random, log } = deps;
    const drafted = await template.draftUpdate(updateRequestOf(state, holdingRequest(state, world), { world, clock }));
    const proposal = {
      draftId: `DRF-${random.code(10)}`,
      pageId,
      title: drafted.title,
      body: drafted.body,
      author: { kind: "template" as const, userId: null, note: inLedgerForm(NOTE) },
    };
    const actor = { kind: "system", id: "template", basis: "effect" } as const;
    const outcome = await ledger.execute(state.id, { commandId: id, actor }, (now) =>
      proposeHolding(now, proposal, clock.now(), world),
    );
    if (outcome.kind !== "refused") return "done";
    // Names of components that make no text the page would take; people can still write their own.
    log.warn("holding-refused", { incident: state.id, reason: outcome.refusal.message });
    return { later: 60_000 };
  };
