import { systemClock } from "../../platform/clock.ts";
import { runEvidence } from "./run-evidence.ts";

/** `npm run evidence`: gathers what the record says of a period. */
process.exitCode = await runEvidence(process.argv.slice(2), process.env, { output: process, clock: systemClock });
