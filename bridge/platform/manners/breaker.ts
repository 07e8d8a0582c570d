import { CircuitState, ConsecutiveBreaker, circuitBreaker, handleAll } from "cockatiel";
import { AppError } from "../app-error.ts";

/** This many calls in a row without a usable answer, and the other side is left alone for a while. */
const FAILURES_IN_A_ROW = 5;

/** Nothing was sent: the other side failed repeatedly and is not asked until it had time to recover. */
export class BreakerOpenError extends AppError {
  override readonly name = "BreakerOpenError";

  constructor(readonly vendor: string) {
    super(`${vendor} failed ${FAILURES_IN_A_ROW} times in a row and is left alone for a moment; nothing was sent`);
  }
}

export type BreakerState = "closed" | "half-open" | "open";

export interface Breaker {
  /**
   * Runs `work` unless the circuit is open. After `openMs` one call is let through as a trial; whoever comes meanwhile waits
   * for its outcome, at most `withinMs`.
   * @throws BreakerOpenError, and what `work` throws
   */
  run<T>(work: () => Promise<T>, withinMs: number): Promise<T>;
}

export function createBreaker(deps: {
  vendor: string;
  openMs: number;
  /** Whether this failure says that the other side is not well; any other one is an answer like a success. */
  isOutage: (error: unknown) => boolean;
  onState: (state: BreakerState) => void;
}): Breaker {
  const policy = circuitBreaker(handleAll, {
    halfOpenAfter: deps.openMs,
    breaker: new ConsecutiveBreaker(FAILURES_IN_A_ROW),
  });
  policy.onStateChange((state) => deps.onState(nameOf(state)));

  /** False when the trial under way did not end in time. */
  const trialEnds = (withinMs: number) =>
    new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => settle(false), withinMs);
      const listening = policy.onStateChange(() => settle(true));
      const settle = (ended: boolean) => {
        clearTimeout(timer);
        listening.dispose();
        resolve(ended);
      };
    });

  return {
    async run(work, withinMs) {
      if (policy.state === CircuitState.HalfOpen && !(await trialEnds(withinMs)))
        throw new BreakerOpenError(deps.vendor);
      let began = false;
      try {
        const outcome = await policy.execute(async () => {
          began = true;
          try {
            return { value: await work() };
          } catch (error) {
            if (deps.isOutage(error)) throw error;
            // Thrown through the policy it would leave the count of failures as it is.
            return { error };
          }
        });
        if ("error" in outcome) throw outcome.error;
        return outcome.value;
      } catch (error) {
        if (!began) throw new BreakerOpenError(deps.vendor);
        throw error;
      }
    },
  };
}

function nameOf(state: CircuitState): BreakerState {
  if (state === CircuitState.Closed) return "closed";
  return state === CircuitState.HalfOpen ? "half-open" : "open";
}
