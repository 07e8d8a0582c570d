import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig, mergeConfig } from "vitest/config";
import base from "../../vitest.config.ts";
import { MUTANTS, mutated } from "./mutants.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const mutant = MUTANTS.find(({ no }) => no === process.env.MUTANT);
if (!mutant) throw new Error(`there is no mutant ${process.env.MUTANT}`);

/** The sources as they are, with one mutation put in while they are loaded. */
export default mergeConfig(
  base,
  defineConfig({
    root,
    plugins: [
      {
        name: "mutant",
        enforce: "pre",
        transform: (code, id) => {
          const file = relative(root, id.split("?")[0] ?? id);
          return mutant.patches.some((patch) => patch.file === file)
            ? { code: mutated(mutant, file, code), map: null }
            : undefined;
        },
      },
    ],
  }),
);
