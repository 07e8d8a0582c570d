import { expect, test } from "vitest";
import { REGISTRY } from "../../../bridge/commands/registry.ts";
import { companionManifest, MANIFEST_CAPS } from "../../../bridge/deploy/slack/companion-manifest.ts";
import { ROUTES } from "../../../bridge/routes.ts";

const manifest = companionManifest({ bridgeUrl: "https://bridge.example.com" });
const [command] = manifest.features.slash_commands;

test("it stays within Slack's caps", () => {
  expect(manifest.display_information.name.length).toBeLessThanOrEqual(MANIFEST_CAPS.name);
  expect(manifest.display_information.description.length).toBeLessThanOrEqual(MANIFEST_CAPS.description);
  expect(command?.command.length).toBeLessThanOrEqual(MANIFEST_CAPS.command);
  expect(command?.usage_hint.length).toBeLessThanOrEqual(MANIFEST_CAPS.usageHint);
});

test("the usage hint names the commands that exist and no other", () => {
  expect(command?.usage_hint.split(" | ")).toEqual(REGISTRY.map(({ name }) => name));
});

test("its addresses are routes of the bridge that Slack's signature guards", () => {
  const guarded = ROUTES.filter(({ auth }) => auth === "slack").map(({ path }) => `https://bridge.example.com${path}`);
  expect([command?.url, manifest.settings.interactivity.request_url]).toEqual(guarded);
});

test("it asks for no more than the companion uses", () => {
  expect(manifest.oauth_config.scopes.bot).toEqual([
    "commands",
    "chat:write",
    "users:read",
    "users:read.email",
    "usergroups:read",
  ]);
  expect(JSON.parse(JSON.stringify(manifest))).toEqual(manifest);
});
