import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import manifest from "../../manifest.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** The SDK's own share of a deployed bundle, as the build hook makes it from its Deno sources; npm's build of it is another. */
export const SDK_BYTES = 130 * 1024;
/** Ours: every function is bundled on its own and started cold. */
export const MOST_BUNDLE_BYTES = 400 * 1024;

export interface BundleSize {
  /** The function's callback id. */
  name: string;
  /** As it is deployed, the SDK's share included. */
  bytes: number;
}

/** How large each hosted function is as a deploy bundles it: on its own, with all that it imports. The largest first. */
export async function bundleSizes(): Promise<BundleSize[]> {
  const functions = manifest.functions as unknown as Record<string, { source_file: string }>;
  const sizes = await Promise.all(
    Object.entries(functions).map(async ([name, { source_file }]) => {
      const { outputFiles } = await build({
        absWorkingDir: ROOT,
        entryPoints: [source_file],
        bundle: true,
        write: false,
        format: "esm",
        platform: "neutral",
        mainFields: ["module", "main"],
        target: "es2022",
        external: ["deno-slack-sdk/*", "deno-slack-api/*"],
        logLevel: "silent",
      });
      return { name, bytes: (outputFiles[0]?.contents.length ?? 0) + SDK_BYTES };
    }),
  );
  return sizes.sort((a, b) => b.bytes - a.bytes);
}
