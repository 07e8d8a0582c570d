import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/**
 * Writes the verifier of bundles as one file that imports Node's own modules and nothing else. Readable, not minified: an
 * auditor may want to know what it does.
 * @returns its SHA-256, the same for the same sources
 */
export async function buildVerifier(file: string): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: fileURLToPath(new URL("../../../", import.meta.url)),
    entryPoints: ["bridge/audit/verifier/verify-bundle.ts"],
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    banner: { js: "#!/usr/bin/env node" },
    logLevel: "silent",
    write: false,
  });
  const [output] = outputFiles;
  if (!output) throw new Error("esbuild made nothing of the verifier");
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, output.contents, { mode: 0o755 });
  return createHash("sha256").update(output.contents).digest("hex");
}
