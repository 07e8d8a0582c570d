import { fileURLToPath } from "node:url";
import { Duration } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Architecture, type FunctionUrl, FunctionUrlAuthType, Runtime } from "aws-cdk-lib/aws-lambda";
import { LogLevel, NodejsFunction, OutputFormat } from "aws-cdk-lib/aws-lambda-nodejs";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

export interface RelayProps {
  key: IKey;
  bridgeUrl: string;
  secretsPrefix: string;
  secretArns: readonly string[];
}

/** Signs what OnCall sends: OnCall itself can only send a fixed header. Outside the network, with an address of its own. */
export class Relay extends Construct {
  readonly url: FunctionUrl;

  constructor(scope: Construct, id: string, { key, bridgeUrl, secretsPrefix, secretArns }: RelayProps) {
    super(scope, id);
    const relay = new NodejsFunction(this, "Function", {
      entry: path("../oncall-relay/lambda.ts"),
      depsLockFilePath: path("../../../package-lock.json"),
      projectRoot: path("../../../"),
      handler: "handler",
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 256,
      // The relay waits longer than OnCall does, on purpose: see its HANG_MS.
      timeout: Duration.seconds(15),
      reservedConcurrentExecutions: 20,
      environment: { SECRETS_PREFIX: secretsPrefix, BRIDGE_BASE_URL: bridgeUrl },
      environmentEncryption: key,
      logGroup: new LogGroup(this, "Logs", { retention: RetentionDays.THREE_MONTHS, encryptionKey: key }),
      bundling: {
        format: OutputFormat.ESM,
        // The SDK that was tested is the SDK that runs.
        bundleAwsSDK: true,
        minify: true,
        logLevel: LogLevel.ERROR,
        banner: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
      },
    });
    relay.addToRolePolicy(
      new PolicyStatement({ actions: ["secretsmanager:GetSecretValue"], resources: [...secretArns] }),
    );
    // OnCall cannot sign for AWS; the relay checks the header OnCall was given.
    this.url = relay.addFunctionUrl({ authType: FunctionUrlAuthType.NONE });
  }
}
