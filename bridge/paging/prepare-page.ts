import { startBudget } from "../clients/budget.ts";
import { requestPage, targetName } from "../incident/decide/paging.ts";
import type { Decision } from "../incident/decision.ts";
import type { Incident } from "../incident/state.ts";
import type { Clock, Instant } from "../platform/clock.ts";
import type { Random } from "../platform/random.ts";
import { type NameTargetDeps, nameTarget } from "./name-target.ts";

export interface PageWish {
  /** As typed. What stands behind the name is the message, where none is given. */
  target: string;
  message?: string | undefined;
  important: boolean;
  actor: string;
}

export type PreparedPage =
  | { kind: "ready"; decide: (state: Incident, now: Instant) => Decision; done: string }
  | { kind: "unclear"; message: string };

/** Finds out whom a person means before anything is recorded. Calls nobody: the page follows from the record. */
export type PreparePage = (incident: Incident, wish: PageWish) => Promise<PreparedPage>;

export const createPreparePage =
  (deps: NameTargetDeps & { clock: Clock; random: Random; budgetMs: number; ackMs: number }): PreparePage =>
  async (incident, { target: typed, message, important, actor }) => {
    const named = await nameTarget(typed, incident, startBudget(deps), deps);
    if (named.kind === "unclear") return named;
    const { target, rest } = named;
    if (message !== undefined && rest !== "") {
      return {
        kind: "unclear",
        message: `Nobody was paged: "${rest.slice(0, 60)}" is not part of a name. Name one person, service or schedule.`,
      };
    }
    const said = message ?? rest;
    const request = {
      pageId: `PG-${deps.random.code(10)}`,
      target,
      message: said === "" ? null : said,
      important,
      actor,
    };
    return {
      kind: "ready",
      decide: (state, now) => requestPage(state, request, now, deps.ackMs),
      done: `Paging ${targetName(target)}. The line in the room follows it.`,
    };
  };
