import { CfnOutput, Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import { type IRole, PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { type IKey, Key } from "aws-cdk-lib/aws-kms";
import { BlockPublicAccess, Bucket, BucketEncryption } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import { CheckpointBucket } from "./checkpoint-bucket.ts";
import { Network } from "./network.ts";
import { Relay } from "./relay.ts";
import { SecretEntries } from "./secret-entries.ts";
import { INTERNAL_PORT, PUBLIC_PORT, Service } from "./service.ts";
import type { Settings } from "./settings.ts";
import { Signer } from "./signer.ts";
import { SigningKey } from "./signing-key.ts";
import { Tables } from "./tables.ts";

/** What the relay reads; the bridge reads all others. */
const RELAY_SECRETS = ["oncall-relay-authorization", "oncall-webhook"] as const;

/** All of one environment: network, tables, checkpoint bucket, secrets, bridge and relay. */
export class BridgeStack extends Stack {
  /** The environment of the bridge's container, for a test to read with the bridge's own parser. */
  readonly bridgeEnvironment: Record<string, string>;
  /** The same of the signer's container; empty where the bridge signs by itself. */
  signerEnvironment: Record<string, string> = {};

  constructor(
    scope: Construct,
    private readonly settings: Settings,
  ) {
    super(scope, `incident-response-${settings.environment}`, {
      env: { account: settings.account, region: settings.region },
      terminationProtection: settings.environment === "production",
      description: "incident-response: the bridge, its tables and its checkpoints",
      tags: { project: "incident-response", environment: settings.environment },
    });
    const key = new Key(this, "Key", {
      description: `incident-response ${settings.environment}`,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    // Log groups are encrypted by the service on our behalf.
    key.grantEncryptDecrypt(new ServicePrincipal(`logs.${settings.region}.amazonaws.com`));

    // Load balancers can write to S3-managed encryption only.
    const accessLogs = new Bucket(this, "AccessLogs", {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      lifecycleRules: [{ expiration: Duration.days(400) }],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const network = new Network(this, "Network", { settings, key });
    const tables = new Tables(this, "Tables", { key });
    const checkpoints = new CheckpointBucket(this, "Checkpoints", {
      key,
      retentionDays: settings.checkpointRetentionDays,
      accessLogs,
    });
    const secrets = new SecretEntries(this, "Secrets", { environment: settings.environment, key });
    const signing =
      settings.auditKey === "kms" ? new SigningKey(this, "Signing", { environment: settings.environment }) : undefined;
    const publicUrl = `https://${settings.public.domain}`;

    this.bridgeEnvironment = {
      AUDIT_ORIGIN: `incident-response/${settings.environment}`,
      ...settings.bridge,
      NODE_ENV: "production",
      PORT: String(PUBLIC_PORT),
      INTERNAL_PORT: String(INTERNAL_PORT),
      PUBLIC_BASE_URL: publicUrl,
      // Both load balancers stand in this network, and nobody but them reaches the bridge (security group).
      TRUSTED_PROXIES: settings.vpcCidr,
      AWS_REGION: settings.region,
      LEDGER_TABLE: tables.ledger.tableName,
      INDEX_TABLE: tables.index.tableName,
      SECRETS_PREFIX: secrets.prefix,
      SERVICES_FILE: "/app/services.yaml",
      CHECKPOINT_BUCKET: checkpoints.bucket.bucketName,
      ...(signing
        ? { AUDIT_SIGNING_KEY: signing.setting, AUDIT_SIGNER_URL: `https://${settings.internal.domain}` }
        : {}),
    };
    const service = new Service(this, "Bridge", {
      settings,
      network,
      key,
      accessLogs,
      environment: this.bridgeEnvironment,
    });
    tables.grantBridge(service.task.taskRole);
    if (signing) {
      checkpoints.grantRead(service.task.taskRole);
      signing.grantRead(service.task.taskRole);
      const signer = this.addSigner({ settings, network, key, bridge: service });
      tables.grantSigner(signer);
      checkpoints.grantAdd(signer);
      signing.grantSignOnlyTo(signer);
      const data = { actions: ["kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey"], resources: [key.keyArn] };
      signer.addToPrincipalPolicy(new PolicyStatement(data));
      const callers = secrets.arns((name) => name === "audit-signer-callers");
      signer.addToPrincipalPolicy(
        new PolicyStatement({ actions: ["secretsmanager:GetSecretValue"], resources: callers }),
      );
    } else {
      checkpoints.grantAdd(service.task.taskRole);
    }
    service.task.addToTaskRolePolicy(
      new PolicyStatement({
        actions: [
          "kms:Decrypt",
          "kms:Encrypt",
          "kms:GenerateDataKey",
          "kms:ReEncryptFrom",
          "kms:ReEncryptTo",
          "kms:DescribeKey",
        ],
        resources: [key.keyArn],
      }),
    );
    service.task.addToTaskRolePolicy(
      new PolicyStatement({
        actions: ["secretsmanager:GetSecretValue"],
        // A seed that nothing signs with is nobody's to read.
        resources: secrets.arns((name) => name !== RELAY_SECRETS[0] && !(signing && name === "audit-signer")),
      }),
    );
    this.allowModels(service, settings);

    const relay = new Relay(this, "Relay", {
      key,
      bridgeUrl: publicUrl,
      secretsPrefix: secrets.prefix,
      secretArns: secrets.arns((name) => (RELAY_SECRETS as readonly string[]).includes(name)),
    });
    new CfnOutput(this, "PublicAddress", { value: service.public.balancer.loadBalancerDnsName });
    new CfnOutput(this, "InternalAddress", { value: service.internal.balancer.loadBalancerDnsName });
    new CfnOutput(this, "OnCallWebhook", { value: relay.url.url });
    new CfnOutput(this, "LedgerTable", { value: tables.ledger.tableName });
    new CfnOutput(this, "IndexTable", { value: tables.index.tableName });
    new CfnOutput(this, "CheckpointBucket", { value: checkpoints.bucket.bucketName });
  }

  /** Written down in the settings: the default asks AWS, and a template must come out the same without a network. */
  override get availabilityZones(): string[] {
    return this.settings.availabilityZones;
  }

  /** @returns its role, which alone may sign */
  private addSigner(to: { settings: Settings; network: Network; key: IKey; bridge: Service }): IRole {
    const shared = [
      "NODE_ENV",
      "TRUSTED_PROXIES",
      "AWS_REGION",
      "LEDGER_TABLE",
      "SECRETS_PREFIX",
      "CHECKPOINT_BUCKET",
      "AUDIT_ORIGIN",
      "AUDIT_SIGNING_KEY",
      "AUDIT_SIGNER_URL",
    ];
    this.signerEnvironment = Object.fromEntries(
      Object.entries(this.bridgeEnvironment).filter(([name]) => shared.includes(name)),
    );
    return new Signer(this, "Signer", { ...to, environment: this.signerEnvironment }).task.taskRole;
  }

  /** Only the configured profiles, and their models only through them. */
  private allowModels(service: Service, { bedrock, region, account }: Settings): void {
    if (!bedrock) return;
    const profiles = bedrock.profiles.map((id) => `arn:aws:bedrock:${region}:${account}:inference-profile/${id}`);
    const models = bedrock.regions.flatMap((at) =>
      bedrock.models.map((id) => `arn:aws:bedrock:${at}::foundation-model/${id}`),
    );
    service.task.addToTaskRolePolicy(
      new PolicyStatement({ actions: ["bedrock:InvokeModel", "bedrock:GetInferenceProfile"], resources: profiles }),
    );
    service.task.addToTaskRolePolicy(
      new PolicyStatement({
        actions: ["bedrock:InvokeModel"],
        resources: models,
        conditions: { ArnLike: { "bedrock:InferenceProfileArn": profiles } },
      }),
    );
    service.task.addToTaskRolePolicy(
      // Has no resource to name: it is a setting of the account in a region.
      new PolicyStatement({ actions: ["bedrock:GetModelInvocationLoggingConfiguration"], resources: ["*"] }),
    );
  }
}
