import {
  FlowLogDestination,
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  IpAddresses,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from "aws-cdk-lib/aws-ec2";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type { Settings } from "./settings.ts";

/** A network of its own: the bridge sits in private subnets, AWS is reached inside it, everything else by HTTPS only. */
export class Network extends Construct {
  readonly vpc: Vpc;
  /** What the bridge may reach: nothing but port 443. */
  readonly bridgeGroup: SecurityGroup;
  /** Before the endpoints of AWS: whoever is to reach them is let in here. */
  readonly endpointGroup: SecurityGroup;

  constructor(scope: Construct, id: string, { settings, key }: { settings: Settings; key: IKey }) {
    super(scope, id);
    this.vpc = new Vpc(this, "Vpc", {
      ipAddresses: IpAddresses.cidr(settings.vpcCidr),
      maxAzs: settings.availabilityZones.length,
      // A zone that is lost must not take the other one's way out with it; staging can bear that.
      natGateways: settings.environment === "production" ? settings.availabilityZones.length : 1,
      subnetConfiguration: [
        { name: "public", subnetType: SubnetType.PUBLIC, cidrMask: 26, mapPublicIpOnLaunch: false },
        { name: "private", subnetType: SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 24 },
      ],
      restrictDefaultSecurityGroup: false,
    });
    this.vpc.addFlowLog("Flows", {
      destination: FlowLogDestination.toCloudWatchLogs(
        new LogGroup(this, "FlowLogs", { retention: RetentionDays.THREE_MONTHS, encryptionKey: key }),
      ),
    });
    this.bridgeGroup = new SecurityGroup(this, "BridgeGroup", {
      vpc: this.vpc,
      description: "The bridge: out by HTTPS only",
      allowAllOutbound: false,
    });
    this.bridgeGroup.addEgressRule(Peer.anyIpv4(), Port.tcp(443), "vendors, Slack and AWS");
    this.endpointGroup = this.addEndpoints();
  }

  /** AWS is asked without leaving the network. */
  private addEndpoints(): SecurityGroup {
    this.vpc.addGatewayEndpoint("DynamoDb", { service: GatewayVpcEndpointAwsService.DYNAMODB });
    this.vpc.addGatewayEndpoint("S3", { service: GatewayVpcEndpointAwsService.S3 });
    const group = new SecurityGroup(this, "EndpointGroup", {
      vpc: this.vpc,
      description: "AWS endpoints: reached by our own services only",
      allowAllOutbound: false,
    });
    group.addIngressRule(this.bridgeGroup, Port.tcp(443), "the bridge");
    const services = {
      SecretsManager: InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
      BedrockRuntime: InterfaceVpcEndpointAwsService.BEDROCK_RUNTIME,
      Kms: InterfaceVpcEndpointAwsService.KMS,
      Logs: InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
      Registry: InterfaceVpcEndpointAwsService.ECR_DOCKER,
      RegistryApi: InterfaceVpcEndpointAwsService.ECR,
    };
    for (const [name, service] of Object.entries(services)) {
      this.vpc.addInterfaceEndpoint(name, { service, securityGroups: [group], open: false });
    }
    return group;
  }
}
