import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { App } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { beforeAll, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { readSignerConfig, SignerConfig } from "../../../bridge/audit/signer/signer-config.ts";
import { ACKNOWLEDGED } from "../../../bridge/deploy/cdk/acknowledged-findings.ts";
import type { BridgeStack } from "../../../bridge/deploy/cdk/bridge-stack.ts";
import { readSettings, Settings } from "../../../bridge/deploy/cdk/settings.ts";
import { addEnvironment } from "../../../bridge/deploy/cdk/synth.ts";
import { REWRITING } from "../../../bridge/deploy/cdk/tables.ts";
import { SECRET_CATALOGUE } from "../../../bridge/deploy/secrets/catalogue.ts";
import { BridgeConfig, readConfig } from "../../../bridge/platform/config.ts";
import { temporaryFile } from "../../support/temporary-file.ts";

const EXAMPLE = fileURLToPath(new URL("../../../bridge/deploy/cdk/environments/example.yaml", import.meta.url));

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: unknown;
  Condition?: unknown;
}

let template: Template;
let stack: BridgeStack;
let production: Template;
let seeded: Template;
let seededStack: BridgeStack;

beforeAll(() => {
  const build = (change: object) => {
    const built = addEnvironment(new App(), Settings.parse({ ...parse(readFileSync(EXAMPLE, "utf8")), ...change }));
    return { stack: built, template: Template.fromStack(built) };
  };
  ({ stack, template } = build({}));
  production = build({ environment: "production" }).template;
  ({ stack: seededStack, template: seeded } = build({ auditKey: "secret" }));
}, 60_000);

/** All policy statements of roles whose logical id begins so. */
function statementsOf(prefix: string, of = template): Statement[] {
  return Object.entries(of.findResources("AWS::IAM::Policy"))
    .filter(([id]) => id.startsWith(prefix))
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement as Statement[]);
}
const bridge = () => statementsOf("BridgeTaskTaskRole");
const signer = () => statementsOf("SignerTaskTaskRole");
const roleOf = (service: string) =>
  Object.keys(template.findResources("AWS::IAM::Role")).find((id) => id.startsWith(`${service}TaskTaskRole`));
const actions = ({ Action }: Statement) => [Action].flat();
const allowed = (action: string) =>
  bridge().filter((statement) => statement.Effect === "Allow" && actions(statement).includes(action));

describe("the ledger", () => {
  it("is recoverable to any second, cannot be deleted, and expires nothing", () => {
    for (const table of Object.values(template.findResources("AWS::DynamoDB::Table"))) {
      expect(table.DeletionPolicy).toBe("Retain");
      expect(table.Properties).toMatchObject({
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: { SSEEnabled: true, SSEType: "KMS" },
      });
      expect(table.Properties).not.toHaveProperty("TimeToLiveSpecification");
    }
  });

  it("denies updating and deleting to every role of the account", () => {
    template.hasResourceProperties("AWS::DynamoDB::Table", {
      ResourcePolicy: {
        PolicyDocument: {
          Statement: [Match.objectLike({ Effect: "Deny", Action: REWRITING, Principal: { AWS: "*" } })],
        },
      },
    });
  });

  it("may be put to and read by the bridge, and nothing else", () => {
    const ledger = Object.keys(template.findResources("AWS::DynamoDB::Table")).find((id) => id.includes("Ledger"));
    const mine = bridge().filter(
      ({ Resource }) => JSON.stringify(Resource) === JSON.stringify({ "Fn::GetAtt": [ledger, "Arn"] }),
    );
    expect(mine.map((statement) => [statement.Effect, actions(statement)])).toEqual([
      ["Allow", ["dynamodb:PutItem", "dynamodb:Query", "dynamodb:GetItem", "dynamodb:Scan", "dynamodb:DescribeTable"]],
      ["Deny", REWRITING],
    ]);
  });
});

describe("checkpoints", () => {
  it("lie under a compliance lock that outlasts the observation period", () => {
    template.hasResourceProperties("AWS::S3::Bucket", {
      ObjectLockEnabled: true,
      VersioningConfiguration: { Status: "Enabled" },
      ObjectLockConfiguration: {
        ObjectLockEnabled: "Enabled",
        Rule: { DefaultRetention: { Mode: "COMPLIANCE", Days: 400 } },
      },
    });
  });

  it("may be read by the bridge and added by the signer, never deleted", () => {
    const onLog = (statements: Statement[]) =>
      statements
        .flatMap(actions)
        .filter((action) => action.startsWith("s3:"))
        .toSorted();
    expect(onLog(bridge())).toEqual(["s3:GetObject", "s3:ListBucket"]);
    expect(onLog(signer())).toEqual(["s3:GetObject", "s3:ListBucket", "s3:PutObject"]);
    expect(onLog(statementsOf("BridgeTaskTaskRole", seeded))).toEqual(onLog(signer()));
  });
});

describe("the key that signs the audit log", () => {
  const signing = (of = template) =>
    Object.entries(of.findResources("AWS::KMS::Key")).filter(
      ([, { Properties }]) => Properties.KeyUsage === "SIGN_VERIFY",
    );

  it("is an Ed25519 key that never leaves KMS and outlives the stack", () => {
    expect(signing().map(([, { Properties, DeletionPolicy }]) => [Properties.KeySpec, DeletionPolicy])).toEqual([
      ["ECC_NIST_EDWARDS25519", "Retain"],
    ]);
    expect(stack.resolve(stack.bridgeEnvironment.AUDIT_SIGNING_KEY)).toEqual({
      "Fn::Join": ["", ["kms:", { "Fn::GetAtt": [signing()[0]?.[0], "Arn"] }]],
    });
  });

  it("signs for one role, denied to every other whatever its policy says, and is never deleted", () => {
    const policies = signing().flatMap(([, { Properties }]) => Properties.KeyPolicy.Statement as Statement[]);
    const denied = policies.filter(({ Effect }) => Effect === "Deny");
    expect(denied.map(({ Action, Condition }) => [Action, Condition])).toEqual([
      ["kms:ScheduleKeyDeletion", undefined],
      ["kms:Sign", { ArnNotEquals: { "aws:PrincipalArn": { "Fn::GetAtt": [roleOf("Signer"), "Arn"] } } }],
    ]);
    const signers = Object.entries(template.findResources("AWS::IAM::Policy")).filter(([, { Properties }]) =>
      (Properties.PolicyDocument.Statement as Statement[]).flatMap(actions).includes("kms:Sign"),
    );
    expect(signers.flatMap(([, { Properties }]) => Properties.Roles)).toEqual([{ Ref: roleOf("Signer") }]);
    expect(allowed("kms:GetPublicKey").flatMap(actions)).toEqual(["kms:GetPublicKey"]);
  });

  it("is the seed in the secret where the settings say so", () => {
    expect(signing(seeded)).toEqual([]);
    expect(statementsOf("SignerTaskTaskRole", seeded)).toEqual([]);
    expect(JSON.stringify(seeded.toJSON())).not.toMatch(/AUDIT_SIGNING_KEY|kms:Sign"/);
    expect(JSON.stringify(statementsOf("BridgeTaskTaskRole", seeded))).toContain("staging/audit-signer-");
  });
});

describe("the signer", () => {
  it("reads the ledger, adds to the log, has the key sign, and may do nothing else", () => {
    expect(signer().every(({ Effect }) => Effect === "Allow")).toBe(true);
    expect(signer().flatMap(actions).toSorted()).toEqual([
      "dynamodb:Query",
      "kms:Decrypt",
      "kms:DescribeKey",
      "kms:GenerateDataKey",
      "kms:GetPublicKey",
      "kms:Sign",
      "s3:GetObject",
      "s3:ListBucket",
      "s3:PutObject",
      "secretsmanager:GetSecretValue",
    ]);
    const secrets = signer().filter((statement) => actions(statement).includes("secretsmanager:GetSecretValue"));
    expect(JSON.stringify(secrets).match(/staging\/[a-z-]+/g)).toEqual(["staging/audit-signer-callers-"]);
  });

  it("runs twice, from the bridge's image, and is reached below /signer on the internal load balancer only", () => {
    const services = Object.entries(template.findResources("AWS::ECS::Service"));
    expect(services.map(([, { Properties }]) => Properties.DesiredCount)).toEqual([2, 2]);
    const tasks = Object.values(template.findResources("AWS::ECS::TaskDefinition"));
    const images = tasks.map(({ Properties }) => Properties.ContainerDefinitions[0].Image);
    expect(images[0]).toEqual(images[1]);
    expect(tasks.map(({ Properties }) => Properties.ContainerDefinitions[0].Command)).toContainEqual([
      "node",
      "--enable-source-maps",
      "/app/signer.mjs",
    ]);
    const [internal] = Object.keys(template.findResources("AWS::ElasticLoadBalancingV2::Listener")).filter((id) =>
      id.includes("Internal"),
    );
    const rules = Object.values(template.findResources("AWS::ElasticLoadBalancingV2::ListenerRule"));
    expect(rules.map(({ Properties }) => [Properties.ListenerArn, Properties.Conditions])).toEqual([
      [{ Ref: internal }, [{ Field: "path-pattern", PathPatternConfig: { Values: ["/signer/*"] } }]],
    ]);
  });

  it("gets an environment that it accepts, and no variable that it does not know; the bridge knows where it is", () => {
    const env = made(stack.signerEnvironment);
    expect(() => readSignerConfig(env)).not.toThrow();
    const known = new Set([...Object.keys(SignerConfig.shape), "NODE_ENV"]);
    expect(Object.keys(env).filter((name) => !known.has(name))).toEqual([]);
    expect(env.AUDIT_SIGNER_URL).toBe(stack.bridgeEnvironment.AUDIT_SIGNER_URL);
    expect(seededStack.bridgeEnvironment).not.toHaveProperty("AUDIT_SIGNER_URL");
  });
});

describe("the bridge's role", () => {
  it("reads the secrets of its own environment, one by one, and no other's", () => {
    const arns = allowed("secretsmanager:GetSecretValue").flatMap(({ Resource }) => [Resource].flat());
    const names = arns.map((arn) => JSON.stringify(arn).match(/secret:([^"?]+)-\?{6}/)?.[1]);
    expect(names.toSorted()).toEqual(
      SECRET_CATALOGUE.map(({ name }) => name)
        .filter((name) => name !== "oncall-relay-authorization" && name !== "audit-signer")
        .map((name) => `incident-response/staging/${name}`)
        .toSorted(),
    );
    expect(JSON.stringify(template.toJSON())).not.toContain("incident-response/production");
    expect(JSON.stringify(production.toJSON())).not.toContain("incident-response/staging");
  });

  it("calls the configured models, through the configured profile only", () => {
    const invoking = allowed("bedrock:InvokeModel");
    const direct = invoking.filter(({ Condition }) => Condition === undefined);
    const behind = invoking.filter(({ Condition }) => Condition !== undefined);
    const profile = "arn:aws:bedrock:eu-north-1:111122223333:inference-profile/eu.anthropic.claude-sonnet-5-5";
    expect(direct.flatMap(({ Resource }) => [Resource].flat())).toEqual([profile]);
    expect(behind.map(({ Condition }) => Condition)).toEqual([
      { ArnLike: { "bedrock:InferenceProfileArn": [profile] } },
    ]);
    expect(JSON.stringify(invoking)).not.toContain('"*"');
  });
});

/** Names of tables and keys are not known before they are made: what a deploy would give them. */
const MADE: Record<string, string> = {
  AUDIT_SIGNING_KEY: "kms:arn:aws:kms:eu-north-1:111122223333:key/00000000-0000-4000-8000-000000000003",
};

const made = (environment: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(stack.resolve(environment) as Record<string, unknown>).map(([name, value]) => [
      name,
      typeof value === "string" ? value : (MADE[name] ?? `made-${name.toLowerCase().replaceAll("_", "-")}`),
    ]),
  );

describe("the service", () => {
  it("runs two tasks or more, new ones before old ones go, and takes a bad version back", () => {
    template.hasResourceProperties("AWS::ECS::Service", {
      DesiredCount: 2,
      DeploymentConfiguration: {
        MinimumHealthyPercent: 100,
        MaximumPercent: 200,
        DeploymentCircuitBreaker: { Enable: true, Rollback: true },
      },
      NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp: "DISABLED" } },
    });
  });

  it("runs without root on a root file system it cannot write, and asks no instance metadata", () => {
    const tasks = Object.values(template.findResources("AWS::ECS::TaskDefinition"));
    expect(tasks).toHaveLength(2);
    for (const { Properties } of tasks) {
      const [container] = Properties.ContainerDefinitions;
      expect(container).toMatchObject({ ReadonlyRootFilesystem: true, User: "1000:1000", Privileged: false });
      expect(container.Environment).toContainEqual({ Name: "AWS_EC2_METADATA_DISABLED", Value: "true" });
      expect(container).not.toHaveProperty("Secrets");
    }
  });

  it("gets an environment that the bridge itself accepts, and no variable that it does not know", () => {
    const env = made(stack.bridgeEnvironment);
    expect(() => readConfig(env)).not.toThrow();
    const known = new Set([...Object.keys(BridgeConfig.shape), "NODE_ENV"]);
    expect(Object.keys(env).filter((name) => !known.has(name))).toEqual([]);
  });

  it("reaches other machines by HTTPS only", () => {
    const groups = Object.values(template.findResources("AWS::EC2::SecurityGroup")).map(({ Properties }) => Properties);
    for (const who of ["The bridge", "The audit signer"]) {
      const group = groups.find(({ GroupDescription }) => GroupDescription === `${who}: out by HTTPS only`);
      expect(group?.SecurityGroupEgress).toEqual([
        expect.objectContaining({ CidrIp: "0.0.0.0/0", FromPort: 443, ToPort: 443, IpProtocol: "tcp" }),
      ]);
    }
  });

  it("answers the world and operators on load balancers of their own, by TLS 1.3 or 1.2 only", () => {
    const schemes = Object.values(template.findResources("AWS::ElasticLoadBalancingV2::LoadBalancer"));
    expect(schemes.map(({ Properties }) => Properties.Scheme).toSorted()).toEqual(["internal", "internet-facing"]);
    const listeners = Object.values(template.findResources("AWS::ElasticLoadBalancingV2::Listener"));
    expect(listeners.map(({ Properties }) => [Properties.Port, Properties.Protocol])).toEqual([
      [443, "HTTPS"],
      [443, "HTTPS"],
    ]);
    const health = Object.values(template.findResources("AWS::ElasticLoadBalancingV2::TargetGroup"));
    expect(health.map(({ Properties }) => [Properties.Port, Properties.HealthCheckPath]).toSorted()).toEqual([
      [8080, "/health"],
      [8080, "/health"],
      [8081, "/ready"],
    ]);
  });

  it("believes only its own network on TLS, and nothing listens for plain HTTP, not even to redirect it", () => {
    expect(stack.bridgeEnvironment.TRUSTED_PROXIES).toBe("10.64.0.0/20");
    template.hasResourceProperties("AWS::EC2::VPC", { CidrBlock: "10.64.0.0/20" });
    const listeners = JSON.stringify(template.findResources("AWS::ElasticLoadBalancingV2::Listener"));
    expect(listeners).not.toMatch(/"Port":80\b|redirect/i);
  });

  it("reaches AWS inside the network", () => {
    const endpoints = Object.values(template.findResources("AWS::EC2::VPCEndpoint"));
    const names = JSON.stringify(endpoints.map(({ Properties }) => Properties.ServiceName));
    for (const name of ["dynamodb", "s3", "secretsmanager", "bedrock-runtime", "kms", "logs", "ecr"]) {
      expect(names).toContain(name);
    }
  });
});

describe("the relay", () => {
  it("has an address of its own and reads the two secrets it needs", () => {
    template.hasResourceProperties("AWS::Lambda::Url", { AuthType: "NONE" });
    const arns = statementsOf("Relay").flatMap(({ Resource }) => [Resource].flat());
    expect(
      JSON.stringify(arns)
        .match(/staging\/[a-z-]+/g)
        ?.toSorted(),
    ).toEqual(["staging/oncall-relay-authorization-", "staging/oncall-webhook-"]);
  });
});

describe("settings", () => {
  it("that are wrong are refused with every field that is", () => {
    const example = parse(readFileSync(EXAMPLE, "utf8"));
    const file = temporaryFile(
      "wrong.yaml",
      stringify({ ...example, replicas: 1, account: "12", bridge: { ...example.bridge, LEDGER_TABLE: "mine" } }),
    );
    expect(() => readSettings(file)).toThrow(/account: .*12 digits[\s\S]*replicas: is below 2/);
    const stray = temporaryFile("stray.yaml", stringify({ ...example, bridge: { LEDGER_TABLE: "mine" } }));
    expect(() => readSettings(stray)).toThrow(/bridge\.LEDGER_TABLE: is set by the stack itself/);
    expect(() => readSettings("/nowhere.yaml")).toThrow(/copy .*example\.yaml/);
  });
});

it("a weakness that nobody acknowledged fails the synthesis", () => {
  const app = new App();
  const weak = addEnvironment(app, Settings.parse(parse(readFileSync(EXAMPLE, "utf8"))));
  new Bucket(weak, "Open");
  expect(() => app.synth()).toThrow(/S3 Bucket .* SSL/);
});

it("a finding is acknowledged only with a reason", () => {
  for (const { reason } of ACKNOWLEDGED) expect(reason.length).toBeGreaterThan(30);
});
