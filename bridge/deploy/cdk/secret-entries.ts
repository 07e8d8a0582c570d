import { RemovalPolicy, Stack } from "aws-cdk-lib";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { CfnSecret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import { SECRET_CATALOGUE } from "../secrets/catalogue.ts";

/**
 * One empty entry for each secret of the catalogue. Values never pass through a template: `npm run secrets -- seed` writes
 * them, and a bridge that lacks one says which.
 */
export class SecretEntries extends Construct {
  readonly prefix: string;

  constructor(scope: Construct, id: string, { environment, key }: { environment: string; key: IKey }) {
    super(scope, id);
    this.prefix = `incident-response/${environment}/`;
    for (const { name, about } of SECRET_CATALOGUE) {
      const entry = new CfnSecret(this, name, {
        name: `${this.prefix}${name}`,
        description: about,
        kmsKeyId: key.keyArn,
      });
      entry.applyRemovalPolicy(RemovalPolicy.RETAIN);
    }
  }

  /** The ARNs of the chosen entries. AWS adds a hyphen and six characters of its own to each name. */
  arns(chosen: (name: string) => boolean): string[] {
    const { partition, region, account } = Stack.of(this);
    return SECRET_CATALOGUE.filter(({ name }) => chosen(name)).map(
      ({ name }) => `arn:${partition}:secretsmanager:${region}:${account}:secret:${this.prefix}${name}-??????`,
    );
  }
}
