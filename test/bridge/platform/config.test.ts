import { describe, expect, test } from "vitest";
import { describeConfig, readConfig } from "../../../bridge/platform/config.ts";
import { ConfigError } from "../../../bridge/platform/config-error.ts";

const complete = {
  PUBLIC_BASE_URL: "https://bridge.kestrel.example.com",
  TRUSTED_PROXIES: "10.0.0.0/16",
  AWS_REGION: "eu-north-1",
  LEDGER_TABLE: "ic-ledger",
  INDEX_TABLE: "ic-index",
  SECRETS_PREFIX: "incident-response/test/",
  SERVICES_FILE: "services.yaml",
  SLACK_TEAM_ID: "T07KESTREL1",
  ALERTS_CHANNEL: "C07ALERTS01",
  ANNOUNCE_CHANNEL: "C07INCIDENT",
  STATUSPAGE_PAGE_ID: "p3v8r5jd6hlc",
  LINEAR_TEAM_ID: "3f0c1f2e-6f0b-4a52-9d3e-6c2a7b1e5d10",
  ONCALL_API_URL: "https://oncall.kestrel.example.com/api/v1",
  MIMIR_URL: "https://mimir.kestrel.example.com/",
};

const problemsOf = (env: Record<string, string | undefined>): readonly string[] => {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
};

test("a complete environment is accepted and gets the documented defaults", () => {
  const config = readConfig({ ...complete, PATH: "/usr/bin" });
  expect(config).toMatchObject({
    PORT: 8080,
    SLACK_API_URL: "https://slack.com/api/",
    ONCALL_SCHEME: "S1T",
    ALERTING_TIMESTAMP_HEADER: "X-Grafana-Alerting-Timestamp",
    DRAFTER: "template",
    ARCHIVE_AFTER_MS: 86_400_000,
    CLAIM_WAIT_MS: 10_000,
    AWS_CREDENTIALS: "default-chain",
  });
  expect(config).not.toHaveProperty("PATH");
});

test("without a setting of its own the interval of nudges is left to services.yaml", () => {
  expect(readConfig(complete).NUDGE_EVERY_MS).toBeUndefined();
  expect(readConfig({ ...complete, NUDGE_EVERY_MS: "2000" }).NUDGE_EVERY_MS).toBe(2_000);
});

test("addresses are brought to one form, so that paths can be joined without thinking", () => {
  const config = readConfig(complete);
  expect(config.ONCALL_API_URL).toBe("https://oncall.kestrel.example.com/api/v1/");
  expect(config.MIMIR_URL).toBe("https://mimir.kestrel.example.com");
});

test("every problem is reported at once, by variable name", () => {
  const problems = problemsOf({
    ...complete,
    LEDGER_TABLE: undefined,
    ALERTS_CHANNEL: "#alerts",
    PORT: "http",
    DRAFTER: "",
  });
  expect(problems).toHaveLength(3);
  expect(problems.join("\n")).toMatch(/LEDGER_TABLE is not set/);
  expect(problems.join("\n")).toMatch(/ALERTS_CHANNEL is not a Slack channel id/);
  expect(problems.join("\n")).toMatch(/PORT is not a port/);
});

test("an empty variable counts as not set", () => {
  expect(problemsOf({ ...complete, AWS_REGION: "" })).toEqual(["AWS_REGION is not set"]);
  expect(readConfig({ ...complete, OPS_CHANNEL: "" }).OPS_CHANNEL).toBeUndefined();
});

test("problems never repeat the value: somebody may have put a secret into the wrong variable", () => {
  const problems = problemsOf({
    ...complete,
    SLACK_TEAM_ID: "xoxb-secret",
    MIMIR_URL: "user:hunter2",
    ONCALL_SCHEME: "hunter3",
  });
  expect(problems).toHaveLength(3);
  expect(problems.join("\n")).not.toMatch(/xoxb|hunter/);
});

test("credentials are not sent over plain http to another machine, but may be to this one", () => {
  expect(problemsOf({ ...complete, MIMIR_URL: "http://mimir.kestrel.example.com" })[0]).toMatch(/MIMIR_URL .*https/);
  expect(readConfig({ ...complete, MIMIR_URL: "http://127.0.0.1:9009" }).MIMIR_URL).toBe("http://127.0.0.1:9009");
  for (const name of ["DYNAMODB_ENDPOINT", "SECRETS_ENDPOINT", "S3_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"])
    expect(problemsOf({ ...complete, [name]: "http://other.kestrel.example.com" }), name).toHaveLength(1);
});

test("a bridge that others reach must be told whose word on TLS counts", () => {
  expect(problemsOf({ ...complete, TRUSTED_PROXIES: undefined })).toEqual([
    expect.stringMatching(/^TRUSTED_PROXIES is not set.*10\.0\.0\.0\/16/),
  ]);
  for (const wrong of ["10.0.0.0", "10.0.0.0/33", "10.0.0.0/16,", "balancer/8", "fd00::/129", "10.0.0.0/8/8"])
    expect(problemsOf({ ...complete, TRUSTED_PROXIES: wrong }), wrong).toHaveLength(1);
  expect(problemsOf({ ...complete, TRUSTED_PROXIES: "10.0.0.0/16, fd00::/8" })).toEqual([]);
  expect(problemsOf({ ...complete, PUBLIC_BASE_URL: "http://127.0.0.1:4001", TRUSTED_PROXIES: undefined })).toEqual([]);
});

test("the model drafter needs a model", () => {
  expect(problemsOf({ ...complete, DRAFTER: "bedrock" })[0]).toMatch(/BEDROCK_MODEL_ID is not set.*DRAFTER=template/);
});

test("ledger and index must be two tables", () => {
  expect(problemsOf({ ...complete, INDEX_TABLE: "ic-ledger" })[0]).toMatch(/INDEX_TABLE names the same table/);
});

describe("AWS credentials", () => {
  const endpoint = { DYNAMODB_ENDPOINT: "http://127.0.0.1:8000" };
  test("an overridden endpoint without credentials gets worthless ones", () => {
    expect(readConfig({ ...complete, ...endpoint }).AWS_CREDENTIALS).toBe("local-dummy");
  });
  test("credentials in the environment always win", () => {
    const env = { ...complete, ...endpoint, AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/v2/credentials/x" };
    expect(readConfig(env).AWS_CREDENTIALS).toBe("default-chain");
  });
});

test("the description shows what was accepted and hides what addresses may carry", () => {
  const shown = describeConfig(
    readConfig({ ...complete, MIMIR_URL: "https://me:hunter2@mimir.kestrel.example.com/x?key=hunter3" }),
  );
  expect(shown.LEDGER_TABLE).toBe("ic-ledger");
  expect(shown.MIMIR_URL).toMatch(/^https:\/\/redacted@mimir\.kestrel\.example\.com\/x/);
  expect(JSON.stringify(shown)).not.toMatch(/hunter/);
});
