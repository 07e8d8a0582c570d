import type { Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/logger.ts";
import type { AlertFact } from "./alert-fact.ts";
import { readBodyText } from "./body-text.ts";
import type { DeadLetters } from "./dead-letters.ts";
import type { Inbox } from "./inbox.ts";
import { readWebhookBody, type WebhookEndpoint } from "./read-webhook-body.ts";
import { comeAgain, type JsonReply, problem } from "./reply.ts";
import type { SchemaRefusals } from "./schema-refusals.ts";

export interface ReceiveWebhookDeps {
  endpoint: WebhookEndpoint;
  inbox: Pick<Inbox, "putPending">;
  deadLetters: Pick<DeadLetters, "keep">;
  refusals: SchemaRefusals;
  clock: Clock;
  log: Logger;
  /** Told of every newly stored fact after the sender has its answer secured. Must not throw. */
  onStored: (fact: AlertFact) => void;
}

/** What every webhook is answered on success. OnCall keeps it where other webhooks' templates can read it: no ids, no names. */
const ACCEPTED: JsonReply = { status: 200, body: { ok: true } };

/** From verified bytes to one durable write: JSON, schema, inbox, 2xx. A call that cannot be stored is never answered 2xx. */
export function receiveWebhook({ endpoint, inbox, deadLetters, refusals, clock, log, onStored }: ReceiveWebhookDeps) {
  return async (rawBody: Uint8Array): Promise<JsonReply> => {
    const receivedAt = clock.now();
    const reading = readWebhookBody(endpoint, readBodyText(rawBody), receivedAt);
    if (!reading.ok) {
      refusals.count();
      const { problems } = reading;
      const letter = await deadLetters.keep({ endpoint, rawBody, problems, receivedAt }).catch((error: unknown) => {
        log.error("dead-letter-lost", { endpoint, error });
        return undefined;
      });
      log.error("webhook-not-understood", { endpoint, letter, bytes: rawBody.byteLength, problems });
      return problem(400, "payload-not-understood", `The signature is right, the body is not: ${problems.join("; ")}.`);
    }
    const { fact } = reading;
    const outcome = await inbox.putPending(fact).catch((error: unknown) => {
      log.error("alert-not-stored", { endpoint, kind: fact.kind, correlationKey: fact.correlationKey, error });
      return "not-stored" as const;
    });
    if (outcome === "not-stored") return comeAgain("store-unavailable", "The alert was not stored; send it again.", 5);
    log.info("alert-received", {
      endpoint,
      outcome,
      kind: fact.kind,
      correlationKey: fact.correlationKey,
      durationMs: clock.now() - receivedAt,
    });
    if (outcome === "stored") onStored(fact);
    return ACCEPTED;
  };
}
