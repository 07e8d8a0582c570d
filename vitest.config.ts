import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const sdk = "./node_modules/@slack/deno-slack-sdk/esm/";

export default defineConfig({
  resolve: {
    // The hosted app imports the SDK by its Deno names; Node reads the npm build of the same version.
    alias: [
      { find: /^deno-slack-sdk\/mod\.ts$/, replacement: path(`${sdk}mod.js`) },
      { find: /^deno-slack-sdk\/types\.ts$/, replacement: path(`${sdk}types.js`) },
      { find: /^deno-slack-api\/mod\.ts$/, replacement: path(`${sdk}deps/deno.land/x/deno_slack_api@2.8.0/mod.js`) },
    ],
  },
  test: {
    include: ["test/**/*.test.ts"],
    // Those run in Deno itself: `npm run check`.
    exclude: ["test/deno/**"],
    // The long tests wait for servers most of their time: one more than there are cores keeps the cores busy.
    maxWorkers: availableParallelism() + 1,
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
    testTimeout: 90_000,
    hookTimeout: 60_000,
  },
});
