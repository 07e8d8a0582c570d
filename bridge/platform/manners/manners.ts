import type { Clock } from "../clock.ts";
import type { Logger } from "../logger.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import { type Breaker, BreakerOpenError, type BreakerState, createBreaker } from "./breaker.ts";
import { createTokenQueue, type Priority, type TokenQueue, type TokenRate, TokensSpentError } from "./token-queue.ts";
import { rulesOf, type Vendor } from "./vendors.ts";
import { type Judge, judgeHttp } from "./verdict.ts";

/** A budget of its own within a vendor, such as one method's. */
export interface Lane {
  name: string;
  rate: TokenRate;
}

export interface AttemptOptions {
  /** Default `command`. */
  priority?: Priority | undefined;
  /** Milliseconds its caller has left: waiting for a token is part of them. */
  withinMs: number;
  lane?: Lane | undefined;
}

/** How this process behaves towards one vendor. */
export interface VendorManners {
  /**
   * One call, of however many attempts: not made while the vendor is left alone after failures in a row.
   * @throws BreakerOpenError, and what `work` throws
   */
  call<T>(work: () => Promise<T>, withinMs: number): Promise<T>;
  /**
   * One request on the wire: waits for its turn, is counted and timed, and a wish to be left alone is obeyed.
   * @throws TokensSpentError, and what `work` throws
   */
  attempt<T>(work: () => Promise<T>, options: AttemptOptions): Promise<T>;
}

export interface Manners {
  /** @param judge what a failure of this vendor's client says; default: failures of our own HTTP client */
  of(vendor: Vendor, judge?: Judge): VendorManners;
}

/** Without any: for tools and tests of a single client. */
export const noManners: VendorManners = { call: (work) => work(), attempt: (work) => work() };

/** Lanes follow channels: past so many, those that were not used for longest begin anew, full. */
const MAX_LANES = 500;
const STATE_VALUE: Readonly<Record<BreakerState, number>> = { closed: 0, "half-open": 1, open: 2 };

export function createManners(deps: {
  clock: Clock;
  metrics: Metrics;
  log: Logger;
  /** How long a vendor is left alone after failures in a row. */
  breakerOpenMs: number;
}): Manners {
  const { clock, metrics, log } = deps;
  const requests = metrics.counter("ic_outbound_requests_total", "Requests to others, by vendor and outcome.");
  const duration = metrics.histogram("ic_outbound_request_seconds", "How long requests to others took, by vendor.");
  const waits = metrics.histogram("ic_outbound_token_wait_seconds", "Waits for our own request budget, by vendor.");
  const breakers = metrics.gauge(
    "ic_outbound_breaker_state",
    "0 closed, 1 half open, 2 open: the vendor is left alone.",
  );

  const lanes = new Map<string, TokenQueue>();
  const laneOf = (whose: string, rate: TokenRate): TokenQueue => {
    const lane = lanes.get(whose) ?? createTokenQueue({ whose, rate, clock });
    lanes.delete(whose);
    lanes.set(whose, lane);
    for (const oldest of lanes.keys()) {
      if (lanes.size <= MAX_LANES) break;
      lanes.delete(oldest);
    }
    return lane;
  };

  return {
    of(vendor, judge = judgeHttp) {
      const rules = rulesOf(vendor);
      const breaker = rules.breaker === "own" ? breakerOf(vendor, judge) : undefined;

      const waitForTurn = async (lane: TokenQueue, { priority = "command", withinMs }: AttemptOptions) => {
        try {
          waits.observe((await lane.take(priority, withinMs)) / 1_000, { vendor, priority });
        } catch (error) {
          if (error instanceof TokensSpentError) requests.add({ vendor, outcome: "no-token" });
          throw error;
        }
      };

      return {
        async call(work, withinMs) {
          if (breaker === undefined) return work();
          try {
            return await breaker.run(work, withinMs);
          } catch (error) {
            if (error instanceof BreakerOpenError) requests.add({ vendor, outcome: "breaker-open" });
            throw error;
          }
        },

        async attempt(work, options) {
          const rate = options.lane?.rate ?? rules.rate;
          const whose = options.lane ? `${vendor} ${options.lane.name}` : vendor;
          const lane = rate && laneOf(whose, rate);
          if (lane) await waitForTurn(lane, options);
          const startedAt = clock.monotonic();
          let outcome = "ok";
          try {
            return await work();
          } catch (error) {
            const verdict = judge(error, clock.now());
            outcome = verdict.outcome;
            if (verdict.pauseMs !== undefined) lane?.pause(verdict.pauseMs);
            throw error;
          } finally {
            requests.add({ vendor, outcome });
            duration.observe((clock.monotonic() - startedAt) / 1_000, { vendor });
          }
        },
      };
    },
  };

  function breakerOf(vendor: Vendor, judge: Judge): Breaker {
    breakers.set(STATE_VALUE.closed, { vendor });
    return createBreaker({
      vendor,
      openMs: deps.breakerOpenMs,
      isOutage: (error) => judge(error, clock.now()).outage,
      onState: (state) => {
        breakers.set(STATE_VALUE[state], { vendor });
        log[state === "open" ? "warn" : "info"]("breaker", { vendor, state });
      },
    });
  }
}
