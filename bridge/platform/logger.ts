import { type DestinationStream, type Logger as Pino, pino } from "pino";
import { type Clock, iso } from "./clock.ts";

export type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "silent";
export type LogFields = Readonly<Record<string, unknown>>;

/**
 * One JSON line an outcome: a stable kebab-case event name and ids, vendor, `durationMs`; never bodies, secrets or customer
 * text. `error` means that a person must act, `warn` degraded but recovering. No call ever throws.
 */
export interface Logger {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
  /** A logger that adds these fields to every line. */
  child(fields: LogFields): Logger;
}

const SENSITIVE = [
  "authorization",
  "token",
  "access_token",
  "bot_token",
  "api_key",
  "apiKey",
  "secret",
  "signing_secret",
  "password",
  "signature",
  "headers",
  "body",
  "rawBody",
  "response_url",
  "responseUrl",
];

export interface LoggerOptions {
  level: LogLevel;
  clock: Clock;
  /** Where lines go; standard output when absent. */
  destination?: DestinationStream;
}

export function createLogger({ level, clock, destination }: LoggerOptions): Logger {
  const options = {
    level,
    base: null,
    messageKey: "event",
    timestamp: () => `,"time":"${iso(clock.now())}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    // A second line of defence: callers pass ids, but one careless spread must not publish a credential.
    redact: { paths: SENSITIVE.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: "[redacted]" },
    serializers: { error: describeError, cause: describeError, err: describeError },
  };
  return wrap(destination ? pino(options, destination) : pino(options));
}

/** Drops everything. For tests that do not look at the log. */
export const silentLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silentLogger,
};

function wrap(target: Pino): Logger {
  const write = (level: "debug" | "info" | "warn" | "error") => (event: string, fields?: LogFields) => {
    try {
      target[level](fields ?? {}, event);
    } catch (error) {
      // A field that cannot be serialised costs its line, never the work; the loss itself is logged.
      target.error({ lost: event, error }, "log-line-lost");
    }
  };
  return {
    debug: write("debug"),
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
    child: (fields) => wrap(target.child(fields)),
  };
}

const MAX_CAUSES = 4;

/** Name, message, code, stack and causes of an error; anything else as text. Vendor errors may carry whole requests: dropped. */
function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return String(error).slice(0, 500);
  const code: unknown = Reflect.get(error, "code");
  return {
    name: error.name,
    message: error.message.slice(0, 1_000),
    ...(typeof code === "string" || typeof code === "number" ? { code } : {}),
    ...(error.stack === undefined ? {} : { stack: error.stack.slice(0, 4_000) }),
    ...(error.cause === undefined || depth >= MAX_CAUSES ? {} : { cause: describeError(error.cause, depth + 1) }),
  };
}
