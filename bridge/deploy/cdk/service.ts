import { Duration } from "aws-cdk-lib";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import { Peer, Port, SecurityGroup, SubnetType } from "aws-cdk-lib/aws-ec2";
import {
  AvailabilityZoneRebalancing,
  Cluster,
  ContainerInsights,
  FargateService,
  FargateTaskDefinition,
} from "aws-cdk-lib/aws-ecs";
import {
  type ApplicationListener,
  ApplicationLoadBalancer,
  ApplicationProtocol,
  ApplicationTargetGroup,
  SslPolicy,
} from "aws-cdk-lib/aws-elasticloadbalancingv2";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { container, ON_ARM } from "./container.ts";
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

/** How a new version comes in: a new task is in before an old one leaves, and one that does not come up is taken back. */
export const ROLLING = {
  minHealthyPercent: 100,
  maxHealthyPercent: 200,
  circuitBreaker: { enable: true, rollback: true },
  availabilityZoneRebalancing: AvailabilityZoneRebalancing.ENABLED,
  healthCheckGracePeriod: Duration.seconds(30),
  assignPublicIp: false,
  enableExecuteCommand: false,
};

interface Front {
  balancer: ApplicationLoadBalancer;
  listener: ApplicationListener;
  group: SecurityGroup;
}

/** The bridge: equal replicas behind two load balancers, one for the world and one for operators. */
export class Service extends Construct {
  readonly task: FargateTaskDefinition;
  readonly cluster: Cluster;
  readonly public: Front;
  readonly internal: Front;
  private readonly service: FargateService;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ServiceProps,
  ) {
    super(scope, id);
    this.task = this.createTask();
    this.cluster = new Cluster(this, "Cluster", {
      vpc: props.network.vpc,
      containerInsightsV2: ContainerInsights.ENABLED,
    });
    this.service = this.createService();
    this.public = this.createFront("Public", {
      internetFacing: true,
      from: ["0.0.0.0/0"],
      port: PUBLIC_PORT,
      health: "/health",
      certificate: props.settings.public.certificate,
    });
    this.internal = this.createFront("Internal", {
      internetFacing: false,
      from: props.settings.internal.allowedFrom,
      port: INTERNAL_PORT,
      health: "/ready",
      certificate: props.settings.internal.certificate,
    });
  }

  private createTask(): FargateTaskDefinition {
    const task = new FargateTaskDefinition(this, "Task", {
      cpu: 512,
      memoryLimitMiB: 1_024,
      runtimePlatform: ON_ARM,
    });
    task.addContainer(
      "Bridge",
      container(this, { ...this.props, name: "bridge", ports: [PUBLIC_PORT, INTERNAL_PORT] }),
    );
    return task;
  }

  private createService(): FargateService {
    const { settings, network } = this.props;
    return new FargateService(this, "Service", {
      ...ROLLING,
      cluster: this.cluster,
      taskDefinition: this.task,
      desiredCount: settings.replicas,
      vpcSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
      securityGroups: [network.bridgeGroup],
    });
  }

  private createFront(
    name: "Public" | "Internal",
    to: { internetFacing: boolean; from: string[]; port: number; health: string; certificate: string },
  ): Front {
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
    const listener = balancer.addListener("Https", {
      port: 443,
      protocol: ApplicationProtocol.HTTPS,
      sslPolicy: SslPolicy.TLS13_RES,
      certificates: [Certificate.fromCertificateArn(this, `${name}Certificate`, to.certificate)],
      open: false,
      defaultTargetGroups: [bridge],
    });
    return { balancer, listener, group };
  }
}
