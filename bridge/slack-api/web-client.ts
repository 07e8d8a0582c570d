import { LogLevel, type Logger as SlackLogger, WebClient } from "@slack/web-api";
import type { Logger } from "../platform/logger.ts";

export interface WebClientDeps {
  /** Base URL with a trailing slash. */
  slackApiUrl: string;
  /** Per attempt. */
  timeoutMs: number;
  log: Logger;
}

/**
 * Slack's client without its patience: by default it repeats for half an hour and sleeps on 429. `once` repeats a read one
 * time; `never` is for what must not happen twice. The token travels with each call, so that a rotation needs no new client.
 */
export function createWebClient({ slackApiUrl, timeoutMs, log }: WebClientDeps, repeat: "once" | "never"): WebClient {
  return new WebClient(undefined, {
    slackApiUrl,
    timeout: timeoutMs,
    retryConfig: { retries: repeat === "once" ? 1 : 0, minTimeout: 100, maxTimeout: 300, randomize: true },
    rejectRateLimitedCalls: true,
    // Methods are ours; a URL in their place would carry the token away.
    allowAbsoluteUrls: false,
    logger: slackLogger(log),
  });
}

/** What Slack's libraries say, as lines of our log. Their debug lines hold whole requests and are dropped. */
export function slackLogger(log: Logger): SlackLogger {
  const line =
    (level: "info" | "warn" | "error") =>
    (...said: unknown[]) =>
      log[level]("slack-library", {
        said: said
          .map((part) => (part instanceof Error ? part.message : String(part)))
          .join(" ")
          .slice(0, 500),
      });
  return {
    debug: () => {},
    info: () => {},
    warn: line("warn"),
    error: line("error"),
    setLevel: () => {},
    getLevel: () => LogLevel.WARN,
    setName: () => {},
  };
}
