import type { FaultBoard } from "../faults.ts";
import type { Limits } from "./limits.ts";
import type { HostedManifest } from "./manifest.ts";
import type { SlackState } from "./state.ts";
import type { RateLimiter } from "./tiers.ts";

export interface Change {
  type: string;
  [key: string]: unknown;
}

export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
}

/** What every part of the simulator shares. One per running Slack. */
export interface Core {
  readonly state: SlackState;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly faults: FaultBoard;
  readonly limiter: RateLimiter;
  readonly manifest: HostedManifest;
  /** Base URL of the HTTP server, no slash at the end. */
  readonly url: string;
  readonly log: (line: string) => void;
  readonly changed: (change: Change) => void;
  /** Resolves with the first defined answer of `probe`, asked now and after every change; undefined after `ms`. */
  readonly until: <T>(probe: () => T | undefined, ms: number) => Promise<T | undefined>;
}
