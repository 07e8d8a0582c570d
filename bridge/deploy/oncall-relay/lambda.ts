import { systemClock } from "../../platform/clock.ts";
import { createLogger } from "../../platform/logger.ts";
import { createSecrets, createSecretsClient } from "../../platform/secrets.ts";
import { createRelay } from "./relay.ts";

/** What a function URL hands over (payload format 2.0), as far as it is used. */
export interface FunctionUrlEvent {
  headers: Readonly<Record<string, string | undefined>>;
  body?: string;
  isBase64Encoded?: boolean;
}

/** Longer than the 4 s OnCall waits. Give the function a timeout of at least 10 s. */
const HANG_MS = 5_000;

const setting = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`the relay cannot start: set ${name}`);
  return value;
};

const log = createLogger({ level: "info", clock: systemClock });
const secrets = createSecrets({
  client: createSecretsClient({ region: setting("AWS_REGION"), credentials: "default-chain" }),
  prefix: setting("SECRETS_PREFIX"),
  cacheMs: 300_000,
  clock: systemClock,
  log,
});
const bridgeUrl = setting("BRIDGE_BASE_URL");

/**
 * The relay behind an AWS function URL. Secrets: `oncall-relay-authorization` (the `Authorization` header as OnCall sends
 * it) and `oncall-webhook`. A function cannot stay silent for ever, but it can wait until OnCall has given up.
 */
export async function handler(event: FunctionUrlEvent): Promise<{ statusCode: number; body: string }> {
  const [callers, signingSecret] = await Promise.all([
    secrets.verifiers("oncall-relay-authorization"),
    secrets.current("oncall-webhook"),
  ]);
  const relay = createRelay({
    authorization: callers.map(({ value }) => value),
    signingSecret,
    bridgeUrl,
    clock: systemClock,
  });
  const rawBody = Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8");
  const status = await relay(rawBody, event.headers.authorization);
  log.info("oncall-call-relayed", { status, bytes: rawBody.length });
  if (status !== "no-answer") return { statusCode: status, body: JSON.stringify({ ok: status < 300 }) };
  await new Promise((resolve) => setTimeout(resolve, HANG_MS));
  return { statusCode: 504, body: JSON.stringify({ ok: false }) };
}
