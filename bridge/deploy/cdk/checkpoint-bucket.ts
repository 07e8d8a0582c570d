import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { type IGrantable, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket, ObjectLockRetention } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";

/** Where signed checkpoints lie: nobody, root included, can replace or delete one before its retention is over. */
export class CheckpointBucket extends Construct {
  readonly bucket: Bucket;

  constructor(
    scope: Construct,
    id: string,
    { key, retentionDays, accessLogs }: { key: IKey; retentionDays: number; accessLogs: IBucket },
  ) {
    super(scope, id);
    this.bucket = new Bucket(this, "Bucket", {
      encryption: BucketEncryption.KMS,
      encryptionKey: key,
      bucketKeyEnabled: true,
      versioned: true,
      objectLockEnabled: true,
      objectLockDefaultRetention: ObjectLockRetention.compliance(Duration.days(retentionDays)),
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      serverAccessLogsBucket: accessLogs,
      serverAccessLogsPrefix: "checkpoints/",
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }

  /** Who checks the log reads it. */
  grantRead(grantee: IGrantable): void {
    this.allow(grantee, ["s3:GetObject"], this.bucket.arnForObjects("log/*"));
    this.allow(grantee, ["s3:ListBucket"], this.bucket.bucketArn);
  }

  /** Who signs it adds to it as well; deleting is nobody's, and the lock would refuse it. */
  grantAdd(grantee: IGrantable): void {
    this.grantRead(grantee);
    this.allow(grantee, ["s3:PutObject"], this.bucket.arnForObjects("log/*"));
  }

  private allow(grantee: IGrantable, actions: string[], resource: string): void {
    grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions, resources: [resource] }));
  }
}
