import { recordExpiry } from "../incident/decide/audit.ts";
import { type OwnIncidentDeps, openOwnIncident } from "../intake/open-own-incident.ts";
import type { EntryActor } from "../ledger/entry-types.ts";
import { inLedgerForm } from "../ledger/ledger-form.ts";
import { iso } from "../platform/clock.ts";
import type { Logger } from "../platform/logger.ts";
import { minuteOf, untilText } from "./expiry.ts";
import type { Ending } from "./expiry-watch.ts";

const ACTOR: EntryActor = { kind: "system", id: "bridge", basis: "own-check" };

/**
 * Opens the incident about a credential that is about to end: one for each end, whoever finds it and however often, also after that
 * incident is over. Repeatable.
 */
export const createReportExpiry = (deps: OwnIncidentDeps & { log: Logger }) => {
  /** What needs no look at the ledger any more. */
  const told = new Set<string>();
  return async ({ credential, title, whose, next, expiry }: Ending): Promise<void> => {
    const { clock, ledger, log } = deps;
    const endsAt = iso(expiry.at);
    const key = `credential-expiry|${credential}|${endsAt}`;
    if (told.has(key)) return;
    const ended = expiry.at <= clock.now();
    const { id, status } = await openOwnIncident(
      {
        key,
        once: true,
        title: ended
          ? `${title} has ended on ${minuteOf(expiry.at)}`
          : `${title} ends ${untilText(expiry.at, clock.now())}, on ${minuteOf(expiry.at)}`,
        labels: { alertname: "CertificateExpiry", left: ended ? "none" : "24h" },
        basis: ended ? "the credential has ended" : "less than a day is left",
      },
      deps,
    );
    if (status === "open") {
      const found = inLedgerForm({ credential, title, endsAt, whose, next });
      await ledger.execute(id, { commandId: `expiry:${endsAt}`, actor: ACTOR }, (state) => recordExpiry(state, found));
      log.error("credential-ends", { credential, endsAt, incident: id });
    }
    told.add(key);
  };
};
