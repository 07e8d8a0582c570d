import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { BridgeConfig } from "../../bridge/platform/config.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const read = (path: string) => readFileSync(join(root, path), "utf8");
const PAGES = [
  "README.md",
  ...readdirSync(join(root, "docs")).flatMap((file) => (file.endsWith(".md") ? [`docs/${file}`] : [])),
];

test("the README is short enough to be read", () => {
  expect(read("README.md").split("\n").length).toBeLessThanOrEqual(200);
});

test.each(PAGES)("every link of %s leads somewhere", (page) => {
  const links = [...read(page).matchAll(/\]\(([^)#]+)\)/g)]
    .map(([, link = ""]) => link)
    .filter((link) => !link.startsWith("http"));
  expect(links.filter((link) => !existsSync(join(root, dirname(page), link)))).toEqual([]);
});

test("every npm command that the pages show exists", () => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const shown = PAGES.flatMap((page) => [
    ...read(page).matchAll(/`npm (?:run )?([a-z][a-z:-]+)|^npm (?:run )?([a-z][a-z:-]+)/gm),
  ]).map(([, inline, line]) => inline ?? line ?? "");
  expect(shown.length).toBeGreaterThan(4);
  expect([...new Set(shown)].filter((name) => !(name in scripts))).toEqual([]);
});

test("every path that the pages name in code exists", () => {
  const named = PAGES.flatMap((page) => [
    ...read(page).matchAll(/`((?:bridge|slack-app|shared|test)\/[A-Za-z0-9_./-]+?)`/g),
  ]).map(([, path = ""]) => path);
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test("the walk names eight files and in each the function that does it", () => {
  const steps = [...read("docs/architecture.md").matchAll(/^\d\. `([^`]+)`: `([^`]+)`/gm)];
  expect(steps).toHaveLength(8);
  for (const [, file = "", symbol = ""] of steps) {
    expect(read(file), file).toMatch(new RegExp(`export (async )?(function|const) ${symbol}\\b`));
  }
});

test("every setting and secret that the pages name exists", () => {
  const settings = new Set([...Object.keys(BridgeConfig.shape), "BRIDGE_BASE_URL", "BRIDGE_SHARED_SECRET"]);
  const named = PAGES.flatMap((page) => [...read(page).matchAll(/`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)[`:]/g)]).map(
    ([, name = ""]) => name,
  );
  expect(named.length).toBeGreaterThan(1);
  expect([...new Set(named)].filter((name) => !settings.has(name))).toEqual([]);
});
