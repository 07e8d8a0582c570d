import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { companionManifest } from "../../bridge/deploy/slack/companion-manifest.ts";
import manifest from "../../manifest.ts";
import { STEPS } from "../../slack-app/steps/steps.ts";

const page = readFileSync(fileURLToPath(new URL("../../docs/slack-admin.md", import.meta.url)), "utf8");

/** The scopes in the table under a heading, each with its reason. */
function scopesUnder(heading: string): Map<string, string> {
  const [, section = ""] = page.split(`## ${heading}\n`);
  const [table = ""] = section.split("\n## ");
  return new Map(
    [...table.matchAll(/^\| `([a-z:._]+)` \| (.+) \|$/gm)].map(([, scope = "", why = ""]) => [scope, why]),
  );
}

test.each([
  ["Scopes of the hosted app", [...(manifest.oauth_config.scopes.bot ?? [])]],
  [
    "Scopes of the companion app",
    companionManifest({ bridgeUrl: "https://bridge.example.com" }).oauth_config.scopes.bot,
  ],
] as const)("%s are those of its manifest, each with a reason", (heading, asked) => {
  const told = scopesUnder(heading);
  expect([...told.keys()].sort()).toEqual([...asked].sort());
  for (const [scope, why] of told) expect(why.length, scope).toBeGreaterThan(10);
});

test("the page counts the datastores and steps that there are", () => {
  for (const name of Object.keys(manifest.datastores ?? {})) expect(page).toContain(`\`${name}\``);
  expect(STEPS).toHaveLength(6);
  expect(page).toContain("the six steps");
});
