import type { AlertFact } from "../../bridge/ingress/alert-fact.ts";

/** What OnCall said when an alert group fired; `serial` makes it a call of its own. */
export const firing = (change: Partial<AlertFact> = {}, serial = "1"): AlertFact => ({
  source: "oncall",
  kind: "firing",
  dedupeKey: `oncall|${change.groupId ?? "IW4K9ZP7TN2XC"}|${change.kind ?? "firing"}|${serial}`,
  correlationKey: `oncall|${change.groupId ?? "IW4K9ZP7TN2XC"}`,
  groupId: "IW4K9ZP7TN2XC",
  title: "Card payments failing in EU",
  labels: { service: "payments", severity: "critical" },
  annotations: {},
  firingSince: "2026-11-21T09:13:00.000Z",
  alertCount: 1,
  responders: [{ id: "U7QK2M9XW4TLR", username: "alex" }],
  links: { alertGroup: "https://oncall.example.com/a/1" },
  occurredAt: "2026-11-21T09:14:03.000Z",
  receivedAt: "2026-11-21T09:14:05.000Z",
  ...change,
});
