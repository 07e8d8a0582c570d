import { describe, expect, test } from "vitest";
import { credentialAges, credentialGauges, tooOld } from "../../../bridge/compliance/credential-ages.ts";
import { SECRET_CATALOGUE } from "../../../bridge/deploy/secrets/catalogue.ts";
import { createMetrics } from "../../../bridge/platform/telemetry/metrics.ts";

const DAY = 86_400_000;
const NOW = 1_000 * DAY;
const secret = (name: string, days?: number) => ({
  name,
  ageMs: 0,
  stale: false,
  ...(days === undefined ? {} : { createdAt: NOW - days * DAY }),
});

describe("the age of credentials", () => {
  test("counts from the day when the current version was stored, and each has its limit", () => {
    const ages = credentialAges([secret("slack-functions", 93), secret("linear", 93), secret("github", 367)], NOW);
    expect(tooOld(ages)).toEqual(["slack-functions", "github"]);
  });

  test("is never too high for what must not be replaced, and unknown where nobody says when it was stored", () => {
    const ages = credentialAges([secret("audit-signer", 3_000), secret("statuspage")], NOW);
    expect(ages.map(({ name }) => name)).toEqual(["audit-signer"]);
    expect(tooOld(ages)).toEqual([]);
  });

  test("has a limit for every secret that opens something and can be replaced", () => {
    const opens = SECRET_CATALOGUE.filter(
      ({ name, keep }) => !keep && !["slack-triggers", "fallback-webhook", "oncall-relay-authorization"].includes(name),
    );
    const ages = credentialAges(
      opens.map(({ name }) => secret(name, 1)),
      NOW,
    );
    expect(ages.filter(({ maxAgeMs }) => maxAgeMs === undefined).map(({ name }) => name)).toEqual([]);
  });

  test("is shown as a number by name", async () => {
    const metrics = createMetrics();
    credentialGauges(metrics)(credentialAges([secret("linear", 2)], NOW));
    expect(await metrics.render()).toContain('ic_credential_age_seconds{credential="linear"} 172800');
  });
});
