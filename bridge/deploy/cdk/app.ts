import { fileURLToPath } from "node:url";
import { App } from "aws-cdk-lib";
import { readSettings, SettingsError } from "./settings.ts";
import { addEnvironment } from "./synth.ts";

/** `cdk synth` and `cdk deploy` start here; `-c env=staging` means environments/staging.yaml. */
const app = new App({ analyticsReporting: false });
try {
  const name = String(app.node.tryGetContext("env") ?? "");
  if (!/^[a-z0-9-]{1,40}$/.test(name)) throw new SettingsError("Say which environment: -c env=staging");
  addEnvironment(app, readSettings(fileURLToPath(new URL(`./environments/${name}.yaml`, import.meta.url))));
  app.synth();
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
