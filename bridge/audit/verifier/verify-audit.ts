import { runVerifier } from "./command-line.ts";

/** `npm run verify-audit`: checks a bundle or a live ledger, or builds the file with which others check bundles. */
process.exitCode = await runVerifier(process.argv.slice(2), {
  // Each is loaded only when it is asked for: a bundle is checked by Node alone.
  live: async (given, logDirectory) => {
    const { verifyLive } = await import("./verify-live.ts");
    return verifyLive({ ...given, logDirectory, environment: process.env });
  },
  build: async (file) => {
    const { buildVerifier } = await import("./build-verifier.ts");
    return buildVerifier(file);
  },
});
