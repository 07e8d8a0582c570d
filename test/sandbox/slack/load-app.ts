import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { build, type Plugin } from "esbuild";
import type { DispatchDeps } from "./dispatch.ts";
import { type HostedManifest, readManifest } from "./manifest.ts";
import { HOSTED_CONSOLE } from "./outgoing.ts";

const SDK_IMPORTS: Readonly<Record<string, string>> = {
  "deno-slack-sdk/mod.ts": "mod.js",
  "deno-slack-sdk/types.ts": "types.js",
  "deno-slack-api/mod.ts": "deps/deno.land/x/deno_slack_api@2.8.0/mod.js",
};

export interface HostedApp {
  manifest: HostedManifest;
  /** File name without `.ts` and the default export. */
  triggers: { key: string; definition: unknown }[];
  /** Source of each function by callback id, relative to the root. */
  sources: Record<string, string>;
  load: DispatchDeps["load"];
  SlackAPI: DispatchDeps["SlackAPI"];
  dispose(): void;
}

export interface AppLocation {
  root: string;
  manifestPath: string;
  triggersDir: string;
}

/** `node_modules` of the root, or of the nearest folder above that has the SDK. */
function nodeModulesFor(root: string): string {
  for (let folder = resolve(root); ; folder = dirname(folder)) {
    const candidate = join(folder, "node_modules");
    if (existsSync(join(candidate, "@slack/deno-slack-sdk"))) return candidate;
    if (dirname(folder) === folder) {
      throw new Error(`@slack/deno-slack-sdk is not installed for ${root}; run \`npm install\` there`);
    }
  }
}

/** The SDK by its Deno names is the npm build of the same version; other packages stay imports. */
const sdkAlias = (sdk: string): Plugin => ({
  name: "deno-slack-sdk",
  setup: (bundler) => {
    bundler.onResolve({ filter: /^deno-slack-(sdk|api)\// }, ({ path }) => {
      const file = SDK_IMPORTS[path];
      return file
        ? { path: pathToFileURL(join(sdk, file)).href, external: true }
        : {
            errors: [
              { text: `"${path}" is not one of the import keys of deno.jsonc: ${Object.keys(SDK_IMPORTS).join(", ")}` },
            ],
          };
    });
  },
});

const STALE_MS = 24 * 3_600_000;

/** A process that was killed leaves its build behind. */
function removeStale(cache: string): void {
  for (const name of readdirSync(cache)) {
    const folder = join(cache, name);
    const changed = statSync(folder, { throwIfNoEntry: false })?.mtimeMs;
    if (changed !== undefined && changed < Date.now() - STALE_MS) rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Builds the hosted app from its sources the way a deploy does, each function on its own, and imports the manifest.
 * Functions are imported when first called.
 */
export async function loadApp({ root, manifestPath, triggersDir }: AppLocation): Promise<HostedApp> {
  const nodeModules = nodeModulesFor(root);
  const sdk = join(nodeModules, "@slack/deno-slack-sdk/esm");
  const cache = join(nodeModules, ".cache", "local-slack");
  mkdirSync(cache, { recursive: true });
  removeStale(cache);
  const folder = mkdtempSync(join(cache, "app-"));
  const dispose = () => rmSync(folder, { recursive: true, force: true });

  const bundle = async (entries: { in: string; out: string }[]): Promise<void> => {
    await build({
      absWorkingDir: root,
      entryPoints: entries,
      outdir: folder,
      outExtension: { ".js": ".mjs" },
      bundle: true,
      packages: "external",
      platform: "neutral",
      format: "esm",
      target: "es2022",
      sourcemap: "inline",
      logLevel: "silent",
      // The console of hosted code is `slack activity`, not the terminal of whoever runs this process.
      define: { console: "__hostedConsole" },
      banner: { js: `const __hostedConsole = globalThis[Symbol.for("${HOSTED_CONSOLE}")] ?? console;` },
      plugins: [sdkAlias(sdk)],
    });
  };
  const imported = (name: string): Promise<Record<string, unknown>> =>
    import(/* @vite-ignore */ pathToFileURL(join(folder, `${name}.mjs`)).href);

  try {
    const triggerKeys = existsSync(triggersDir)
      ? readdirSync(triggersDir)
          .filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts"))
          .map((file) => basename(file, ".ts"))
          .sort()
      : [];
    await bundle([
      { in: manifestPath, out: "manifest" },
      ...triggerKeys.map((key) => ({ in: join(triggersDir, `${key}.ts`), out: `trigger-${key}` })),
    ]);
    const manifest = readManifest((await imported("manifest")).default);
    const sources: Record<string, string> = {};
    for (const [callbackId, definition] of Object.entries(manifest.functions)) {
      const source = resolve(root, definition.source_file);
      if (!existsSync(source)) {
        throw new Error(`function ${callbackId}: source_file ${definition.source_file} does not exist below ${root}`);
      }
      sources[callbackId] = relative(root, source);
    }
    await bundle(
      Object.entries(sources).map(([callbackId, source]) => ({
        in: resolve(root, source),
        out: `function-${callbackId}`,
      })),
    );
    const triggers: HostedApp["triggers"] = [];
    for (const key of triggerKeys) {
      const { default: definition } = await imported(`trigger-${key}`);
      // A file beside the triggers that only shares code with them is none.
      if (definition !== undefined) triggers.push({ key, definition });
    }
    const { SlackAPI } = (await import(/* @vite-ignore */ pathToFileURL(join(sdk, "mod.js")).href)) as Pick<
      HostedApp,
      "SlackAPI"
    >;
    return {
      manifest,
      triggers,
      sources,
      load: (callbackId) => {
        if (!sources[callbackId]) throw new Error(`function ${callbackId} is not in the manifest`);
        return imported(`function-${callbackId}`);
      },
      SlackAPI,
      dispose,
    };
  } catch (cause) {
    dispose();
    throw cause;
  }
}
