import { randomBytes } from "node:crypto";

/** What the bridge reads from Secrets Manager, by the name below its prefix, and what the simulators therefore expect. */
export interface SecretValues {
  "oncall-webhook": string;
  "alerting-webhook": string;
  "slack-functions": string;
  "slack-companion": { signing_secret: string; bot_token: string };
  "slack-triggers": { doorbell: string; links: Record<string, string> };
  statuspage: { api_key: string };
  linear: { api_key: string };
  "oncall-api": { token: string };
  mimir: { user: string; token: string };
  loki: { user: string; token: string };
  tempo: { user: string; token: string };
  github: { token: string };
  workos: { api_key: string };
  "redaction-master": string;
  "audit-readers": { readers: { name: string; token: string; scopes: string[] }[] };
  "fallback-webhook": string;
}

/** Fresh secrets of this world. They open nothing outside it. */
export function mintSecrets(): SecretValues {
  const fresh = () => randomBytes(32).toString("base64url");
  return {
    "oncall-webhook": fresh(),
    "alerting-webhook": fresh(),
    "slack-functions": fresh(),
    // In the shape of Slack's own.
    "slack-companion": {
      signing_secret: randomBytes(16).toString("hex"),
      bot_token: `xoxb-sandbox-${randomBytes(16).toString("hex")}`,
    },
    "slack-triggers": { doorbell: "", links: {} },
    statuspage: { api_key: fresh() },
    linear: { api_key: `lin_api_${fresh()}` },
    "oncall-api": { token: fresh() },
    mimir: { user: "482011", token: fresh() },
    loki: { user: "482012", token: fresh() },
    tempo: { user: "482013", token: fresh() },
    github: { token: fresh() },
    workos: { api_key: `sk_sandbox_${fresh()}` },
    "redaction-master": fresh(),
    "audit-readers": { readers: [{ name: "sandbox", token: fresh(), scopes: ["audit:read", "audit:details"] }] },
    "fallback-webhook": "",
  };
}

/** As Secrets Manager holds them: objects as JSON text, under their whole name. */
export function secretTexts(values: SecretValues, prefix: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      `${prefix}${name}`,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}
