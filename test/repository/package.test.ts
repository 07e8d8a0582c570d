import { expect, test } from "vitest";
import { textOf } from "./tracked-files.ts";

interface Package {
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}
const manifest = JSON.parse(textOf("package.json")) as Package;

test("every dependency is pinned to one version", () => {
  const all = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
  expect(all.length).toBeGreaterThan(10);
  expect(all.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
});

test("the lock file knows every platform's build of a package, or `npm ci` refuses it", () => {
  const { packages } = JSON.parse(textOf("package-lock.json")) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>;
  };
  // From the inside out, as Node looks: `a/node_modules/b`, then `node_modules/b`.
  const isLocked = (from: string, name: string): boolean =>
    `${from === "" ? "" : `${from}/`}node_modules/${name}` in packages ||
    (from !== "" && isLocked(from.slice(0, Math.max(0, from.lastIndexOf("node_modules/") - 1)), name));
  const missing = Object.entries(packages).flatMap(([from, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !isLocked(from, name)),
  );
  expect(missing).toEqual([]);
});

test("a newcomer has about ten scripts to choose from", () => {
  // What npm runs by itself before another one is nobody's choice.
  const chosen = Object.keys(manifest.scripts).filter((name) => !/^(pre|post)/.test(name));
  expect(chosen.length).toBeLessThanOrEqual(11);
});

test("both Deno configurations and npm install the same versions of what the hosted app uses", () => {
  const versions = (path: string, pattern: RegExp) => [...textOf(path).matchAll(pattern)].map(([, version]) => version);
  const zod = manifest.dependencies.zod;
  const sdk = manifest.devDependencies["@slack/deno-slack-sdk"];
  for (const path of ["deno.jsonc", "deno.offline.jsonc"]) {
    expect(new Set(versions(path, /npm:zod@([\d.]+)/g))).toEqual(new Set([zod]));
    expect(new Set(versions(path, /deno[_-]slack[_-]sdk@([\d.]+)/g))).toEqual(new Set([sdk]));
  }
});

test("TypeScript is as strict as the code was written for", () => {
  const { compilerOptions } = JSON.parse(textOf("tsconfig.json"));
  expect(compilerOptions).toMatchObject({
    strict: true,
    noUncheckedIndexedAccess: true,
    noFallthroughCasesInSwitch: true,
    noImplicitOverride: true,
    noUnusedLocals: true,
    noUnusedParameters: true,
    verbatimModuleSyntax: true,
  });
});
