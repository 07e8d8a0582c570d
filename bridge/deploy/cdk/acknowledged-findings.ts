import { type Stack, Validations } from "aws-cdk-lib";

/** Each with the reason why it is so; a finding that is not listed fails the build. */
export const ACKNOWLEDGED: readonly { id: string; reason: string }[] = [
  {
    id: "AwsSolutions-SMG4",
    reason:
      "These secrets belong to vendors, or have their other half at one: no function of ours can rotate both ends. `npm run secrets -- rotate` does our half and says what to do at the other; the previous version stays valid meanwhile.",
  },
  {
    id: "AwsSolutions-ECS2",
    reason:
      "The variables are addresses and names. Secrets are read from Secrets Manager at run time and are not among them.",
  },
  {
    id: "AwsSolutions-EC23",
    reason:
      "The public load balancer is called by Grafana and Slack, whose addresses change; every request is verified by signature.",
  },
  {
    id: "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]",
    reason: "Writing its own log is all that the policy allows.",
  },
  {
    id: "AwsSolutions-IAM5[Resource::*]",
    reason:
      "Two calls have no resource to name: ecr:GetAuthorizationToken of the execution role, and reading the account's setting for model invocation logging.",
  },
  {
    id: "AwsSolutions-IAM5[Resource::<CheckpointsBucket6BA0C50D.Arn>/log/*]",
    reason: "Checkpoints and leaves get new names for ever; only adding and reading below log/ is allowed.",
  },
  {
    id: "CloudFormation-Validate::W3010",
    reason:
      "The zones are written down in the environment's settings, so that a template comes out the same without a network.",
  },
  {
    id: "AwsSolutions-S1",
    reason: "The bucket of access logs keeps no access log of itself.",
  },
];

export function acknowledgeFindings(stack: Stack): void {
  for (const finding of ACKNOWLEDGED) Validations.of(stack).acknowledge(finding);
}
