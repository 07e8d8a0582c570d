import { type DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type LocalStore, startDynalite } from "../../support/dynalite.ts";
import { approved, opened, revised } from "../../support/incident-events.ts";
import { append, freshIncident, ledgerOn, storeOf } from "../../support/ledgers.ts";
import { woundClock } from "../../support/wound-clock.ts";

let store: LocalStore;
beforeAll(async () => {
  store = await startDynalite();
});
afterAll(() => store[Symbol.asyncDispose]());

/** As the real store may answer: a read that does not ask for the newest version misses the newest entry. */
const lagging = (client: DynamoDBClient): Pick<DynamoDBClient, "send"> => ({
  send: (async (command: Parameters<DynamoDBClient["send"]>[0]) => {
    const answer = await client.send(command as QueryCommand);
    if (!(command instanceof QueryCommand) || command.input.ConsistentRead) return answer;
    return { ...answer, Items: answer.Items?.slice(0, -1) };
  }) as DynamoDBClient["send"],
});

test("what another replica has appended is seen at once, however far reads may lag", async () => {
  const clock = woundClock();
  const incident = freshIncident();
  const [one, two] = [ledgerOn(storeOf(lagging(store.client)), clock), ledgerOn(storeOf(lagging(store.client)), clock)];
  await append(one, incident, "begin", opened());
  expect((await two.load(incident)).seq).toBe(1);
  await append(two, incident, "rest", ...approved().slice(1));
  expect([...(await one.load(incident)).drafts.values()].map(({ state }) => state)).toEqual(["APPROVED"]);
  await append(two, incident, "edit", revised());
  const { state } = await one.snapshotAfresh(incident);
  expect([...state.drafts.values()].map(({ state: at, version }) => [at, version])).toEqual([["DRAFTED", 2]]);
});
