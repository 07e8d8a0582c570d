import type { Tracing } from "../platform/telemetry/tracing.ts";
import type { Ledger } from "./ledger.ts";

/** The same ledger; each command that is decided and appended is a span of its incident. */
export const tracedLedger = (ledger: Ledger, tracing: Tracing): Ledger => ({
  ...ledger,
  execute: (incident, command, decide, options) =>
    tracing.within({ name: "ledger execute", incident, attributes: { "actor.kind": command.actor.kind } }, () =>
      ledger.execute(incident, command, decide, options),
    ),
});
