import type { TitledLink } from "../context/explore-links.ts";
import { inWaves } from "../context/in-waves.ts";
import type { Reading } from "../context/reading.ts";
import { recordContextRead } from "../incident/decide/context.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { inLedgerForm } from "../ledger/ledger-form.ts";
import type { Clock, Instant } from "../platform/clock.ts";
import { BRIDGE } from "./bridge-actor.ts";
import type { EffectHandler } from "./effect-handlers.ts";

/** What is quick stands in the first message, what takes long comes later; one entry for each answer would be noise. */
const WAVES_MS = [700, 3_000];

export interface ContextAbout {
  service: string;
  alertedAt: Instant;
}

/** What moved and what was deployed, asked once when a room is wanted and recorded as the answers come, in a few entries. */
export const gatherContextEffect =
  (deps: {
    ledger: Ledger;
    clock: Pick<Clock, "monotonic">;
    read: (about: ContextAbout) => readonly Promise<Reading>[];
    links: (about: ContextAbout) => TitledLink[];
  }): EffectHandler<"gather-context"> =>
  async (effect, state) => {
    const { opened } = state;
    const about = {
      service: opened?.service ?? "unknown",
      alertedAt: opened?.firingSince ? Date.parse(opened.firingSince) : state.openedAt,
    };
    const links = deps.links(about);
    for await (const { answers, last } of inWaves(deps.read(about), WAVES_MS, deps.clock)) {
      const read = inLedgerForm({ readings: answers, links, complete: last });
      // Named after what is in it: a worker that died between two batches may have cut the next ones differently.
      const commandId = `${effect.id}:${answers.map(({ part }) => part).join("+")}`;
      await deps.ledger.execute(state.id, { commandId, actor: BRIDGE }, (now) => recordContextRead(now, read));
    }
    return "done";
  };
