import { parseArgs } from "node:util";
import { honestHistories, tamperAtRandom } from "../bridge/audit/generated-tampering.ts";
import { explore, WIDE_BUDGET } from "../simulation/gate/explore.ts";
import { proveCoverage } from "./coverage.ts";
import { proveMutants } from "./mutants.ts";
import { proveSchedules } from "./schedules.ts";
import { tellStories } from "./stories.ts";

const USAGE = `npm run prove [-- options]

  (none)              10,000 schedules, every interleaving of the rules, all mutants
  --runs N            that many schedules and nothing else
  --seed S --path P   plays one schedule again; --shrink looks for a shorter one
  --explore           only the exhaustive search
  --mutants [--only N] only the mutants
  --coverage          lines, branches and functions of the gate and the ledger that tests run
  --tampering         10,000 random tamperings of covered history, and as many honest ones
  --show              six mishaps, met by a naive gate and by this one
`;

const { values } = parseArgs({
  options: {
    runs: { type: "string" },
    seed: { type: "string" },
    path: { type: "string" },
    shrink: { type: "boolean", default: false },
    explore: { type: "boolean", default: false },
    mutants: { type: "boolean", default: false },
    only: { type: "string" },
    tampering: { type: "boolean", default: false },
    show: { type: "boolean", default: false },
    coverage: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

const RUNS = 10_000;
const SEED = 20_261_122;

const schedules = () =>
  proveSchedules({
    runs: Number(values.runs ?? RUNS),
    seed: Number(values.seed ?? SEED),
    path: values.path,
    shrink: values.shrink,
  });

function exploreAll(): boolean {
  const { states, steps } = explore(WIDE_BUDGET);
  process.stdout.write(
    `every interleaving of the rules: ${states.toLocaleString("en")} states by ${steps.toLocaleString("en")} steps, 0 violations\n`,
  );
  return true;
}

async function proveTampering(): Promise<boolean> {
  const { tampered, byKind, missed } = await tamperAtRandom(RUNS, SEED);
  const { checked, accused } = await honestHistories(RUNS, SEED);
  const kinds = Object.entries(byKind).map(([kind, count]) => `${kind} ${count}`);
  process.stdout.write(`${tampered} tamperings (${kinds.join(", ")}), ${missed.length} missed\n`);
  process.stdout.write(`${checked} honest histories, ${accused.length} accused\n`);
  for (const one of missed) process.stdout.write(`missed: ${JSON.stringify(one)}\n`);
  return missed.length === 0 && accused.length === 0;
}

/** Runs what was asked for, or all of it. @returns true when everything held */
async function main(): Promise<boolean> {
  if (values.help) {
    process.stdout.write(USAGE);
    return true;
  }
  if (values.show) return tellStories();
  if (values.tampering) return proveTampering();
  if (values.coverage) return proveCoverage();
  if (values.explore) return exploreAll();
  if (values.mutants) return proveMutants(values.only);
  if (values.path !== undefined || values.runs !== undefined || values.seed !== undefined) return schedules();
  return (await schedules()) && exploreAll() && (await proveTampering()) && (await proveMutants());
}

process.exit((await main()) ? 0 : 1);
