import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadServices, parseServices } from "../../../bridge/services/load-services.ts";
import { ServicesError } from "../../../bridge/services/services-error.ts";
import { SERVICES_YAML } from "./services-file.ts";

const problemsOf = (source: string): string[] => {
  try {
    parseServices(source, "services.yaml");
  } catch (error) {
    if (!(error instanceof ServicesError)) throw error;
    return error.problems.map(({ line, column, path, reason }) => `${line}:${column} ${path} ${reason}`);
  }
  throw new Error("it was accepted");
};

test("a file on disk is read with its defaults", () => {
  const path = join(mkdtempSync(join(tmpdir(), "services-")), "services.yaml");
  writeFileSync(path, SERVICES_YAML);
  const services = loadServices(path);
  expect(services.names).toEqual(["payments", "search"]);
  expect(services.approvers).toEqual({
    slackGroup: "status-approvers",
    directoryGroup: "status-approvers",
    page: "SV6H2NPZ8RW4J",
  });
  expect(services.pageEnvironment).toBe("production");
  expect(services.entry("Payments")?.queries.error_rate).toEqual({
    query: 'sum(rate(http_errors{service="payments"}[5m]))',
    unit: "ratio",
  });
  expect(services.entry("search")).toMatchObject({
    components: [],
    repositories: [],
    deploy_environment: "production",
    queries: { error_rate: { query: "up", unit: "number" } },
  });
});

test("a file that is not there is named with the reason", () => {
  expect(() => loadServices("/nowhere/services.yaml")).toThrow(
    "/nowhere/services.yaml:1:1 cannot be read (ENOENT); check the path",
  );
});

test("every problem is listed at once with line, column, path and reason", () => {
  const broken = SERVICES_YAML.replace("warning: SEV3", "warning: SEV9")
    .replace("SEV2: PT1H30M", "SEV2: 15m")
    .replace("fallback_group: incident-fallback", "fallback_group: '@incident-fallback'")
    .replace("team: Search", "taem: Search")
    .replace("[kestrel-freight/payments]", "[kestrel-freight/..]")
    .replace("approval: default", "approval: four-eyes");
  expect(problemsOf(broken)).toEqual([
    "1:50 severity.warning is not a severity; use one of SEV1, SEV2, SEV3, SEV4",
    "3:29 nudge.SEV2 is not a duration from PT1S to P1D; write for example PT15M",
    "6:17 fallback_group is not the handle of a Slack user group; write it in lower case and without the @",
    "14:20 services.payments.repositories.0 is not a repository; write owner/name",
    "18:15 services.payments.approval is not an approval policy that exists; write default, off, author-differs, two-person",
    "19:13 services.search.taem is not a key that is known here; check its spelling or remove it",
  ]);
});

test("what is missing is said to be missing, at the thing that lacks it", () => {
  const problems = problemsOf("severity: {}\nrooms: [SEV1]\nlabels: [service]\napprovers: {}\nservices: {}\n");
  expect(problems).toEqual(["4:12 approvers.slack_group is missing", "1:1 fallback_group is missing"]);
});

test.each([
  ["", /^1:1 severity is missing/],
  ["just text", /is not acceptable: .*expected object/],
  ["severity: [", /^\d+:\d+ {2}is not acceptable YAML/],
  [`${SERVICES_YAML}labels: [app]\n`, /^20:1 {2}is not acceptable YAML: Map keys must be unique/],
  [`${SERVICES_YAML}---\nlabels: [app]\n`, /multiple documents/],
  [SERVICES_YAML.replace("team: Payments", "team: &t Payments"), /^10:14 {2}the anchor &t is not accepted here/],
  [SERVICES_YAML.replace("team: Search", "team: *t"), /alias/i],
  [SERVICES_YAML.replace("team: Search", "<<: {team: Search}"), /services\.search\.<< is not a key that is known/],
  [SERVICES_YAML.replace("  payments:", "  __proto__:"), /^9:3 {2}the key __proto__ is not accepted here/],
  [SERVICES_YAML.replace("  payments:", "  Payments API:"), /^9:3 services\.Payments API is not a service name/],
  [
    SERVICES_YAML.replace("{ critical: SEV1", "{ Critical: SEV2, critical: SEV1"),
    /is written twice with different capitals/,
  ],
  [SERVICES_YAML.replace("team: Search", "team: !!binary aGk="), /team is not acceptable/],
  [SERVICES_YAML.replace("https://meet", "javascript://meet"), /call is not an https:\/\/ URL/],
])("a file that could be misread is refused: %#", (source, reason) => {
  expect(problemsOf(source).join("\n")).toMatch(reason);
});
