import { createHash } from "node:crypto";
import { chmod, readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/**
 * Writes the verifier of bundles as one file that imports Node's own modules and nothing else. Readable, not minified: an
 * auditor may want to know what it does.
 * @returns its SHA-256, the same for the same sources
 */
export async function buildVerifier(file: string): Promise<string> {
  await build({
    absWorkingDir: fileURLToPath(new URL("../../../", import.meta.url)),
    entryPoints: ["bridge/audit/verifier/verify-bundle.ts"],
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    banner: { js: "#!/usr/bin/env node" },
    logLevel: "silent",
    outfile: resolve(file),
  });
  await chmod(file, 0o755);
  return createHash("sha256")
    .update(await readFile(file))
    .digest("hex");
}
