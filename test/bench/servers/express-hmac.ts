import express from "express";
import { WEBHOOK_PATH } from "../signed-alerts.ts";
import { serve } from "./serve.ts";
import { verify } from "./verify.ts";

/** Express, its raw body reader and HMAC; nothing stored. */
const app = express();
app.post(WEBHOOK_PATH, express.raw({ type: "*/*", limit: "1mb" }), (request, response) => {
  const accepted = verify(request.headers, request.body);
  response.status(accepted ? 200 : 401).json({ ok: accepted });
});
await serve(app);
