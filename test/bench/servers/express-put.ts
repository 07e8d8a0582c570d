import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import express from "express";
import { createDynamoClient } from "../../../bridge/platform/dynamo.ts";
import { INDEX_TABLE } from "../../support/dynalite.ts";
import { WEBHOOK_PATH } from "../signed-alerts.ts";
import { serve } from "./serve.ts";
import { verify } from "./verify.ts";

/**
 * Express, HMAC, JSON and one put of the body under the alert group's id: the least that keeps an alert so that it can be found
 * again. The item is indexed as an inbox item is, so that the store has the same work with both.
 */
const dynamo = createDynamoClient({
  region: "eu-north-1",
  endpoint: process.env.STORE_URL,
  credentials: "local-dummy",
});
const app = express();
app.post(WEBHOOK_PATH, express.raw({ type: "*/*", limit: "1mb" }), async (request, response) => {
  if (!verify(request.headers, request.body)) {
    response.status(401).json({ ok: false });
    return;
  }
  const body = request.body.toString("utf8");
  const { alert_group_id: group } = JSON.parse(body) as { alert_group_id: string };
  await dynamo.send(
    new PutItemCommand({
      TableName: INDEX_TABLE,
      Item: {
        pk: { S: `BASELINE#${group}` },
        sk: { S: "I" },
        gsi1pk: { S: "BASELINE#PENDING" },
        gsi1sk: { S: `${new Date().toISOString()}#${group}` },
        body: { S: body },
      },
      ConditionExpression: "attribute_not_exists(pk)",
    }),
  );
  response.status(200).json({ ok: true });
});
await serve(app);
