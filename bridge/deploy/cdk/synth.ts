import { type App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { acknowledgeFindings } from "./acknowledged-findings.ts";
import { BridgeStack } from "./bridge-stack.ts";
import type { Settings } from "./settings.ts";

/** Adds one environment to the application; every finding of cdk-nag that is not acknowledged fails the synthesis. */
export function addEnvironment(app: App, settings: Settings): BridgeStack {
  const stack = new BridgeStack(app, settings);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  acknowledgeFindings(stack);
  return stack;
}
