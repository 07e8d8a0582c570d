import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { expect, test } from "vitest";
import manifest from "../../manifest.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** The SDK's own share of a deployed bundle, as the build hook makes it from its Deno sources; npm's build of it is another. */
const SDK_BYTES = 130 * 1024;
/** Ours: every function is bundled on its own and started cold. */
const MOST_BYTES = 400 * 1024;

test("the largest function is below 400 KB as it is deployed, and so is every other", async () => {
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
  sizes.sort((a, b) => b.bytes - a.bytes);
  // Nothing came out empty: each holds at least its contracts.
  expect(sizes.at(-1)?.bytes).toBeGreaterThan(SDK_BYTES + 10_000);
  expect(sizes[0]?.bytes, sizes[0]?.name).toBeLessThan(MOST_BYTES);
});
