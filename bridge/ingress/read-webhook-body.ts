import type { Instant } from "../platform/clock.ts";
import type { Reading } from "./alert-fact.ts";
import { readAlertingPayload } from "./alerting-payload.ts";
import { readOncallPayload } from "./oncall-payload.ts";

export type WebhookEndpoint = "oncall" | "alerting";

const READERS = { oncall: readOncallPayload, alerting: readAlertingPayload };
const WHOLE_PAYLOAD = {
  oncall: "turn on “forward whole payload” and remove the data template of the webhook",
  alerting: "remove the custom payload template of the contact point",
};

/** What the body of a well-signed call means. `body` undefined: its bytes are not UTF-8 text. */
export function readWebhookBody(endpoint: WebhookEndpoint, body: string | undefined, receivedAt: Instant): Reading {
  const json = parseJson(body);
  if (json === undefined) return { ok: false, problems: [`the body: is not JSON; ${WHOLE_PAYLOAD[endpoint]}`] };
  const reading = READERS[endpoint](json.value, receivedAt);
  return reading.ok
    ? reading
    : { ok: false, problems: [...reading.problems, `to correct it, ${WHOLE_PAYLOAD[endpoint]}`] };
}

/** The value of a JSON text, boxed because `null` is one. Undefined when it is not JSON. */
export function parseJson(body: string | undefined): { value: unknown } | undefined {
  if (body === undefined) return undefined;
  try {
    return { value: JSON.parse(body) };
  } catch {
    // SyntaxError is the parser's only way of saying "not JSON"; its message would quote the body.
    return undefined;
  }
}
