import type { Instant } from "../../platform/clock.ts";
import type { Metrics } from "../../platform/telemetry/metrics.ts";
import type { AuditView } from "./audit-status.ts";

/** Shows on every replica what all of them have found together. */
export function auditGauges(metrics: Metrics): { show(view: AuditView, now: Instant): void } {
  const ok = metrics.gauge(
    "ic_audit_chain_ok",
    "1 when nothing was found, else 0; in settled epochs what a person has answered stays.",
  );
  const success = metrics.gauge("ic_audit_verify_last_success_timestamp_seconds", "When a pass last came to its end.");
  const found = metrics.gauge("ic_audit_findings", "What was found and not answered, by code.");
  const age = metrics.gauge("ic_audit_checkpoint_age_seconds", "Age of the newest checkpoint at the last look.");
  const tail = metrics.gauge("ic_audit_uncheckpointed_entries", "Entries that no checkpoint covered when last walked.");
  const size = metrics.gauge("ic_audit_log_size", "Leaves that the newest checkpoint covers.");
  let codes = new Set<string>();

  return {
    show(view, now) {
      for (const pass of ["A", "B", "C"] as const) {
        const at = view[pass]?.at;
        if (at !== undefined) success.set(at / 1_000, { pass });
      }
      const streams = view.broken.filter(({ incident }) => incident !== null);
      // Nothing looked at is no series: a rule on its absence notices.
      const { unprovedEntries = 0 } = view.B?.counts ?? {};
      const { size: covered = 0, checkpointAt = 0 } = view.C?.counts ?? {};
      if (view.B) {
        ok.set(streams.every(({ findings }) => findings.length === 0) ? 1 : 0, { scope: "entries" });
        ok.set(streams.every(({ settled }) => settled.length === 0) ? 1 : 0, { scope: "settled-epochs" });
        tail.set(unprovedEntries);
      }
      if (view.C) {
        ok.set(view.broken.every(({ incident }) => incident !== null) ? 1 : 0, { scope: "log" });
        size.set(covered);
        age.set(Math.max(0, now - checkpointAt) / 1_000);
      }
      const counts = new Map<string, number>();
      for (const { findings } of view.broken)
        for (const { code } of findings) counts.set(code, (counts.get(code) ?? 0) + 1);
      // A code that is no longer found goes back to nought: a gauge does not forget by itself.
      for (const code of new Set([...codes, ...counts.keys()])) found.set(counts.get(code) ?? 0, { code });
      codes = new Set(counts.keys());
    },
  };
}
