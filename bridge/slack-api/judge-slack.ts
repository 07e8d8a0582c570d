import type { Judge } from "../platform/manners/verdict.ts";
import { slackFailure } from "./slack-failure.ts";

/** Names by which Slack says that something is wrong on its side. */
const ITS_OWN_FAULT = new Set(["fatal_error", "internal_error", "service_unavailable", "request_timeout", "malformed"]);

/** What a failed call of the Web API says about Slack: an error with a name is mostly an answer like any other. */
export const judgeSlack: Judge = (error) => {
  const { error: name, retryAfterMs } = slackFailure(error);
  if (name === "ratelimited") return { outcome: "limited", outage: false, pauseMs: retryAfterMs };
  if (name === "timeout" || name === "unreachable") return { outcome: name, outage: true };
  if (name.startsWith("http_5")) return { outcome: "5xx", outage: true };
  return ITS_OWN_FAULT.has(name) ? { outcome: "5xx", outage: true } : { outcome: "refused", outage: false };
};
