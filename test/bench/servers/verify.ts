import { createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { WEBHOOK_SECRET } from "../signed-alerts.ts";

/** What anybody would write: HMAC-SHA256 over `<timestamp>:<body>`, compared in constant time. */
export function verify(headers: IncomingHttpHeaders, body: Buffer): boolean {
  const stamp = String(headers["x-grafana-oncall-timestamp"]);
  const given = Buffer.from(String(headers["x-grafana-oncall-signature"]), "hex");
  const expected = createHmac("sha256", WEBHOOK_SECRET).update(`${stamp}:`).update(body).digest();
  return given.length === expected.length && timingSafeEqual(given, expected);
}
