import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** Compiles a process, by default the bridge, into one file. Packages stay outside: they run as they were published and tested. */
export async function bundleBridge(
  entry = fileURLToPath(new URL("../../main.ts", import.meta.url)),
): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    sourcemap: "inline",
    // Stack traces need the places, not the text: half the file, and as much less to hold in memory.
    sourcesContent: false,
    logLevel: "silent",
    write: false,
  });
  const [output] = outputFiles;
  if (!output) throw new Error(`esbuild made nothing of ${entry}`);
  return output.contents;
}

/** `node bundle.ts <file> [entry]` writes it: that is how the image is built. */
const [script, file, entry] = process.argv.slice(1);
if (script === fileURLToPath(import.meta.url) && file !== undefined) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, await bundleBridge(entry));
}
