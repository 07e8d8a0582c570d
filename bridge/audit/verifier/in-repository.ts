import type { RepositoryOnly } from "./command-line.ts";

/** What only the repository can do. Each part is loaded when it is asked for: a bundle is checked by Node alone. */
export const inRepository = (environment: Readonly<Record<string, string | undefined>>): RepositoryOnly => ({
  live: async (given, logPlace) => {
    const { verifyLive } = await import("./verify-live.ts");
    return verifyLive({ ...given, logPlace, environment });
  },
  build: async (file) => {
    const { buildVerifier } = await import("./build-verifier.ts");
    return buildVerifier(file);
  },
});
