import { issueNudge } from "../incident/decide/nudges.ts";
import { overdueOf } from "../incident/response/overdue.ts";
import type { ViewWorld } from "../incident/views/view-world.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { BRIDGE } from "./bridge-actor.ts";
import type { EffectHandler } from "./effect-handlers.ts";

/** The room is reminded of its customers and of what is late, once for each interval. */
export const nudgeEffect =
  ({ ledger, world }: { ledger: Ledger; world: Pick<ViewWorld, "nudgeEveryMs"> }): EffectHandler<"nudge"> =>
  async ({ id, n }, { id: incident }) => {
    await ledger.execute(incident, { commandId: id, actor: BRIDGE }, (state, now) =>
      issueNudge(state, { n, everyMs: world.nudgeEveryMs(state.severity), late: overdueOf(state, now) }, now),
    );
    return "done";
  };
