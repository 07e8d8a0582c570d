import { recordPostmortemDraft } from "../incident/decide/resolve.ts";
import { mayUseModel } from "../incident/response/may-use-model.ts";
import type { Entry, EntryActor } from "../ledger/entry-types.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { inLedgerForm } from "../ledger/ledger-form.ts";
import type { Random } from "../platform/random.ts";
import { asItStands } from "../postmortem/as-it-stands.ts";
import { type DraftedPostmortem, recordAlone } from "../postmortem/draft-postmortem.ts";
import type { EffectHandler } from "./effect-handlers.ts";

export interface DraftPostmortemEffectDeps {
  ledger: Ledger;
  random: Random;
  draft: (incidentId: string, entries: readonly Entry[]) => Promise<DraftedPostmortem>;
}

/**
 * Has the postmortem drafted once and records what may be filed, with an issue id for every action: filing it, however often,
 * asks no model and makes nothing twice.
 */
export const draftPostmortemEffect =
  ({ ledger, random, draft }: DraftPostmortemEffectDeps): EffectHandler<"draft-postmortem"> =>
  async (effect, state) => {
    const written = mayUseModel(state)
      ? await draft(state.id, asItStands(await ledger.entries(state.id)))
      : recordAlone("No language model may read of this incident; it was written from the record alone.");
    const { actions, ...drafted } = inLedgerForm(written);
    const reserved = actions.map((action) => ({ issueId: random.uuid(), ...action }));
    await ledger.execute(state.id, { commandId: effect.id, actor: actorOf(drafted.author) }, (now) =>
      recordPostmortemDraft(now, { ...drafted, actions: reserved }),
    );
    return "done";
  };

const actorOf = (author: DraftedPostmortem["author"]): EntryActor =>
  author === "model"
    ? { kind: "model", id: "drafter", basis: "effect" }
    : { kind: "system", id: "template", basis: "effect" };
