import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { runSteps, type Step } from "./run-steps.ts";

const OFFLINE_DENO = "--no-remote --config deno.offline.jsonc";

/** Everything that can be said of the sources in a minute. `npm run check -- lint types` runs only those two. `npm run check -- runbooks <dir>` checks nothing but those. */
const STEPS: readonly Step[] = [
  // What was found last time is kept beside the installed packages, and so goes when they go.
  { name: "types", command: "tsc -p . --incremental --tsBuildInfoFile node_modules/.cache/tsc.tsbuildinfo" },
  { name: "lint", command: "biome ci --error-on-warnings --colors=off" },
  { name: "unused", command: "knip --no-progress --treat-config-hints-as-errors" },
  {
    name: "boundaries",
    command: "depcruise --config test/tools/boundaries.mjs bridge slack-app shared test manifest.ts",
  },
  { name: "deno-types", command: `deno check --quiet ${OFFLINE_DENO} manifest.ts slack-app shared test/deno` },
  { name: "deno-tests", command: `deno test --quiet ${OFFLINE_DENO} --allow-read --allow-env --deny-net test/deno` },
];

const chosen = process.argv.slice(2);
if (chosen[0] === "runbooks") {
  const script = fileURLToPath(new URL("../../bridge/runbooks/check-runbooks.ts", import.meta.url));
  const { status } = spawnSync(process.execPath, ["--import", "tsx", script, ...chosen.slice(1)], { stdio: "inherit" });
  process.exit(status ?? 1);
}
const unknown = chosen.filter((name) => !STEPS.some((step) => step.name === name));
if (unknown.length > 0) {
  const known = STEPS.map((step) => step.name).join(", ");
  console.error(`There is no step named ${unknown.join(", ")}; the steps are ${known}.`);
  process.exit(2);
}
const failed = await runSteps(
  STEPS.filter((step) => chosen.length === 0 || chosen.includes(step.name)),
  {
    root: fileURLToPath(new URL("../../", import.meta.url)),
    // More at once only slows them all: each of them uses what cores it finds.
    atOnce: Math.min(2, availableParallelism()),
  },
);
console.log(failed.length === 0 ? "check: all passed" : `check: failed (${failed.join(", ")})`);
process.exitCode = failed.length === 0 ? 0 : 1;
