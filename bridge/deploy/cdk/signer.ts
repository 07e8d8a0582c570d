import { Duration } from "aws-cdk-lib";
import { Peer, Port, SecurityGroup, SubnetType } from "aws-cdk-lib/aws-ec2";
import { FargateService, FargateTaskDefinition } from "aws-cdk-lib/aws-ecs";
import {
  ApplicationListenerRule,
  ApplicationProtocol,
  ApplicationTargetGroup,
  ListenerAction,
  ListenerCondition,
} from "aws-cdk-lib/aws-elasticloadbalancingv2";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Construct } from "constructs";
import { container, ON_ARM } from "./container.ts";
import type { Network } from "./network.ts";
import { ROLLING, type Service } from "./service.ts";
import type { Settings } from "./settings.ts";

const PORT = 8080;

/** The signer of the audit log: the same image with a role of its own, reached by the bridge through the internal load balancer. */
export class Signer extends Construct {
  readonly task: FargateTaskDefinition;

  constructor(
    scope: Construct,
    id: string,
    to: { settings: Settings; network: Network; key: IKey; bridge: Service; environment: Record<string, string> },
  ) {
    super(scope, id);
    const { network, bridge } = to;
    this.task = new FargateTaskDefinition(this, "Task", { cpu: 256, memoryLimitMiB: 512, runtimePlatform: ON_ARM });
    this.task.addContainer("Signer", {
      ...container(this, {
        ...to,
        name: "signer",
        environment: { ...to.environment, PORT: String(PORT) },
        ports: [PORT],
      }),
      command: ["node", "--enable-source-maps", "/app/signer.mjs"],
    });

    const group = new SecurityGroup(this, "Group", {
      vpc: network.vpc,
      description: "The audit signer: out by HTTPS only",
      allowAllOutbound: false,
    });
    group.addEgressRule(Peer.anyIpv4(), Port.tcp(443), "AWS");
    network.endpointGroup.addIngressRule(group, Port.tcp(443), "the audit signer");
    bridge.internal.group.addEgressRule(group, Port.tcp(PORT), "the audit signer");
    group.addIngressRule(bridge.internal.group, Port.tcp(PORT), "Internal load balancer");
    // The bridge asks by the internal name, as operators do.
    bridge.internal.group.addIngressRule(network.bridgeGroup, Port.tcp(443), "the bridge, for the audit signer");

    const service = new FargateService(this, "Service", {
      ...ROLLING,
      cluster: bridge.cluster,
      taskDefinition: this.task,
      // Two that race are one history: each size of the log is written once.
      desiredCount: 2,
      vpcSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
      securityGroups: [group],
    });
    const targets = new ApplicationTargetGroup(this, "Targets", {
      vpc: network.vpc,
      port: PORT,
      protocol: ApplicationProtocol.HTTP,
      targets: [service.loadBalancerTarget({ containerName: "Signer", containerPort: PORT })],
      deregistrationDelay: Duration.seconds(20),
      healthCheck: { path: "/health", interval: Duration.seconds(10), timeout: Duration.seconds(5) },
    });
    new ApplicationListenerRule(this, "Path", {
      listener: bridge.internal.listener,
      priority: 10,
      conditions: [ListenerCondition.pathPatterns(["/signer/*"])],
      action: ListenerAction.forward([targets]),
    });
  }
}
