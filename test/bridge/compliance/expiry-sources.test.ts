import { describe, expect, test } from "vitest";
import type { Expiry } from "../../../bridge/compliance/expiry.ts";
import { expirySources } from "../../../bridge/compliance/expiry-sources.ts";
import type { Config } from "../../../bridge/platform/config.ts";
import { startSources } from "../../support/sources.ts";
import { ENDS, startTlsServer } from "../../support/tls-server.ts";

const STORED = Date.parse("2026-11-21T09:00:00Z");
const CONFIG = {
  PUBLIC_BASE_URL: "https://incidents.example.com",
  SLACK_API_URL: "https://slack.example.com/api/",
  MIMIR_URL: "http://127.0.0.1:9009",
  AUDIT_BUNDLE_URL: "https://console.example.com/{incident}",
  SECRETS_PREFIX: "incident-response/production/",
  AWS_REGION: "eu-north-1",
};
const NEVER_ASKED = { tokenEnds: () => Promise.reject(new Error("nobody asks GitHub in this test")) };

const sourcesOf = (
  config: object,
  values: Record<string, string> = {},
  github: Parameters<typeof expirySources>[0]["github"] = NEVER_ASKED,
) =>
  expirySources({
    config: { ...CONFIG, ...config } as Partial<Config> as Config,
    secrets: {
      optional: async (name) => values[name],
      health: () => Object.keys(values).map((name) => ({ name, ageMs: 0, stale: false, createdAt: STORED })),
    },
    github,
    team: "Platform",
    timeoutMs: 2_000,
  });
const source = (credential: string, sources: ReturnType<typeof sourcesOf>) => {
  const found = sources.find((one) => one.credential === credential);
  if (!found) throw new Error(`no source ${credential} among ${sources.map((one) => one.credential)}`);
  return found;
};

describe("whose end is looked at", () => {
  test("every https address once, our own apart, and neither loopback in the clear nor what is only a link", () => {
    const names = sourcesOf({ GITHUB_API_URL: "https://slack.example.com/other" }).map(({ credential }) => credential);
    expect(names).toEqual(["tls-own:incidents.example.com", "tls-vendor:slack.example.com", "github"]);
  });

  test("each secret in use beside them, by what is written beside its key", async () => {
    const sources = sourcesOf(
      {},
      {
        statuspage: JSON.stringify({ api_key: "k", expires_at: "2027-03-01" }),
        "slack-companion": JSON.stringify({ bot_token: "xoxe.xoxb-1" }),
        "oncall-webhook": "one-text",
      },
    );
    expect(await source("statuspage", sources).read()).toEqual({ kind: "ends", at: Date.parse("2027-03-01") });
    expect(await source("slack-companion", sources).read()).toEqual({ kind: "ends", at: STORED + 12 * 3_600_000 });
    expect(await source("oncall-webhook", sources).read()).toEqual({ kind: "none" });
  });

  test("says whose it is and gives the next command as it can be pasted", () => {
    expect(source("statuspage", sourcesOf({}, { statuspage: "{}" }))).toMatchObject({
      whose: "Platform",
      next: expect.stringContaining(
        "npm run secrets -- rotate --env production --region eu-north-1 statuspage --from values.yaml",
      ),
    });
    expect(source("tls-vendor:slack.example.com", sourcesOf({}))).toMatchObject({
      whose: "the vendor behind slack.example.com",
      next: expect.stringContaining("openssl s_client -connect slack.example.com:443 -servername slack.example.com"),
    });
    for (const { title, whose, next } of sourcesOf({}, { "slack-companion": "{}" }))
      expect([title.length <= 200, whose.length <= 200, next.length <= 600]).toEqual([true, true, true]);
  });

  test("a certificate is read from the server itself", async () => {
    await using server = await startTlsServer("ends2049");
    const [own] = sourcesOf({ PUBLIC_BASE_URL: `https://localhost:${server.port}` });
    expect(own?.credential).toBe(`tls-own:localhost:${server.port}`);
    expect(await own?.read()).toEqual({ kind: "ends", at: ENDS.ends2049 });
  });
});

describe("the GitHub token", () => {
  const withToken = (more: object = {}) => ({ github: JSON.stringify({ token: "t", ...more }) });

  test("ends when GitHub says so; where GitHub names no end, when an operator did", async () => {
    await using running = await startSources();
    const read = (values: Record<string, string>): Promise<Expiry> =>
      source("github", sourcesOf({}, values, running.clients.github)).read();
    running.vendors.github.state.tokenEndsAt = undefined;
    expect(await read(withToken())).toEqual({ kind: "none" });
    expect(await read(withToken({ expires_at: "2027-03-01" }))).toEqual({
      kind: "ends",
      at: Date.parse("2027-03-01"),
    });
    running.vendors.github.state.tokenEndsAt = "2026-12-24T15:02:07.000Z";
    expect(await read(withToken({ expires_at: "2027-03-01" }))).toEqual({
      kind: "ends",
      at: Date.parse("2026-12-24T15:02:07Z"),
    });
    running.vendors.github.state.token = "another";
    expect(await read(withToken())).toEqual({ kind: "unknown", why: "refused our credential, 401" });
  });

  test("has no end where there is none", async () => {
    expect(await source("github", sourcesOf({})).read()).toEqual({ kind: "none" });
  });
});
