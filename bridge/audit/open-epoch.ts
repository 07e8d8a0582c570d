import { systemClock as clock } from "../platform/clock.ts";
import { systemRandom as random } from "../platform/random.ts";
import { runOpenEpoch } from "./open-epoch/run-open-epoch.ts";

/** Begins the record of an incident anew behind one that does not verify; how is in docs/operate.md. */
process.exitCode = await runOpenEpoch(process.argv.slice(2), process.env, { output: process, clock, random });
