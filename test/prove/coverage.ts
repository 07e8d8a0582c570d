import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const COVERED = [
  "bridge/publish-gate/**/*.ts",
  "bridge/ledger/**/*.ts",
  "bridge/details/**/*.ts",
  "bridge/platform/sealed-box.ts",
  "bridge/audit/**/*.ts",
];
/** One statement each, which hands the process to a command that is run here in its parts. */
const ENTRIES = [
  "bridge/audit/evidence/main.ts",
  "bridge/audit/open-epoch.ts",
  "bridge/audit/verifier/{verify-audit,verify-bundle}.ts",
];
const TESTS = [
  "test/bridge/publish-gate",
  "test/bridge/ledger",
  "test/bridge/details",
  "test/bridge/audit",
  "test/bridge/incident",
  "test/bridge/effects",
  "test/simulation/gate",
];
const WHOLE = ["lines", "branches", "functions", "statements"];

/** Every line, branch and function of the gate, the ledger, the words kept apart and the audit's proof is run by a test. @returns true when all are */
export async function proveCoverage(): Promise<boolean> {
  const vitest = join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");
  const child = spawn(
    process.execPath,
    [
      vitest,
      "run",
      "--coverage.enabled",
      "--coverage.provider=v8",
      "--coverage.reporter=text",
      "--coverage.reportOnFailure",
      "--coverage.reportsDirectory=node_modules/.cache/coverage",
      // The patterns also match the tests' own tree.
      "--coverage.exclude=test/**",
      ...ENTRIES.map((pattern) => `--coverage.exclude=${pattern}`),
      ...COVERED.map((pattern) => `--coverage.include=${pattern}`),
      ...WHOLE.map((what) => `--coverage.thresholds.${what}=100`),
      "--reporter=json",
      "--outputFile=node_modules/.cache/coverage/tests.json",
      ...TESTS,
    ],
    { cwd: ROOT, stdio: "inherit" },
  );
  const code = await new Promise((resolve) => child.on("close", resolve));
  return code === 0;
}
