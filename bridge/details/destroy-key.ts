import type { IndexTable } from "../index-table/index-table.ts";
import { type Clock, iso } from "../platform/clock.ts";
import { readText, text } from "../platform/dynamo.ts";
import { commitsIn, isDetail, KEY, pkOf } from "./sealed-details.ts";

export interface Erasure {
  /** ISO 8601; when the key was destroyed. */
  at: string;
  /** How many events' words nobody can read any more. */
  details: number;
}

/**
 * Destroys the data key of an incident, and with it all words kept until now; done once, it answers the same again. Words kept
 * afterwards have a key of their own. Undefined where nothing was ever kept.
 */
export async function destroyKey(
  incident: string,
  { index, clock }: { index: Pick<IndexTable, "partition" | "update">; clock: Clock },
): Promise<Erasure | undefined> {
  const items = await index.partition(pkOf(incident));
  const item = items.find((one) => readText(one, "sk") === KEY);
  const keyId = readText(item, "keyId");
  if (keyId === undefined) return undefined;
  const before = item?.wrappedKey === undefined ? readText(item, "erasedAt") : undefined;
  const at = before ?? iso(clock.now());
  const details = items
    .filter((one) => isDetail(one) && readText(one, "keyId") === keyId)
    .flatMap((one) => commitsIn(one)).length;
  // The key is named, so that one made meanwhile is not destroyed: its words came later than the wish.
  await index.update(pkOf(incident), KEY, {
    UpdateExpression: "SET erasedAt = :at REMOVE wrappedKey",
    ConditionExpression: "keyId = :keyId",
    ExpressionAttributeValues: { ":at": text(at), ":keyId": text(keyId) },
  });
  return { at, details };
}
