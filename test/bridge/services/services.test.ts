import { expect, test } from "vitest";
import { isoDurationMs } from "../../../bridge/services/iso-duration.ts";
import { parseServices } from "../../../bridge/services/load-services.ts";
import { SERVICES_YAML } from "./services-file.ts";

const services = parseServices(SERVICES_YAML, "services.yaml");

test("labels are tried in the configured order, and one that the catalogue knows wins", () => {
  expect(services.serviceOf({ app: "search", service: "payments" }).name).toBe("payments");
  expect(services.serviceOf({ app: "Search", service: "gateway" })).toMatchObject({
    name: "search",
    entry: { team: "Search" },
  });
});

test("a service outside the catalogue keeps its name and has no entry", () => {
  expect(services.serviceOf({ service: "ledger" })).toEqual({ name: "ledger" });
  expect(services.serviceOf({ service: "x".repeat(300) }).name).toHaveLength(80);
  expect(services.serviceOf({ service: "constructor" })).toEqual({ name: "constructor" });
});

test("without a label the title names a service only when it names exactly one", () => {
  expect(services.serviceOf({}, "Payments: error rate above 5 %").name).toBe("payments");
  expect(services.serviceOf({}, "payments and search fail")).toEqual({ name: "unknown" });
  expect(services.serviceOf({ service: "  " }, "prepayments fail")).toEqual({ name: "unknown" });
  expect(services.serviceOf({})).toEqual({ name: "unknown" });
});

test("the severity label decides; without a known one SEV2 is assumed and the basis says so", () => {
  expect(services.severityOf({ severity: "Critical" })).toEqual({
    severity: "SEV1",
    basis: "label severity=Critical",
    assumed: false,
  });
  expect(services.severityOf({ severity: "page" })).toEqual({
    severity: "SEV2",
    basis: "label severity=page is not in the severity map, assumed",
    assumed: true,
  });
  expect(services.severityOf({})).toEqual({ severity: "SEV2", basis: "no severity label, assumed", assumed: true });
  expect(services.severityOf({ severity: "toString" }).assumed).toBe(true);
  expect(services.severityOf({ severity: "y".repeat(5_000) }).basis.length).toBeLessThanOrEqual(200);
});

test("rooms open for the configured severities only, and nudges follow theirs", () => {
  expect((["SEV1", "SEV2", "SEV3", "SEV4"] as const).filter(services.opensRoom)).toEqual(["SEV1", "SEV2"]);
  expect(services.nudgeAfterMs("SEV2")).toBe(90 * 60_000);
  expect(services.nudgeAfterMs("SEV3")).toBeUndefined();
});

test.each([
  ["PT15M", 900_000],
  ["PT1H30M", 5_400_000],
  ["P1DT1S", 86_401_000],
  ["P", undefined],
  ["PT", undefined],
  ["P1DT", undefined],
  ["P1M", undefined],
  ["PT1.5H", undefined],
  ["-PT1M", undefined],
  ["15m", undefined],
])("the duration %s is %s ms", (text, ms) => {
  expect(isoDurationMs(text)).toBe(ms);
});

test("who stands behind a runbook's words is an OnCall schedule or a person by Slack id; of others nobody said", () => {
  const services = parseServices(
    `${SERVICES_YAML}escalations: { role:legal: { person: U07KIMRAMN3 }, external:edge-provider: { schedule: SV6H2NPZ8RW4J } }\n`,
    "services.yaml",
  );
  expect(services.escalation("role:legal")).toEqual({ kind: "person", id: "U07KIMRAMN3", name: "legal" });
  expect(services.escalation("external:edge-provider")).toMatchObject({ kind: "schedule", name: "edge provider" });
  expect(services.escalation("external:legal")).toBeUndefined();
  expect(services.escalation("constructor")).toBeUndefined();
});

test.each([
  [
    "a role that no runbook has",
    "escalations: { role:secuirty: { person: U07KIMRAMN3 } }",
    "is not whom a runbook can name",
  ],
  ["an address", "escalations: { role:legal: { person: legal@example.com } }", "is not a Slack user id"],
  ["a name alone", "escalations: { legal: { person: U07KIMRAMN3 } }", "is not whom a runbook can name"],
])("%s among the escalations is refused", (_, line, reason) => {
  expect(() => parseServices(`${SERVICES_YAML}${line}\n`, "services.yaml")).toThrow(reason);
});
