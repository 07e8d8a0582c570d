import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";

export const WEBHOOK_PATH = "/webhooks/grafana-oncall";
export const WEBHOOK_SECRET = "oncall-webhook-secret-of-the-bench-01";
const GROUP_ID = "IW4K9ZP7TN2XC";

/** Calls of an OnCall webhook, each of another alert group and signed at once: no two are the same to a receiver. */
export function signedAlerts(): () => { body: string; headers: Record<string, string> } {
  const fixture = readFileSync(new URL("../fixtures/oncall-alert-group-created.json", import.meta.url), "utf8");
  // Cut once at every place of the id; a call is then a join, cheap beside what the receiver does.
  const pieces = JSON.stringify(JSON.parse(fixture)).split(GROUP_ID);
  if (pieces.length < 2) throw new Error(`the fixture does not speak of ${GROUP_ID}; no two calls would differ`);
  const run = Date.now().toString(36).toUpperCase();
  let count = 0;
  return () => {
    count += 1;
    const body = pieces.join(`I${run}${count.toString(36).toUpperCase()}`);
    const stamp = String(Math.floor(Date.now() / 1_000));
    const signature = createHmac("sha256", WEBHOOK_SECRET).update(`${stamp}:${body}`).digest("hex");
    return {
      body,
      headers: {
        "content-type": "application/json",
        "x-grafana-oncall-signature": signature,
        "x-grafana-oncall-timestamp": stamp,
      },
    };
  };
}
