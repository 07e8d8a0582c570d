import type { Instant } from "../platform/clock.ts";
import type { SecretHealth } from "../platform/secrets.ts";
import type { Metrics } from "../platform/telemetry/metrics.ts";

const QUARTER = 92;
const YEAR = 366;

/** After so many days a credential is to be replaced, whether it says that it ends (`expiry-sources.ts`) or not. */
const MAX_AGE_DAYS: Readonly<Record<string, number>> = {
  "slack-functions": QUARTER,
  "oncall-webhook": QUARTER,
  "alerting-webhook": QUARTER,
  "audit-readers": QUARTER,
  "audit-signer-callers": QUARTER,
  "slack-companion": YEAR,
  statuspage: YEAR,
  linear: YEAR,
  "oncall-api": YEAR,
  mimir: YEAR,
  loki: YEAR,
  tempo: YEAR,
  github: YEAR,
  workos: YEAR,
};
const DAY_MS = 86_400_000;

export interface CredentialAge {
  name: string;
  ageMs: number;
  /** Undefined: it is never replaced, because what is stored hangs on it. */
  maxAgeMs: number | undefined;
}

/** How old each secret that this process uses is: since its current version was stored. */
export const credentialAges = (secrets: readonly SecretHealth[], now: Instant): CredentialAge[] =>
  secrets.flatMap(({ name, createdAt }) => {
    if (createdAt === undefined) return [];
    const days = MAX_AGE_DAYS[name];
    return [{ name, ageMs: Math.max(0, now - createdAt), maxAgeMs: days === undefined ? undefined : days * DAY_MS }];
  });

/** Names of those that are older than they may become. */
export const tooOld = (ages: readonly CredentialAge[]): string[] =>
  ages.flatMap(({ name, ageMs, maxAgeMs }) => (maxAgeMs !== undefined && ageMs > maxAgeMs ? [name] : []));

/** Shows the ages as numbers. */
export function credentialGauges(metrics: Metrics): (ages: readonly CredentialAge[]) => void {
  const age = metrics.gauge("ic_credential_age_seconds", "Since the current version of a secret was stored.");
  return (ages) => {
    for (const { name, ageMs } of ages) age.set(ageMs / 1_000, { credential: name });
  };
}
