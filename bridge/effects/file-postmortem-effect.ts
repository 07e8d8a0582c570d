import { recordPostmortem, recordPostmortemDelay, reservePostmortem } from "../incident/decide/resolve.ts";
import type { Incident } from "../incident/state.ts";
import type { Entry } from "../ledger/entry-types.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { inLedgerForm } from "../ledger/ledger-form.ts";
import type { Random } from "../platform/random.ts";
import { asItStands } from "../postmortem/as-it-stands.ts";
import { BRIDGE } from "./bridge-actor.ts";
import type { EffectHandler } from "./effect-handlers.ts";

export type Filed =
  | { kind: "filed"; identifier: string; url: string; author: "model" | "template"; note: string | null }
  | { kind: "delayed"; reason: string; retryAfterMs: number };

export interface FilePostmortemDeps {
  ledger: Ledger;
  random: Random;
  file: (state: Incident, entries: readonly Entry[]) => Promise<Filed>;
}

/** Writes the postmortem from the ledger and files it. The issue's id is recorded before the first call: a repeat finds the same issue. */
export const filePostmortemEffect =
  ({ ledger, random, file }: FilePostmortemDeps): EffectHandler<"file-postmortem"> =>
  async (effect, state) => {
    if (state.postmortem.issueId === undefined) {
      const reserved = await ledger.execute(state.id, { commandId: `${effect.id}:reserve`, actor: BRIDGE }, (now) =>
        reservePostmortem(now, { issueId: random.uuid() }),
      );
      if (reserved.kind === "refused") return "done";
    }
    const current = await ledger.load(state.id);
    const { issueId } = current.postmortem;
    if (issueId === undefined) return { later: 1_000 };
    const filed = inLedgerForm(await file(current, asItStands(await ledger.entries(state.id))));
    if (filed.kind === "delayed") {
      await ledger.execute(state.id, { commandId: `${effect.id}:delayed`, actor: BRIDGE }, (now) =>
        recordPostmortemDelay(now, { reason: filed.reason }),
      );
      return { later: Math.max(1_000, filed.retryAfterMs) };
    }
    const { identifier, url, author, note } = filed;
    await ledger.execute(state.id, { commandId: effect.id, actor: BRIDGE }, (now) =>
      recordPostmortem(now, { issueId, identifier, url, author, note }),
    );
    return "done";
  };
