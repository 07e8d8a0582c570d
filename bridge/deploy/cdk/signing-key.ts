import { RemovalPolicy } from "aws-cdk-lib";
import { AnyPrincipal, Effect, type IGrantable, type IRole, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Key, KeySpec, KeyUsage } from "aws-cdk-lib/aws-kms";
import { Construct } from "constructs";

/** The key that signs checkpoints of the audit log. It never leaves KMS, and one role alone may use it. */
export class SigningKey extends Construct {
  private readonly key: Key;
  /** As the bridge's AUDIT_SIGNING_KEY wants it. */
  readonly setting: string;

  constructor(scope: Construct, id: string, { environment }: { environment: string }) {
    super(scope, id);
    this.key = new Key(this, "Key", {
      description: `incident-response ${environment}: signs the audit log`,
      keySpec: KeySpec.ECC_NIST_EDWARDS25519,
      keyUsage: KeyUsage.SIGN_VERIFY,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.setting = `kms:${this.key.keyArn}`;
    // What it has signed must stay verifiable under a key that KMS still vouches for.
    this.deny(["kms:ScheduleKeyDeletion"]);
  }

  /** For who only checks what was signed. */
  grantRead(reader: IGrantable): void {
    this.allow(reader, ["kms:GetPublicKey"]);
  }

  /** In the key's own policy, so that it binds every other role of the account, whatever that one's policy allows. */
  grantSignOnlyTo(signer: IRole): void {
    this.allow(signer, ["kms:Sign", "kms:GetPublicKey"]);
    this.deny(["kms:Sign"], { ArnNotEquals: { "aws:PrincipalArn": signer.roleArn } });
  }

  private allow(grantee: IGrantable, actions: string[]): void {
    grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions, resources: [this.key.keyArn] }));
  }

  private deny(actions: string[], conditions: Record<string, unknown> = {}): void {
    const statement = { effect: Effect.DENY, principals: [new AnyPrincipal()], resources: ["*"] };
    this.key.addToResourcePolicy(new PolicyStatement({ ...statement, actions, conditions }));
  }
}
