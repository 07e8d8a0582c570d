import { runVerifier } from "./command-line.ts";
import { inRepository } from "./in-repository.ts";

/** `npm run verify-audit`: checks a bundle or a live ledger, or builds the file with which others check bundles. */
process.exitCode = await runVerifier(process.argv.slice(2), process, inRepository(process.env));
