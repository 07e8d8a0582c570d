import { parseArgs } from "node:util";
import { proveSchedules } from "./schedules.ts";

/** `npm run prove`: proofs of the publish gate that take longer than a test run should. */
const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "10000" },
    seed: { type: "string" },
    path: { type: "string" },
    shrink: { type: "boolean", default: false },
  },
});

const seed = values.seed === undefined ? 20_261_122 : Number(values.seed);
const passed = await proveSchedules({ runs: Number(values.runs), seed, path: values.path, shrink: values.shrink });
process.exit(passed ? 0 : 1);
