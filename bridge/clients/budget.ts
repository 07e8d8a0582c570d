import { AppError } from "../platform/app-error.ts";
import type { Clock } from "../platform/clock.ts";

/** The time that was given to a piece of work is over. */
export class BudgetSpentError extends AppError {
  override readonly name = "BudgetSpentError";

  constructor(budgetMs: number) {
    super(`no answer within the budget of ${budgetMs} ms; what is missing is shown as unavailable`);
  }
}

/** One stretch of time that several reads share. */
export interface Budget {
  /** Milliseconds left; 0 when it is spent. */
  leftMs(): number;
  /** Runs `work` with what is left of the time and stops waiting when that is over. @throws BudgetSpentError */
  within<T>(work: (timeoutMs: number) => Promise<T>): Promise<T>;
  /** The first `fraction` of this budget's whole time, so that a slow first choice leaves time for a second one. */
  first(fraction: number): Budget;
}

/** Starts a budget now. */
export function startBudget({ clock, budgetMs }: { clock: Clock; budgetMs: number }): Budget {
  const startedAt = clock.monotonic();
  const lasting = (wholeMs: number): Budget => {
    const leftMs = () => Math.max(0, wholeMs - (clock.monotonic() - startedAt));
    return {
      leftMs,
      first: (fraction) => lasting(wholeMs * fraction),
      async within(work) {
        const timeoutMs = leftMs();
        if (timeoutMs <= 0) throw new BudgetSpentError(wholeMs);
        let timer: NodeJS.Timeout | undefined;
        const timeUp = new Promise<never>((_, reject) => {
          timer = setTimeout(() => reject(new BudgetSpentError(wholeMs)), timeoutMs);
        });
        try {
          return await Promise.race([work(timeoutMs), timeUp]);
        } finally {
          clearTimeout(timer);
        }
      },
    };
  };
  return lasting(budgetMs);
}
