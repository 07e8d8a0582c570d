import type { Severity } from "../../shared/vocabulary.ts";

interface Threshold {
  severity: Severity;
  /** As a trigger's `condition` must repeat it. */
  condition?: string;
}
type Alerts = Readonly<Record<string, readonly Threshold[]>>;

/**
 * The rules of `deploy/observability/alert-rules.yaml`, each with what it means for an incident. A trigger that names one must say
 * the same, so that the page and the rule that sends it never tell people two numbers.
 */
export const SHIPPED_ALERTS: Alerts = {
  NoBridgeAnswers: [{ severity: "SEV1", condition: "no bridge answers for 1 min" }],
  OnlyOneBridge: [{ severity: "SEV3", condition: "one bridge left for 10 min" }],
  RoomsOpenSlowly: [{ severity: "SEV3", condition: "one room in ten over 10 s" }],
  NoRoom: [{ severity: "SEV1", condition: "no room after 90 s" }],
  SweepSilent: [{ severity: "SEV2", condition: "no sweep for 35 min" }],
  WebhookNotUnderstood: [{ severity: "SEV2", condition: "any signed alert refused in 15 min" }],
  WebhookNotStored: [{ severity: "SEV2", condition: "any alert answered 5xx in 5 min" }],
  BadSignatures: [{ severity: "SEV3", condition: "over 5 wrong signatures in 15 min" }],
  PublishOutcomeUnknown: [{ severity: "SEV2", condition: "any unknown outcome in 15 min" }],
  PublishedTwice: [{ severity: "SEV1", condition: "any entry without approval, or a twin" }],
  BrokenGlass: [{ severity: "SEV3", condition: "any use in 1 h" }],
  VendorLeftAlone: [{ severity: "SEV3", condition: "no answer for 5 min" }],
  PromptsAreLogged: [{ severity: "SEV3", condition: "logging on, or not seen to be off, for 1 min" }],
  RecordDoesNotVerify: [{ severity: "SEV1", condition: "verifier gauge is 0" }],
  RecordIsNotVerified: [{ severity: "SEV1", condition: "not verified for 3 min" }],
  ControlFails: [{ severity: "SEV3", condition: "a control fails for 15 min" }],
  CredentialEndsInAMonth: [{ severity: "SEV4", condition: "ends within 30 days" }],
  CredentialEndsInTwoWeeks: [{ severity: "SEV4", condition: "ends within 14 days" }],
  CredentialEndsInAWeek: [{ severity: "SEV3", condition: "ends within 7 days" }],
  CredentialEndsInADay: [{ severity: "SEV2", condition: "ends within a day, or has ended" }],
  CredentialEndUnknown: [{ severity: "SEV4", condition: "not known for 1 h when it ends" }],
  IndexRowsVanish: [{ severity: "SEV3", condition: "any row restored in 15 min" }],
  WriterClockBehind: [{ severity: "SEV3", condition: "a clock over 5 s behind for 5 min" }],
  CheckpointsAreLate: [{ severity: "SEV1", condition: "no checkpoint for 5 min" }],
};

/**
 * What the organisation's own monitoring is to send under these names (`*` stands for anything), because it watches systems that
 * are not ours. Where a number stands here, the trigger repeats it.
 */
export const AWAITED_ALERTS: Alerts = {
  AccountTakeover: [],
  AllReceiversFailing: [],
  ArtifactDigestMismatch: [],
  AssetHashMismatch: [],
  AuditAnchorMismatch: [],
  AuditCheckpointMismatch: [],
  AuthCircuitOpen: [],
  AuthFailureRate: [
    { severity: "SEV3", condition: "over 0.5/s for 2 min" },
    { severity: "SEV2", condition: "over 2/s for 2 min" },
  ],
  BridgeRegionDown: [],
  CertificateExpiry: [
    { severity: "SEV4", condition: "14 days left" },
    { severity: "SEV2", condition: "24 hours left" },
    { severity: "SEV1", condition: "expired" },
  ],
  "ChecksumAlarm*": [],
  DeliveryDeadLetters: [
    { severity: "SEV3", condition: "over 10/h" },
    { severity: "SEV2", condition: "over 50/h" },
  ],
  "DeployRegression*": [],
  "DnsRecordChanged*": [],
  "ErrorsAfterDeploy*": [],
  "InjectedScript*": [],
  "LockfileUnexplained*": [],
  "MaliciousAdvisory*": [],
  PolicyActivationAlarm: [],
  "PolicyCanary*": [],
  PrivilegedScopeIssued: [],
  ProviderDdosAlarm: [],
  "RegistrarMail*": [],
  "RequestFlood*": [],
  RevocationLag: [],
  RevocationSnapshotAge: [],
  RevokedSessionAccepted: [],
  "RowCountAlarm*": [],
  "SecretExposed*": [],
  "SecretScan*": [],
  SlackUnavailable: [],
  StatuspageUnavailable: [],
  "SupplierDown*": [],
  "TamperAlarm*": [],
  TokenIssuanceRate: [{ severity: "SEV3", condition: "over 10/s for 5 min" }],
  "UnknownCertificate*": [],
  "UnstartedRun*": [],
  "VendorProbeFailing*": [],
  "WorkflowChanged*": [],
};
