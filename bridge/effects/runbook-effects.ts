import { attachRunbook } from "../incident/decide/runbook.ts";
import { raiseByRule } from "../incident/decide/severity.ts";
import { sustainedRaises } from "../incident/response/sustained.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/logger.ts";
import type { Library } from "../runbooks/load-runbooks.ts";
import type { Services } from "../services/services.ts";
import { BRIDGE } from "./bridge-actor.ts";
import type { EffectHandler } from "./effect-handlers.ts";

/**
 * Copies the chosen runbook into the incident, in an entry of its own. One that the library no longer holds is given up: the
 * default, which it always holds, is there too.
 */
export const attachRunbookEffect =
  ({ ledger, library, log }: { ledger: Ledger; library: Library; log: Logger }): EffectHandler<"attach-runbook"> =>
  async ({ id, runbookId }, state) => {
    const chosen = state.response.chosen?.find((match) => match.runbookId === runbookId);
    const entry = library.get(runbookId);
    if (!chosen || !entry) {
      log.warn("runbook-not-attached", { incident: state.id, runbookId });
      return { later: 60_000 };
    }
    const { trigger, triggerIndex } = chosen;
    await ledger.execute(state.id, { commandId: id, actor: BRIDGE }, (now) =>
      attachRunbook(now, { entry, trigger, triggerIndex, by: null }),
    );
    return "done";
  };

/** An alert that goes on raises the severity, once a rule. */
export const raiseSeverityEffect =
  ({
    ledger,
    clock,
    services,
  }: {
    ledger: Ledger;
    clock: Clock;
    services: Pick<Services, "opensRoom">;
  }): EffectHandler<"raise-severity"> =>
  async ({ id, rule }, state) => {
    const raise = sustainedRaises(state, clock.now()).find((one) => one.rule === rule);
    if (!raise) return "done";
    await ledger.execute(state.id, { commandId: id, actor: BRIDGE }, (now) =>
      raiseByRule(now, { ...raise, opensRoom: services.opensRoom(raise.to) }),
    );
    return "done";
  };
