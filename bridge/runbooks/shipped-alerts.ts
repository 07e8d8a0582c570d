import type { Severity } from "../../shared/vocabulary.ts";

interface ShippedAlert {
  severity: Severity;
  /** As a trigger's `condition` must repeat it. */
  condition?: string;
}

/**
 * Alerts whose thresholds are ours. A trigger that names one must say the same, so that the page and the rule that sends it
 * never tell people two numbers.
 */
export const SHIPPED_ALERTS: Readonly<Record<string, readonly ShippedAlert[]>> = {
  AuditChainBroken: [{ severity: "SEV1", condition: "verifier gauge is 0" }],
  PublishWithoutApproval: [{ severity: "SEV1" }],
  PublishOutcomeUnknown: [{ severity: "SEV2", condition: "outcome unknown for 5 min" }],
  AuthFailureRate: [
    { severity: "SEV3", condition: "over 0.5/s for 2 min" },
    { severity: "SEV2", condition: "over 2/s for 2 min" },
  ],
  TokenIssuanceRate: [{ severity: "SEV3", condition: "over 10/s for 5 min" }],
  DeliveryDeadLetters: [
    { severity: "SEV3", condition: "over 10/h" },
    { severity: "SEV2", condition: "over 50/h" },
  ],
  IngressDeadLetters: [{ severity: "SEV2", condition: "any alert in the dead letters" }],
  CommanderHeartbeatMissing: [{ severity: "SEV2", condition: "no heartbeat for 5 min" }],
  CertificateExpiry: [
    { severity: "SEV4", condition: "14 days left" },
    { severity: "SEV2", condition: "24 hours left" },
    { severity: "SEV1", condition: "expired" },
  ],
};
