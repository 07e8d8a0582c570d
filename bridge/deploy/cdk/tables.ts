import { RemovalPolicy } from "aws-cdk-lib";
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from "aws-cdk-lib/aws-dynamodb";
import { AnyPrincipal, Effect, type IGrantable, PolicyDocument, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Construct } from "constructs";

/** Every way to change or remove an item that is there. A put can overwrite too: no policy can demand its condition. */
export const REWRITING = [
  "dynamodb:UpdateItem",
  "dynamodb:DeleteItem",
  "dynamodb:BatchWriteItem",
  "dynamodb:PartiQLInsert",
  "dynamodb:PartiQLUpdate",
  "dynamodb:PartiQLDelete",
  "dynamodb:UpdateTimeToLive",
];

/** The two tables of the bridge: the ledger, which nobody rewrites, and the index, which can be rebuilt from it. */
export class Tables extends Construct {
  readonly ledger: Table;
  readonly index: Table;

  constructor(scope: Construct, id: string, { key }: { key: IKey }) {
    super(scope, id);
    const common = {
      partitionKey: { name: "pk", type: AttributeType.STRING },
      sortKey: { name: "sk", type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    };
    this.ledger = new Table(this, "Ledger", {
      ...common,
      // On the table itself, so that it binds every role of the account and not only ours.
      resourcePolicy: new PolicyDocument({
        statements: [
          new PolicyStatement({
            effect: Effect.DENY,
            principals: [new AnyPrincipal()],
            actions: REWRITING,
            resources: ["*"],
          }),
        ],
      }),
    });
    this.index = new Table(this, "Index", common);
    this.index.addGlobalSecondaryIndex({
      indexName: "gsi1",
      partitionKey: { name: "gsi1pk", type: AttributeType.STRING },
      sortKey: { name: "gsi1sk", type: AttributeType.STRING },
      projectionType: ProjectionType.ALL,
    });
  }

  /** The signer reads what it covers, and writes nothing. */
  grantSigner(grantee: IGrantable): void {
    const statement = new PolicyStatement({ actions: ["dynamodb:Query"], resources: [this.ledger.tableArn] });
    grantee.grantPrincipal.addToPrincipalPolicy(statement);
  }

  /** What the bridge does with them, and not more. */
  grantBridge(grantee: IGrantable): void {
    const statement = (effect: Effect, actions: string[], resources: string[]) =>
      grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ effect, actions, resources }));
    statement(
      Effect.ALLOW,
      // Scan: verification looks for streams that nothing else knows of.
      ["dynamodb:PutItem", "dynamodb:Query", "dynamodb:GetItem", "dynamodb:Scan", "dynamodb:DescribeTable"],
      [this.ledger.tableArn],
    );
    statement(Effect.DENY, REWRITING, [this.ledger.tableArn]);
    statement(
      Effect.ALLOW,
      [
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "dynamodb:UpdateItem",
        "dynamodb:DeleteItem",
        "dynamodb:Query",
        "dynamodb:DescribeTable",
      ],
      [this.index.tableArn, `${this.index.tableArn}/index/gsi1`],
    );
  }
}
