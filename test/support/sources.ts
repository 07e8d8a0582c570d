import { createGithubClient } from "../../bridge/clients/github-client.ts";
import { createLokiClient } from "../../bridge/clients/loki-client.ts";
import { createMimirClient } from "../../bridge/clients/mimir-client.ts";
import { createOnCallClient } from "../../bridge/clients/oncall-client.ts";
import { createTempoClient } from "../../bridge/clients/tempo-client.ts";
import { systemClock } from "../../bridge/platform/clock.ts";
import { createHttp } from "../../bridge/platform/http.ts";
import { silentLogger } from "../../bridge/platform/logger.ts";
import { createCachedDirectory } from "../../bridge/responders/cached-directory.ts";
import { createWorkosDirectory } from "../../bridge/responders/workos-directory.ts";
import { createCompanion } from "../../bridge/slack-api/companion.ts";
import { CAST } from "../sandbox/cast.ts";
import { FaultBoard } from "../sandbox/faults.ts";
import { startGitHub } from "../sandbox/vendors/github.ts";
import { startLoki } from "../sandbox/vendors/loki.ts";
import { startMimir } from "../sandbox/vendors/mimir.ts";
import { startOnCall } from "../sandbox/vendors/oncall.ts";
import { startTempo } from "../sandbox/vendors/tempo.ts";
import { startWorkos } from "../sandbox/vendors/workos.ts";
import { startSlackWebApi } from "./slack-web-api.ts";

/** Values of secrets, by name. */
export const fixedSecrets = (values: Record<string, string>) => ({
  current(name: string): Promise<string> {
    const value = values[name];
    return value === undefined ? Promise.reject(new Error(`no secret ${name} in this test`)) : Promise.resolve(value);
  },
  optional: (name: string): Promise<string | undefined> => Promise.resolve(values[name]),
});

/** Everything people and context are read from, running, with the product's own clients of it. */
export async function startSources() {
  const faults = new FaultBoard();
  const [oncall, mimir, loki, tempo, github, workos, slack] = await Promise.all([
    startOnCall({ faults, token: "oncall-token" }),
    startMimir({ faults, user: "1234", token: "mimir-token" }),
    startLoki({ faults, user: "1235", token: "loki-token" }),
    startTempo({ faults, user: "1236", token: "tempo-token" }),
    startGitHub({ faults, token: "github-token" }),
    startWorkos({ faults, apiKey: "sk_test" }),
    startSlackWebApi(faults),
  ]);
  const values: Record<string, string> = {
    "oncall-api": JSON.stringify({ token: "oncall-token" }),
    mimir: JSON.stringify({ user: "1234", token: "mimir-token" }),
    loki: JSON.stringify({ user: "1235", token: "loki-token" }),
    tempo: JSON.stringify({ user: "1236", token: "tempo-token" }),
    github: JSON.stringify({ token: "github-token" }),
    workos: JSON.stringify({ api_key: "sk_test" }),
    "slack-companion": JSON.stringify({ signing_secret: "unused", bot_token: slack.token }),
  };
  const secrets = fixedSecrets(values);
  const shared = { secrets, log: silentLogger, clock: systemClock };
  const http = createHttp({ clock: systemClock, timeoutMs: 2_000, log: silentLogger });
  return {
    faults,
    /** What Secrets Manager would give; a test may break one. */
    values,
    vendors: { oncall, mimir, loki, tempo, github, workos, slack },
    clients: {
      oncall: createOnCallClient({ ...shared, http, url: `${oncall.url}/` }),
      mimir: createMimirClient({ ...shared, http, url: mimir.url }),
      loki: createLokiClient({ ...shared, http, url: loki.url }),
      tempo: createTempoClient({ ...shared, http, url: tempo.url }),
      github: createGithubClient({ ...shared, http, url: github.url }),
      directory: createCachedDirectory({
        clock: systemClock,
        directory: createWorkosDirectory({
          ...shared,
          http,
          url: workos.url,
          directoryId: CAST.workosDirectoryId,
        }),
      }),
      slack: createCompanion({ ...shared, slackApiUrl: slack.url, timeoutMs: 2_000 }),
    },
    teamId: CAST.teamId,
    async [Symbol.asyncDispose]() {
      await Promise.all([oncall, mimir, loki, tempo, github, workos].map((vendor) => vendor.close()));
      await slack[Symbol.asyncDispose]();
    },
  };
}
export type Sources = Awaited<ReturnType<typeof startSources>>;
