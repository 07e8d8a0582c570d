import { REGISTRY } from "../../commands/registry.ts";
import { SLASH } from "../../commands/slash-command.ts";

/** Slack's caps on what is generated here. */
export const MANIFEST_CAPS = { name: 35, description: 140, command: 32, usageHint: 1_000 } as const;

/**
 * The companion app's manifest, to be pasted where Slack creates an app. `bridgeUrl` is the public address of the bridge
 * without a trailing slash.
 */
export function companionManifest({ bridgeUrl }: { bridgeUrl: string }) {
  return {
    _metadata: { major_version: 2, minor_version: 1 },
    display_information: {
      name: "Incident Response Commands",
      description: `Adds ${SLASH} to the workspace`,
    },
    features: {
      bot_user: { display_name: "incident-response", always_online: true },
      slash_commands: [
        {
          command: SLASH,
          url: `${bridgeUrl}/slack/commands`,
          description: "See and steer the incident of this channel",
          usage_hint: REGISTRY.map(({ name }) => name).join(" | "),
          should_escape: true,
        },
      ],
    },
    oauth_config: {
      scopes: { bot: ["commands", "chat:write", "users:read", "users:read.email", "usergroups:read"] },
    },
    settings: {
      interactivity: { is_enabled: true, request_url: `${bridgeUrl}/slack/interactions` },
      org_deploy_enabled: false,
      socket_mode_enabled: false,
      token_rotation_enabled: false,
    },
  };
}

/** Where Slack creates an app from a manifest that is filled in already. */
export const createAppLink = (manifest: ReturnType<typeof companionManifest>): string =>
  `https://api.slack.com/apps?new_app=1&manifest_json=${encodeURIComponent(JSON.stringify(manifest))}`;
