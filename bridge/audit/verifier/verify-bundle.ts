import { runVerifier } from "./command-line.ts";

/** The verifier as an auditor has it: built into one file, it reads a bundle and nothing else. */
process.exitCode = await runVerifier(process.argv.slice(2), process);
