/** Slack's own limits in milliseconds. Tests may shorten those that would keep them waiting. */
export interface Limits {
  functionMs: number;
  handlerMs: number;
  pointerMs: number;
  ackMs: number;
  /** How long a command's reply waits for the first post to its response_url. */
  followUpMs: number;
  responseUrlMs: number;
  /** The minute in which calls of one method are counted. */
  callWindowMs: number;
}

export const SLACK_LIMITS: Limits = {
  functionMs: 60_000,
  handlerMs: 10_000,
  pointerMs: 3_000,
  ackMs: 3_000,
  followUpMs: 3_000,
  responseUrlMs: 30 * 60_000,
  callWindowMs: 60_000,
};

export const RESPONSE_URL_POSTS = 5;
export const WEBHOOK_CALLS_A_MINUTE = 10;
export const MAX_BODY_BYTES = 1_000_000;
/** Ended executions and runs beyond this are forgotten, oldest first. */
export const KEPT_EXECUTIONS = 500;
export const KEPT_REQUESTS = 2_000;
