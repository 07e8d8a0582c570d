import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from "@slack/web-api";
import * as z from "zod";
import { BudgetSpentError } from "../clients/budget.ts";
import type { Unavailable } from "../clients/unavailable.ts";
import { whyUnavailable } from "../clients/unavailable.ts";
import { BreakerOpenError } from "../platform/manners/breaker.ts";
import { TokensSpentError } from "../platform/manners/token-queue.ts";

/** Slack did not do it. `error` is Slack's own name where it gave one, such as `users_not_found`. */
export interface SlackFailure extends Unavailable {
  error: string;
  /** Set when Slack asked to wait. */
  retryAfterMs?: number;
}

const ERROR_NAME = /^[a-z][a-z0-9_]{1,79}$/;
const MALFORMED: SlackFailure = { error: "malformed", unavailable: "Slack answered something unexpected" };
const TIMEOUT: SlackFailure = { error: "timeout", unavailable: "timed out" };
const UNREACHABLE: SlackFailure = { error: "unreachable", unavailable: "Slack could not be reached" };
const LEFT_ALONE: SlackFailure = {
  error: "left-alone",
  unavailable: "Slack failed repeatedly and is not asked for a moment",
};
const OUR_LIMIT: SlackFailure = { error: "our-limit", unavailable: "our own limit of requests to Slack is used up" };

/** The failure of a Web API call, told apart by name. */
export function slackFailure(error: unknown): SlackFailure {
  if (error instanceof WebAPIPlatformError) {
    // The library hands a body that is not JSON over as if it were an error's name.
    const name = error.data.error;
    return ERROR_NAME.test(name) ? { error: name, unavailable: sentence(name) } : MALFORMED;
  }
  if (error instanceof WebAPIRateLimitedError) {
    return { error: "ratelimited", unavailable: "Slack limits our requests", retryAfterMs: error.retryAfter * 1_000 };
  }
  if (error instanceof WebAPIHTTPError) {
    return { error: `http_${error.statusCode}`, unavailable: `Slack answered ${error.statusCode}` };
  }
  if (error instanceof WebAPIRequestError) {
    return error.original.name === "TimeoutError" ? TIMEOUT : UNREACHABLE;
  }
  if (error instanceof BudgetSpentError) return TIMEOUT;
  if (error instanceof BreakerOpenError) return LEFT_ALONE;
  if (error instanceof TokensSpentError) return { ...OUR_LIMIT, retryAfterMs: error.waitMs };
  // Headers came and the body did not: the library lets these through as they are.
  if (error instanceof Error && error.name === "TimeoutError") return TIMEOUT;
  if (error instanceof TypeError) return UNREACHABLE;
  if (error instanceof z.ZodError) return MALFORMED;
  return { error: "failed", unavailable: whyUnavailable(error) };
}

/** What the names we meet mean to people; the name itself stays, because it is what one searches for. */
function sentence(error: string): string {
  switch (error) {
    case "users_not_found":
      return "nobody in Slack has this e-mail address";
    case "user_not_found":
    case "user_not_visible":
      return "Slack does not know this person";
    case "missing_scope":
    case "not_allowed_token_type":
    case "invalid_auth":
    case "not_authed":
    case "token_revoked":
    case "account_inactive":
      return `Slack refused our credential, ${error}`;
    default:
      return `Slack answered ${error}`;
  }
}
