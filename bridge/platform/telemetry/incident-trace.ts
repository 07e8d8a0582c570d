import { createHash } from "node:crypto";

/**
 * The trace of an incident, as W3C `traceparent`. It follows from the incident's id alone: every replica and every function
 * continues the same trace, with nothing to store or to lose on the way.
 */
export function incidentTrace(incident: string): string {
  const digest = createHash("sha256").update(`incident-response/trace/${incident}`).digest("hex");
  return `00-${digest.slice(0, 32)}-${digest.slice(32, 48)}-01`;
}
