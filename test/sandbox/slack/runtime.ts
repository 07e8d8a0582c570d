import { dispatch, type Envelope } from "./dispatch.ts";
import type { HostedApp } from "./load-app.ts";
import { type NetworkRule, withNetworkRule } from "./outgoing.ts";

/** Runs hosted code. `deliver` resolves with the HTTP response body and rejects when the platform would answer 500. */
export interface Runtime {
  deliver(callbackId: string, envelope: Envelope, signal: AbortSignal): Promise<unknown>;
  stop(): Promise<void>;
}

/** The functions in this process: quickest, one copy of each module for the life of the simulator. */
export function inProcessRuntime(app: HostedApp, rule: () => NetworkRule, warn: (line: string) => void): Runtime {
  return {
    deliver: (_callbackId, envelope) =>
      withNetworkRule(rule(), () => dispatch(envelope, { load: app.load, SlackAPI: app.SlackAPI, warn })),
    stop: async () => {},
  };
}
