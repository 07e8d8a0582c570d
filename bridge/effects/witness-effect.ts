import type { CheckpointSigner } from "../audit/checkpoint-signer.ts";
import { recordWitness } from "../incident/decide/audit.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { BRIDGE } from "./bridge-actor.ts";
import type { EffectHandler } from "./effect-handlers.ts";

/** Covers the record up to here, and records the digest that is then told in Slack: a copy that is not ours to change. */
export const witnessEffect =
  ({
    ledger,
    signer,
  }: {
    ledger: Ledger;
    signer: Pick<CheckpointSigner, "cover"> | undefined;
  }): EffectHandler<"witness"> =>
  async ({ id, draftId }, state) => {
    // Nothing is owed where no log is configured; this only keeps the type honest.
    if (!signer) return "done";
    const { size, root } = await signer.cover(state.id, state.seq);
    const told = { draftId, size, root16: root.toString("hex").slice(0, 16) };
    await ledger.execute(state.id, { commandId: id, actor: BRIDGE }, (now) => recordWitness(now, told));
    return "done";
  };
