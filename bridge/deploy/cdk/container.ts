import { fileURLToPath } from "node:url";
import { Duration } from "aws-cdk-lib";
import { Platform } from "aws-cdk-lib/aws-ecr-assets";
import {
  type ContainerDefinitionOptions,
  ContainerImage,
  Protocol as ContainerProtocol,
  CpuArchitecture,
  LogDrivers,
  OperatingSystemFamily,
} from "aws-cdk-lib/aws-ecs";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import type { Settings } from "./settings.ts";

export const ON_ARM = { cpuArchitecture: CpuArchitecture.ARM64, operatingSystemFamily: OperatingSystemFamily.LINUX };

/** The one image, run without rights on a file system that it cannot write. Its first port answers `/health`. */
export function container(
  scope: Construct,
  to: {
    name: string;
    settings: Settings;
    key: IKey;
    environment: Record<string, string>;
    ports: [number, ...number[]];
  },
): ContainerDefinitionOptions {
  return {
    image: ContainerImage.fromAsset(fileURLToPath(new URL("../../../", import.meta.url)), {
      file: "bridge/deploy/image/Dockerfile",
      buildArgs: { SERVICES_FILE: to.settings.servicesFile },
      platform: Platform.LINUX_ARM64,
      // Only what the image is made of: a changed test must not be a new deploy.
      exclude: [
        "*",
        "!package.json",
        "!package-lock.json",
        "!.npmrc",
        "!bridge",
        "!shared",
        `!${to.settings.servicesFile}`,
      ],
    }),
    environment: { ...to.environment, AWS_EC2_METADATA_DISABLED: "true" },
    readonlyRootFilesystem: true,
    user: "1000:1000",
    privileged: false,
    stopTimeout: Duration.seconds(30),
    portMappings: to.ports.map((containerPort) => ({ containerPort, protocol: ContainerProtocol.TCP })),
    healthCheck: {
      // Node itself asks: the image needs no curl.
      command: ["CMD", "node", "/app/is-healthy.mjs", String(to.ports[0])],
      interval: Duration.seconds(10),
      timeout: Duration.seconds(5),
      retries: 3,
      startPeriod: Duration.seconds(15),
    },
    logging: LogDrivers.awsLogs({
      streamPrefix: to.name,
      logGroup: new LogGroup(scope, "Logs", { retention: RetentionDays.ONE_YEAR, encryptionKey: to.key }),
    }),
  };
}
