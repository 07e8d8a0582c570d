import { fileURLToPath } from "node:url";
import { Duration } from "aws-cdk-lib";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import { Peer, Port, SecurityGroup, SubnetType } from "aws-cdk-lib/aws-ec2";
import { Platform } from "aws-cdk-lib/aws-ecr-assets";
import {
  AvailabilityZoneRebalancing,
  Cluster,
  ContainerImage,
  ContainerInsights,
  Protocol as ContainerProtocol,
  CpuArchitecture,
  FargateService,
  FargateTaskDefinition,
  LogDrivers,
  OperatingSystemFamily,
} from "aws-cdk-lib/aws-ecs";
import {
  ApplicationLoadBalancer,
  ApplicationProtocol,
  ApplicationTargetGroup,
  SslPolicy,
} from "aws-cdk-lib/aws-elasticloadbalancingv2";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import type { Network } from "./network.ts";
import type { Settings } from "./settings.ts";

export const PUBLIC_PORT = 8080;
export const INTERNAL_PORT = 8081;
/** The bridge ends its work within 10 s of SIGTERM; the load balancer must have let go of it by then. */
const DRAIN_SECONDS = 20;

export interface ServiceProps {
  settings: Settings;
  network: Network;
  key: IKey;
  accessLogs: IBucket;
  environment: Record<string, string>;
}

/** The bridge: equal replicas behind two load balancers, one for the world and one for operators. */
export class Service extends Construct {
  readonly task: FargateTaskDefinition;
  readonly publicBalancer: ApplicationLoadBalancer;
  readonly internalBalancer: ApplicationLoadBalancer;
  private readonly service: FargateService;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ServiceProps,
  ) {
    super(scope, id);
    this.task = this.createTask();
    this.service = this.createService();
    this.publicBalancer = this.createBalancer("Public", {
      internetFacing: true,
      from: ["0.0.0.0/0"],
      port: PUBLIC_PORT,
      health: "/health",
      certificate: props.settings.public.certificate,
    });
    this.internalBalancer = this.createBalancer("Internal", {
      internetFacing: false,
      from: props.settings.internal.allowedFrom,
      port: INTERNAL_PORT,
      health: "/ready",
      certificate: props.settings.internal.certificate,
    });
  }

  private createTask(): FargateTaskDefinition {
    const { settings, key, environment } = this.props;
    const task = new FargateTaskDefinition(this, "Task", {
      cpu: 512,
      memoryLimitMiB: 1_024,
      runtimePlatform: { cpuArchitecture: CpuArchitecture.ARM64, operatingSystemFamily: OperatingSystemFamily.LINUX },
    });
    task.addContainer("Bridge", {
      image: ContainerImage.fromAsset(fileURLToPath(new URL("../../../", import.meta.url)), {
        file: "bridge/deploy/image/Dockerfile",
        buildArgs: { SERVICES_FILE: settings.servicesFile },
        platform: Platform.LINUX_ARM64,
        // Only what the image is made of: a changed test must not be a new deploy.
        exclude: [
          "*",
          "!package.json",
          "!package-lock.json",
          "!.npmrc",
          "!bridge",
          "!shared",
          `!${settings.servicesFile}`,
        ],
      }),
      environment: { ...environment, AWS_EC2_METADATA_DISABLED: "true" },
      readonlyRootFilesystem: true,
      user: "1000:1000",
      privileged: false,
      stopTimeout: Duration.seconds(30),
      portMappings: [PUBLIC_PORT, INTERNAL_PORT].map((containerPort) => ({
        containerPort,
        protocol: ContainerProtocol.TCP,
      })),
      healthCheck: {
        // Node itself asks: the image needs no curl.
        command: ["CMD", "node", "/app/is-healthy.mjs", String(PUBLIC_PORT)],
        interval: Duration.seconds(10),
        timeout: Duration.seconds(5),
        retries: 3,
        startPeriod: Duration.seconds(15),
      },
      logging: LogDrivers.awsLogs({
        streamPrefix: "bridge",
        logGroup: new LogGroup(this, "Logs", { retention: RetentionDays.ONE_YEAR, encryptionKey: key }),
      }),
    });
    return task;
  }

  private createService(): FargateService {
    const { settings, network } = this.props;
    const cluster = new Cluster(this, "Cluster", {
      vpc: network.vpc,
      containerInsightsV2: ContainerInsights.ENABLED,
    });
    return new FargateService(this, "Service", {
      cluster,
      taskDefinition: this.task,
      desiredCount: settings.replicas,
      // A new task is in before an old one leaves, and a version that does not come up is taken back.
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      circuitBreaker: { enable: true, rollback: true },
      availabilityZoneRebalancing: AvailabilityZoneRebalancing.ENABLED,
      healthCheckGracePeriod: Duration.seconds(30),
      assignPublicIp: false,
      vpcSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
      securityGroups: [network.bridgeGroup],
      enableExecuteCommand: false,
    });
  }

  private createBalancer(
    name: "Public" | "Internal",
    to: { internetFacing: boolean; from: string[]; port: number; health: string; certificate: string },
  ): ApplicationLoadBalancer {
    const { network, accessLogs } = this.props;
    const group = new SecurityGroup(this, `${name}Group`, {
      vpc: network.vpc,
      description: `${name} load balancer: in by HTTPS, out to the bridge`,
      allowAllOutbound: false,
    });
    for (const range of to.from) group.addIngressRule(Peer.ipv4(range), Port.tcp(443), "HTTPS");
    group.addEgressRule(network.bridgeGroup, Port.tcp(to.port), "the bridge");
    network.bridgeGroup.addIngressRule(group, Port.tcp(to.port), `${name} load balancer`);
    const balancer = new ApplicationLoadBalancer(this, `${name}Balancer`, {
      vpc: network.vpc,
      internetFacing: to.internetFacing,
      securityGroup: group,
      dropInvalidHeaderFields: true,
      deletionProtection: true,
      // Longer than the longest answer: a claim holds the line for 10 s and may take 20.
      idleTimeout: Duration.seconds(60),
    });
    balancer.logAccessLogs(accessLogs, `balancer/${name.toLowerCase()}`);
    const bridge = new ApplicationTargetGroup(this, `${name}Targets`, {
      vpc: network.vpc,
      port: to.port,
      protocol: ApplicationProtocol.HTTP,
      targets: [this.service.loadBalancerTarget({ containerName: "Bridge", containerPort: to.port })],
      deregistrationDelay: Duration.seconds(DRAIN_SECONDS),
      healthCheck: {
        path: to.health,
        interval: Duration.seconds(10),
        timeout: Duration.seconds(5),
        healthyThresholdCount: 2,
        unhealthyThresholdCount: 3,
      },
    });
    balancer.addListener("Https", {
      port: 443,
      protocol: ApplicationProtocol.HTTPS,
      sslPolicy: SslPolicy.TLS13_RES,
      certificates: [Certificate.fromCertificateArn(this, `${name}Certificate`, to.certificate)],
      open: false,
      defaultTargetGroups: [bridge],
    });
    return balancer;
  }
}
