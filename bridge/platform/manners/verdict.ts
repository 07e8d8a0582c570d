import {
  HttpBodyError,
  HttpResponseTooLargeError,
  HttpStatusError,
  HttpTimeoutError,
  HttpUnreachableError,
} from "../http-errors.ts";
import { pauseAskedForMs } from "../retry-timing.ts";

/** What one failed attempt says about the other side. */
export interface Verdict {
  /** Few words, for a metric. */
  outcome: string;
  /** True when it is not well, as opposed to having said no. */
  outage: boolean;
  /** How long it asked to be left alone. */
  pauseMs?: number | undefined;
}

export type Judge = (error: unknown, now: number) => Verdict;

/** The verdict on failures of our own HTTP client. */
export const judgeHttp: Judge = (error, now) => {
  if (error instanceof HttpTimeoutError) return { outcome: "timeout", outage: true };
  if (error instanceof HttpUnreachableError) return { outcome: "unreachable", outage: true };
  if (error instanceof HttpResponseTooLargeError) return { outcome: "too-large", outage: false };
  if (error instanceof HttpBodyError) return { outcome: "malformed", outage: false };
  if (!(error instanceof HttpStatusError)) return { outcome: "failed", outage: false };
  const pauseMs = pauseAskedForMs(error, now);
  if (pauseMs !== undefined) return { outcome: "limited", outage: false, pauseMs };
  return { outcome: `${Math.floor(error.status / 100)}xx`, outage: error.status >= 500 };
};
