import { type AttributeValue, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { type AwsAccess, awsClientOptions } from "./aws.ts";

export const DYNAMO_TIMEOUT_MS = 3_000;

/**
 * The store's low-level client: 3 s an attempt, connections kept. The SDK repeats failed attempts by itself, conditional
 * writes too, so a `ConditionalCheckFailedException` may be our own earlier attempt: read the item back and compare.
 */
export function createDynamoClient(access: Omit<AwsAccess, "requestTimeoutMs">): DynamoDBClient {
  return new DynamoDBClient({
    ...awsClientOptions({ ...access, requestTimeoutMs: DYNAMO_TIMEOUT_MS }),
    maxAttempts: 3,
  });
}

export type Item = Record<string, AttributeValue>;

export const text = (value: string): AttributeValue => ({ S: value });
export const number = (value: number): AttributeValue => ({ N: String(value) });

/** The string attribute `name`, or undefined when it is absent or of another type. */
export const readText = (item: Item | undefined, name: string): string | undefined => item?.[name]?.S;

/** The number attribute `name`, or undefined when it is absent or of another type. */
export function readNumber(item: Item | undefined, name: string): number | undefined {
  const digits = item?.[name]?.N;
  return digits === undefined ? undefined : Number(digits);
}
