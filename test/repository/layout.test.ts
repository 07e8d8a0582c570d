import { expect, test } from "vitest";
import { textOf, trackedFiles, trackedLines } from "./tracked-files.ts";

const TOP_LEVEL = [
  "LICENSE",
  "README.md",
  "bridge",
  "deno.jsonc",
  "deno.offline.jsonc",
  "docs",
  "manifest.ts",
  "package-lock.json",
  "package.json",
  "shared",
  "slack-app",
  "slack.json",
  "test",
  "tsconfig.json",
  "vitest.config.ts",
];

test("the root holds the parts of the system, the files that tools want there, and nothing else", () => {
  const top = new Set(trackedFiles().map((path) => path.split("/")[0] ?? path));
  expect([...top].filter((name) => !name.startsWith(".") && !TOP_LEVEL.includes(name))).toEqual([]);
});

test("no file names a host of a package registry", () => {
  // Written with escapes, so that this file does not name one either.
  const hosts =
    /registry\.npmjs|npmjs\.(?:org|com)|yarnpkg\.com|npm\.jsr\.io|pypi\.org|static\.crates\.io|rubygems\.org/i;
  expect([...trackedLines()].filter(({ line }) => hosts.test(line)).map(({ at }) => at)).toEqual([]);
});

test("the lock file says what, not from where", () => {
  const lock = JSON.parse(textOf("package-lock.json")) as { packages: Record<string, { resolved?: string }> };
  expect(Object.keys(lock.packages).length).toBeGreaterThan(100);
  expect(Object.keys(lock.packages).filter((name) => lock.packages[name]?.resolved !== undefined)).toEqual([]);
});

test("no source holds a note of work left undone or of a place outside the repository", () => {
  const left = /(?:\/\/|\/?\*|#|<!--)\s*(?:@\w+\s+)?(?:TO(?:DO)|FIX(?:ME)|X{3})\b/;
  const outside = /\.\.\/shared\/(?:design|fixtures)\b|(?<![\w./])\/work\//;
  const notOurs = (path: string) => path !== "package-lock.json" && path !== "LICENSE";
  expect(
    [...trackedLines(notOurs)].filter(({ line }) => left.test(line) || outside.test(line)).map(({ at }) => at),
  ).toEqual([]);
});
