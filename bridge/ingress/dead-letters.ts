import { createHash } from "node:crypto";
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { type Clock, type Instant, iso } from "../platform/clock.ts";
import { type Item, number, readNumber, readText, text } from "../platform/dynamo.ts";
import { StoreUnavailableError } from "../platform/store-unavailable-error.ts";
import { readBodyText } from "./body-text.ts";
import type { Inbox } from "./inbox.ts";
import { readWebhookBody, type WebhookEndpoint } from "./read-webhook-body.ts";

/** A call that was signed well and could not be understood. Its body stays in the store, for a replay by a later version. */
export interface DeadLetter {
  id: string;
  endpoint: WebhookEndpoint;
  receivedAt: string;
  problems: string[];
  /** Length of the body as received. */
  bytes: number;
  /** True when the body was too long to keep whole: it cannot be replayed. */
  truncated: boolean;
}

export type ReplayOutcome =
  | { kind: "stored" | "duplicate" }
  | { kind: "unknown-letter" | "body-truncated" }
  | { kind: "still-unreadable"; problems: string[] };

export interface DeadLetters {
  /** Keeps the call. The same body at the same endpoint is one letter, however often it comes. */
  keep(letter: {
    endpoint: WebhookEndpoint;
    rawBody: Uint8Array;
    problems: readonly string[];
    receivedAt: Instant;
  }): Promise<string>;
  /** The newest letters that were not replayed, without their bodies. */
  list(limit: number): Promise<DeadLetter[]>;
  /** Reads the body again, as received then, and puts it into the inbox. */
  replay(id: string): Promise<ReplayOutcome>;
}

export interface DeadLettersDeps {
  client: DynamoDBClient;
  table: string;
  inbox: Pick<Inbox, "putPending">;
  clock: Clock;
}

/** As base64 this is 256 KB: an item of the store may have 400 KB. */
const KEPT_BYTES = 196_608;
const TIMEOUT_MS = 1_500;
const LIST_LIMIT = 200;
const KEEP_SECONDS = 90 * 86_400;
const OPEN = "DEAD";

export function createDeadLetters({ client, table, inbox, clock }: DeadLettersDeps): DeadLetters {
  const within = () => ({ abortSignal: AbortSignal.timeout(TIMEOUT_MS) });
  const keyOf = (id: string): Item => ({ pk: text(`DEAD#${id}`), sk: text("D") });

  return {
    async keep({ endpoint, rawBody, problems, receivedAt }) {
      const id = createHash("sha256").update(`${endpoint}:`).update(rawBody).digest("hex").slice(0, 32);
      const kept = rawBody.subarray(0, KEPT_BYTES);
      const item: Item = {
        ...keyOf(id),
        gsi1pk: text(OPEN),
        gsi1sk: text(`${iso(receivedAt)}#${id}`),
        endpoint: text(endpoint),
        receivedAt: number(receivedAt),
        problems: text(JSON.stringify(problems)),
        bytes: number(rawBody.byteLength),
        body: text(Buffer.from(kept).toString("base64")),
        expiresAt: number(Math.floor(receivedAt / 1_000) + KEEP_SECONDS),
      };
      try {
        await client.send(
          new PutItemCommand({ TableName: table, Item: item, ConditionExpression: "attribute_not_exists(pk)" }),
          within(),
        );
      } catch (cause) {
        // The id is the hash of the body: what is there already is the same call.
        if (!(cause instanceof ConditionalCheckFailedException)) {
          throw new StoreUnavailableError(`dead letter ${id}`, { cause });
        }
      }
      return id;
    },

    async list(limit) {
      const { Items = [] } = await client
        .send(
          new QueryCommand({
            TableName: table,
            IndexName: "gsi1",
            KeyConditionExpression: "gsi1pk = :open",
            ExpressionAttributeValues: { ":open": text(OPEN) },
            ScanIndexForward: false,
            Limit: Math.min(LIST_LIMIT, Math.max(1, Math.trunc(limit))),
          }),
          within(),
        )
        .catch((cause: unknown) => {
          throw new StoreUnavailableError("the list of dead letters", { cause });
        });
      return Items.flatMap((item) => describe(item) ?? []);
    },

    async replay(id) {
      const { Item: item } = await client
        .send(new GetItemCommand({ TableName: table, Key: keyOf(id), ConsistentRead: true }), within())
        .catch((cause: unknown) => {
          throw new StoreUnavailableError(`dead letter ${id}`, { cause });
        });
      const letter = item && describe(item);
      if (!letter) return { kind: "unknown-letter" };
      if (letter.truncated) return { kind: "body-truncated" };
      const body = readBodyText(Buffer.from(readText(item, "body") ?? "", "base64"));
      // The time of arrival is part of some dedupe keys: it stays what it was.
      const reading = readWebhookBody(letter.endpoint, body, readNumber(item, "receivedAt") ?? clock.now());
      if (!reading.ok) return { kind: "still-unreadable", problems: reading.problems };
      const kind = await inbox.putPending(reading.fact);
      await client
        .send(
          new UpdateItemCommand({
            TableName: table,
            Key: keyOf(id),
            UpdateExpression: "SET replayedAt = :at REMOVE gsi1pk, gsi1sk",
            ExpressionAttributeValues: { ":at": text(iso(clock.now())) },
          }),
          within(),
        )
        .catch((cause: unknown) => {
          throw new StoreUnavailableError(`dead letter ${id} as replayed`, { cause });
        });
      return { kind };
    },
  };
}

function describe(item: Item): DeadLetter | undefined {
  const endpoint = readText(item, "endpoint");
  if (endpoint !== "oncall" && endpoint !== "alerting") return undefined;
  const bytes = readNumber(item, "bytes") ?? 0;
  const problems: unknown = JSON.parse(readText(item, "problems") ?? "[]");
  return {
    id: (readText(item, "pk") ?? "").slice("DEAD#".length),
    endpoint,
    receivedAt: iso(readNumber(item, "receivedAt") ?? 0),
    problems: Array.isArray(problems) ? problems.map(String) : [],
    bytes,
    truncated: bytes > KEPT_BYTES,
  };
}
