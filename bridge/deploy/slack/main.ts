import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { systemClock } from "../../platform/clock.ts";
import { createHttp } from "../../platform/http.ts";
import { silentLogger } from "../../platform/logger.ts";
import { createSecrets, createSecretsClient } from "../../platform/secrets.ts";
import { loadServices } from "../../services/load-services.ts";
import { createCompanion } from "../../slack-api/companion.ts";
import { SECRET_CATALOGUE } from "../secrets/catalogue.ts";
import { readGivenValues } from "../secrets/given-values.ts";
import { createSecretStore } from "../secrets/store.ts";
import { readBridgeHost } from "./bridge-host-file.ts";
import { companionManifest, createAppLink } from "./companion-manifest.ts";
import { doctor, findingLines } from "./doctor.ts";
import { install } from "./install.ts";
import { createSlackCli } from "./slack-cli.ts";

const USAGE = `npm run slack -- install --env <env> --region <region> --team <workspace> [--bridge-host <host>] [--from values.yaml]
                                     does what is left of installing, then what doctor does; run it again at any step
npm run slack -- doctor  --env <env> --region <region> [--services services.yaml]
                                     looks, changes nothing; exit code 1 when something is amiss
npm run slack -- companion-manifest [--bridge-host <host>]      prints the companion app's manifest and a link

--cli <executable> (default slack), --root <checkout>; --endpoint, --slack-api, --bridge <url> speak to local ones`;

const TIMEOUT_MS = 10_000;

async function main(args: string[]): Promise<number> {
  const text = { type: "string" } as const;
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      env: text,
      region: text,
      team: text,
      "bridge-host": text,
      from: text,
      services: text,
      cli: text,
      root: text,
      endpoint: text,
      "slack-api": text,
      bridge: text,
    },
  });
  const [verb] = positionals;
  const { env: environment = "", region, team } = values;
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const root = values.root ?? fileURLToPath(new URL("../../../", import.meta.url));
  const hostNow = () => readBridgeHost(`${root}/slack-app/bridge-host.ts`);

  if (verb === "companion-manifest") {
    const host = values["bridge-host"] ?? hostNow();
    if (host === undefined || !URL.canParse(`https://${host}`))
      return refuse("Say where the bridge is: --bridge-host <host>");
    const manifest = companionManifest({ bridgeUrl: new URL(`https://${host}`).origin });
    say(JSON.stringify(manifest, null, 2));
    process.stderr.write(`${createAppLink(manifest)}\n`);
    return 0;
  }
  const known = verb === "doctor" || (verb === "install" && team !== undefined);
  if (!known || region === undefined || !/^[a-z][a-z0-9-]{0,30}$/.test(environment)) return refuse(USAGE);

  const prefix = `incident-response/${environment}/`;
  const credentials = values.endpoint === undefined ? ("default-chain" as const) : ("local-dummy" as const);
  const client = createSecretsClient({ region, endpoint: values.endpoint, credentials });
  const store = createSecretStore(client, prefix);
  if (verb === "install") {
    const left = await install({
      cli: createSlackCli({ command: values.cli ?? "slack", team: team ?? "", cwd: root }),
      store,
      specs: SECRET_CATALOGUE,
      given: readGivenValues(values.from === undefined ? "" : readFileSync(values.from, "utf8"), SECRET_CATALOGUE),
      environment,
      root,
      bridgeHost: values["bridge-host"],
      steps: readdirSync(`${root}/slack-app/functions`).filter((name) => name.startsWith("step_")),
      say,
    });
    if (left !== undefined) {
      say(left);
      return 1;
    }
  }

  const deps = { clock: systemClock, log: silentLogger };
  const bridgeHost = hostNow();
  const services = values.services === undefined ? undefined : loadServices(values.services);
  const findings = await doctor({
    bridgeHost,
    bridgeUrl: values.bridge ?? (bridgeHost === undefined ? undefined : `https://${bridgeHost}`),
    http: createHttp({ ...deps, timeoutMs: TIMEOUT_MS }),
    store,
    specs: SECRET_CATALOGUE,
    groupMembers: (handle) =>
      createCompanion({
        ...deps,
        secrets: createSecrets({ ...deps, client, prefix, cacheMs: TIMEOUT_MS }),
        slackApiUrl: values["slack-api"] ?? "https://slack.com/api/",
        timeoutMs: TIMEOUT_MS,
      }).groupMembers(handle),
    groups: services && [services.approvers.slackGroup, services.fallbackGroup],
    flags: ` --env ${environment} --region ${region}`,
  });
  for (const line of findingLines(findings)) say(line);
  return findings.every(({ state }) => state === "ok") ? 0 : 1;
}

function refuse(sentence: string): number {
  process.stderr.write(`${sentence}\n`);
  return 2;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
