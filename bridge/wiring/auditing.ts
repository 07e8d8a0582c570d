import { createExportIncident } from "../audit/reading/export-incident.ts";
import { createReadBudget } from "../audit/reading/read-budget.ts";
import { createRecordRead } from "../audit/reading/record-read.ts";
import { createVerifyAudit } from "../audit/reading/verify-audit.ts";
import { createControls } from "../compliance/controls.ts";
import { credentialGauges } from "../compliance/credential-ages.ts";
import { expirySources } from "../compliance/expiry-sources.ts";
import { createExpiryWatch } from "../compliance/expiry-watch.ts";
import { createListControls } from "../compliance/list-controls.ts";
import { createReportExpiry } from "../compliance/report-expiry.ts";
import { shippedControls } from "../compliance/shipped-controls.ts";
import { revealedWords } from "../details/revealed-words.ts";
import { OWN_SERVICE } from "../intake/open-own-incident.ts";
import type { Drafting } from "./drafting.ts";
import type { Loops } from "./loops.ts";
import type { Platform } from "./platform.ts";
import type { RecordParts } from "./record.ts";
import type { Vendors } from "./vendors.ts";

export type Auditing = ReturnType<typeof wireAuditing>;

/** What an auditor may ask. */
export function wireAuditing({
  platform,
  record,
  drafting,
  loops,
  vendors,
}: {
  platform: Platform;
  record: RecordParts;
  drafting: Drafting;
  loops: Pick<Loops, "sweepSilent">;
  vendors: Pick<Vendors, "github">;
}) {
  const { config, clock, log, owner, tasks, metrics, secrets, index } = platform;
  const { audit, leases, system, details } = record;
  const { language } = drafting;
  const budget = createReadBudget({ index, clock });
  const recordRead = createRecordRead({ system, log });
  const team = platform.services.entry(OWN_SERVICE)?.team ?? "whoever runs incident-response";
  const expiries = createExpiryWatch({
    sources: () => expirySources({ config, secrets, github: vendors.github, team, timeoutMs: platform.timeoutMs }),
    onUrgent: createReportExpiry({ ...platform, ...record }),
    clock,
    metrics,
    tasks,
    log,
  });
  const controls = createControls({
    controls: shippedControls({
      config,
      clock,
      verification: audit.verification,
      signer: audit.signer,
      modelLogging: language && (() => language.logging.current()),
      sweepSilent: loops.sweepSilent,
      secrets,
      showAges: credentialGauges(metrics),
      expiries: expiries.view,
    }),
    index,
    leases,
    owner,
    everyMs: config.AUDIT_VERIFY_EVERY_MS,
    clock,
    metrics,
    tasks,
    log,
  });
  return {
    controls,
    expiries,
    handlers: {
      verifyAudit: createVerifyAudit({ verification: audit.verification, budget, recordRead, clock, log }),
      listControls: createListControls({ controls, budget, recordRead }),
      exportIncident: createExportIncident({
        exports: audit.exports,
        revealed: revealedWords(details),
        budget,
        recordRead,
      }),
    },
  };
}
