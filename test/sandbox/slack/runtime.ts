import { dispatch, type Envelope } from "./dispatch.ts";
import type { HostedApp } from "./load-app.ts";
import { asHosted, type NetworkRule } from "./outgoing.ts";

/** Runs hosted code. `deliver` resolves with the HTTP response body and rejects when the platform would answer 500. */
export interface Runtime {
  deliver(callbackId: string, envelope: Envelope, signal: AbortSignal): Promise<unknown>;
  stop(): Promise<void>;
}

/** The functions in this process: quickest, one copy of each module for the life of the simulator. */
export function inProcessRuntime(app: HostedApp, rule: () => NetworkRule, log: (line: string) => void): Runtime {
  return {
    deliver: (callbackId, envelope) =>
      asHosted({ rule: rule(), activity: (line) => log(`${callbackId} ${line}`) }, () =>
        dispatch(envelope, { load: app.load, SlackAPI: app.SlackAPI, warn: log }),
      ),
    stop: async () => {},
  };
}
