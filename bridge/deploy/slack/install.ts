import type { SecretSpec } from "../secrets/catalogue.ts";
import type { SecretStore } from "../secrets/store.ts";
import { type GivenValues, seedSecrets } from "../secrets/tend.ts";
import { readBridgeHost, writeBridgeHost } from "./bridge-host-file.ts";
import { companionManifest, createAppLink } from "./companion-manifest.ts";
import type { SlackCli } from "./slack-cli.ts";
import { ensureTriggers, triggersSecret } from "./triggers.ts";

export interface InstallDeps {
  cli: SlackCli;
  store: SecretStore;
  specs: readonly SecretSpec[];
  given: GivenValues;
  environment: string;
  /** Of the repository. */
  root: string;
  /** What was asked for on the command line, if anything. */
  bridgeHost: string | undefined;
  /** Callback ids of the steps that Workflow Builder offers. */
  steps: readonly string[];
  say(line: string): void;
}

/**
 * Installs Slack's half in the one order that works. Every step first looks whether it is done, so a run that stopped is
 * simply started again. Answers what a person must do before the next run, or undefined when nothing is left.
 * @throws SlackCliError
 */
export async function install(deps: InstallDeps): Promise<string | undefined> {
  const { cli, store, specs, given, environment, root, say } = deps;

  // 1. The one host the functions may call. Slack's admins approve it, so it stands in the sources.
  const file = `${root}/slack-app/bridge-host.ts`;
  if (deps.bridgeHost !== undefined && !writeBridgeHost(file, deps.bridgeHost)) {
    return `Slack takes no host like "${deps.bridgeHost}": lower case, at most 50 characters, no scheme, no port.`;
  }
  const host = readBridgeHost(file);
  if (host === undefined) return "Name the public host of your bridge: --bridge-host bridge.your-company.com";
  say(`the bridge is ${host}`);

  // 2. The key that both halves share, and the companion app's credentials.
  const wanted = specs.filter(({ name }) => name === "slack-functions" || name === "slack-companion");
  for (const { name, state, note } of await seedSecrets(wanted, store, given, environment)) {
    if (state === "written" || state === "kept") {
      say(`the secret ${name} is ${state}`);
      continue;
    }
    if (name !== "slack-companion" || state !== "missing") return `The secret ${name} is ${state}: ${note}`;
    const link = createAppLink(companionManifest({ bridgeUrl: `https://${host}` }));
    return [
      "Create the companion app (it carries the slash command):",
      `1. Open ${link}`,
      "   If Slack does not fill it in, paste what `npm run slack -- companion-manifest` prints.",
      "2. Install it, and invite its bot to the alerts, announcement and operations channels.",
      "3. Put its signing secret and bot token into values.yaml (`npm run secrets -- template`) and run this again with --from values.yaml.",
    ].join("\n");
  }
  const key = await store.read("slack-functions");
  if (key === undefined) return "The secret slack-functions has no value. Deploy the stack first: docs/deploy.md";

  // 3. The hosted app, and what its functions must know. The app must exist before it can be told.
  await cli.run("deploy", "--hide-triggers");
  say("the hosted app is deployed");
  await cli.run("env", "add", "BRIDGE_BASE_URL", `https://${host}`);
  await cli.run("env", "add", "BRIDGE_SHARED_SECRET", key);
  say("the hosted app knows its bridge");

  // 4. Triggers, and their addresses where the bridge reads them.
  const triggers = triggersSecret(await ensureTriggers(cli, root, say));
  if ((await store.read("slack-triggers")) !== triggers && !(await store.write("slack-triggers", triggers))) {
    return "There is no entry for the secret slack-triggers. Deploy the stack first: docs/deploy.md";
  }
  say("the bridge knows the triggers");

  // 5. Steps for everybody who makes workflows. Slack applies a grant only at the next deploy.
  for (const step of deps.steps) await cli.run("function", "access", "--name", step, "--everyone", "--grant");
  await cli.run("deploy", "--hide-triggers");
  say(`${deps.steps.length} steps are offered in Workflow Builder`);
  return undefined;
}
