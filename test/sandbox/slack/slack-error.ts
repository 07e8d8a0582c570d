import type { Json } from "./state.ts";

/** An answer of Slack with `ok: false`: HTTP 200, an error name, sometimes more. */
export class SlackError extends Error {
  override readonly name = "SlackError";
  constructor(
    readonly code: string,
    readonly extra: Json = {},
  ) {
    super(code);
  }
}

/** HTTP 429 with `Retry-After` in whole seconds. */
export class RateLimitedError extends Error {
  override readonly name = "RateLimitedError";
  constructor(readonly retryAfterS: number) {
    super(`ratelimited, retry after ${retryAfterS} s`);
  }
}
