import { type Budget, BudgetSpentError } from "./budget.ts";
import type { Unavailable } from "./unavailable.ts";

/** Asks a source that answers `Unavailable` by itself; when the budget is over first, the answer is that it timed out. */
export async function askWithin<T>(budget: Budget, ask: (timeoutMs: number) => Promise<T>): Promise<T | Unavailable> {
  try {
    return await budget.within(ask);
  } catch (error) {
    if (error instanceof BudgetSpentError) return { unavailable: "timed out" };
    throw error;
  }
}
