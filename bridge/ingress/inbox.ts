import { createHash } from "node:crypto";
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { type Clock, iso } from "../platform/clock.ts";
import { type Item, number, readText, text } from "../platform/dynamo.ts";
import type { Logger } from "../platform/logger.ts";
import { type Random, systemRandom } from "../platform/random.ts";
import { StoreUnavailableError } from "../platform/store-unavailable-error.ts";
import { AlertFact } from "./alert-fact.ts";

export interface PendingAlert {
  /** SHA-256 of the dedupe key. */
  id: string;
  fact: AlertFact;
}

/** The durable queue between the ingress and intake. Every call is bounded in time and may be repeated. */
export interface Inbox {
  /**
   * Stores the fact unless the same call was stored before: one conditional put.
   * @throws StoreUnavailableError when it cannot be confirmed; the sender must then not be told 2xx.
   */
  putPending(fact: AlertFact): Promise<"stored" | "duplicate">;
  /** The oldest pending facts, at most `limit` (1 to 500). An item marked done a moment ago may still be among them. */
  listPending(limit: number): Promise<PendingAlert[]>;
  /** Takes the item out of the pending ones; `result` says what became of it. Repeating keeps the first result. */
  markDone(id: string, result: string): Promise<"done" | "already-done" | "unknown-item">;
}

export interface InboxDeps {
  client: DynamoDBClient;
  table: string;
  clock: Clock;
  log: Logger;
  random?: Pick<Random, "uuid"> | undefined;
}

/** Pending items are spread over this many index partitions, so that a storm is not one hot key. */
const SHARDS = 4;
/** OnCall waits 4 s for an answer and does not repeat after one: each step must leave time to say 503. */
const STEP_TIMEOUT_MS = 1_500;
const LIST_TIMEOUT_MS = 5_000;
/** Answered calls are kept this long for dedupe, then the table's TTL attribute `expiresAt` (seconds) lets them go. */
const KEEP_DONE_SECONDS = 30 * 86_400;
const RESULT_LIMIT = 500;

export const inboxId = (dedupeKey: string) => createHash("sha256").update(dedupeKey).digest("hex");
const keyOf = (id: string): Item => ({ pk: text(`INBOX#${id}`), sk: text("I") });
const shardOf = (id: string) => Number.parseInt(id.slice(0, 2), 16) % SHARDS;
const pendingShard = (shard: number) => `INBOX#PENDING#${shard}`;

export function createInbox({ client, table, clock, log, random = systemRandom }: InboxDeps): Inbox {
  const within = (timeoutMs: number) => ({ abortSignal: AbortSignal.timeout(timeoutMs) });

  const readItem = async (id: string): Promise<Item | undefined> => {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: keyOf(id), ConsistentRead: true }),
      within(STEP_TIMEOUT_MS),
    );
    return Item;
  };

  /** What became of a put that was refused or not confirmed. Only the item itself can tell. */
  const readBack = async (id: string, call: string, cause: unknown): Promise<"stored" | "duplicate"> => {
    const found = await readItem(id);
    if (found === undefined) throw cause;
    // When the SDK repeats a put whose answer was lost, our own first try is the competitor.
    return readText(found, "call") === call ? "stored" : "duplicate";
  };

  return {
    async putPending(fact) {
      const id = inboxId(fact.dedupeKey);
      const call = random.uuid();
      try {
        if (fact.previousDedupeKey !== undefined && (await readItem(inboxId(fact.previousDedupeKey))) !== undefined) {
          return "duplicate";
        }
        return await client
          .send(
            new PutItemCommand({
              TableName: table,
              Item: {
                ...keyOf(id),
                gsi1pk: text(pendingShard(shardOf(id))),
                gsi1sk: text(`${fact.receivedAt}#${id}`),
                dedupeKey: text(fact.dedupeKey),
                body: text(JSON.stringify(fact)),
                call: text(call),
              },
              ConditionExpression: "attribute_not_exists(pk)",
            }),
            within(STEP_TIMEOUT_MS),
          )
          .then(
            () => "stored" as const,
            (cause: unknown) => readBack(id, call, cause),
          );
      } catch (cause) {
        throw new StoreUnavailableError(`alert ${id.slice(0, 16)} in the inbox`, { cause });
      }
    },

    async listPending(limit) {
      const bounded = Math.min(500, Math.max(1, Math.trunc(limit)));
      const shards = await Promise.all(
        Array.from({ length: SHARDS }, (_, shard) =>
          client.send(
            new QueryCommand({
              TableName: table,
              IndexName: "gsi1",
              KeyConditionExpression: "gsi1pk = :shard",
              ExpressionAttributeValues: { ":shard": text(pendingShard(shard)) },
              Limit: bounded,
            }),
            within(LIST_TIMEOUT_MS),
          ),
        ),
      ).catch((cause: unknown) => {
        throw new StoreUnavailableError("the list of pending alerts", { cause });
      });
      return shards
        .flatMap(({ Items }) => Items ?? [])
        .sort((a, b) => ((readText(a, "gsi1sk") ?? "") < (readText(b, "gsi1sk") ?? "") ? -1 : 1))
        .slice(0, bounded)
        .flatMap((item) => readPending(item, log) ?? []);
    },

    async markDone(id, result) {
      try {
        await client.send(
          new UpdateItemCommand({
            TableName: table,
            Key: keyOf(id),
            // What the alert said stands in the ledger's care now, where it can be erased.
            UpdateExpression: "SET doneAt = :at, #result = :result, expiresAt = :expires REMOVE gsi1pk, gsi1sk, body",
            ConditionExpression: "attribute_exists(pk) AND attribute_not_exists(doneAt)",
            ExpressionAttributeNames: { "#result": "result" },
            ExpressionAttributeValues: {
              ":at": text(iso(clock.now())),
              ":result": text(result.slice(0, RESULT_LIMIT)),
              ":expires": number(Math.floor(clock.now() / 1_000) + KEEP_DONE_SECONDS),
            },
          }),
          within(LIST_TIMEOUT_MS),
        );
        return "done";
      } catch (cause) {
        if (!(cause instanceof ConditionalCheckFailedException)) {
          throw new StoreUnavailableError(`alert ${id.slice(0, 16)} as done`, { cause });
        }
        return (await readItem(id)) === undefined ? "unknown-item" : "already-done";
      }
    },
  };
}

function readPending(item: Item, log: Logger): PendingAlert | undefined {
  const id = (readText(item, "pk") ?? "").slice("INBOX#".length);
  try {
    return { id, fact: AlertFact.parse(JSON.parse(readText(item, "body") ?? "")) };
  } catch (error) {
    // Written by another version of this program. It stays pending and is said again at every sweep until a person looks.
    log.error("inbox-item-unreadable", { id, error });
    return undefined;
  }
}
