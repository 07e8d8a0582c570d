import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";

export interface ConsoleBundle {
  js: string;
  css: string;
}

/**
 * The renderer scopes its style sheet to an element id and puts that id on every message. Ids must be unique, so the
 * page drops them (see `page/rendered-blocks.tsx`) and the same rules are scoped to the class that the element also has.
 * Its `!important` marks go too, so that the page's own rules win by being more specific.
 */
const scopeRendererCssToClass: Plugin = {
  name: "scope-renderer-css-to-class",
  setup(build) {
    build.onLoad({ filter: /slack-blocks-to-jsx[\\/]dist[\\/]style\.css$/ }, async ({ path }) => ({
      contents: (await readFile(path, "utf8"))
        .replaceAll("#slack_blocks_to_jsx", ".slack_blocks_to_jsx")
        .replaceAll("!important", ""),
      loader: "css",
    }));
  },
};

/** Bundles the page into one script and one style sheet, in memory. Throws esbuild's own error, which names file and line. */
export async function bundleConsole(): Promise<ConsoleBundle> {
  const page = fileURLToPath(new URL("./page/", import.meta.url));
  const { outputFiles } = await build({
    absWorkingDir: page,
    entryPoints: { app: "main.tsx", style: "console.css" },
    outdir: "out",
    write: false,
    bundle: true,
    format: "esm",
    target: "es2022",
    platform: "browser",
    jsx: "automatic",
    minify: true,
    legalComments: "none",
    define: { "process.env.NODE_ENV": '"production"' },
    plugins: [scopeRendererCssToClass],
    logLevel: "silent",
  });
  const output = (suffix: string) => {
    const file = outputFiles.find(({ path }) => path.endsWith(suffix));
    if (!file) throw new Error(`The console bundle has no ${suffix}: check the entry points in bundle-console.ts.`);
    return file.text;
  };
  return { js: output("app.js"), css: output("style.css") };
}
