import * as z from "zod";
import {
  HttpBodyError,
  HttpResponseTooLargeError,
  HttpStatusError,
  HttpTimeoutError,
  HttpUnreachableError,
} from "../platform/http-errors.ts";
import type { Logger } from "../platform/logger.ts";
import { BreakerOpenError } from "../platform/manners/breaker.ts";
import { TokensSpentError } from "../platform/manners/token-queue.ts";
import { SecretUnavailableError } from "../platform/secrets.ts";
import { BudgetSpentError } from "./budget.ts";
import { CredentialError } from "./credential.ts";

/** A source did not give what was asked. `unavailable` says why, to be put in brackets: `timed out`, `answered 503`. */
export interface Unavailable {
  unavailable: string;
}

export const isUnavailable = (answer: unknown): answer is Unavailable =>
  typeof answer === "object" && answer !== null && "unavailable" in answer;

/** Asking again does not help before somebody has mended our credential. */
export const wantsCredential = ({ unavailable }: Unavailable): boolean => unavailable.includes("credential");

/** Runs one read of a vendor. What fails is logged and becomes a reason; nothing throws. */
export async function readOrSayWhy<T>(
  { log, vendor, call }: { log: Logger; vendor: string; call: string },
  work: () => Promise<T>,
): Promise<T | Unavailable> {
  try {
    return await work();
  } catch (error) {
    const unavailable = whyUnavailable(error);
    log.warn("source-unavailable", { vendor, call, why: unavailable, error });
    return { unavailable };
  }
}

/** The reason in a few words for people: never a URL, never a body. */
export function whyUnavailable(error: unknown): string {
  if (error instanceof HttpTimeoutError || error instanceof BudgetSpentError) return "timed out";
  if (error instanceof BreakerOpenError) return "failed repeatedly and is not asked for a moment";
  if (error instanceof TokensSpentError) return "our own request limit is used up";
  if (error instanceof HttpUnreachableError) return "could not be reached";
  if (error instanceof HttpStatusError) return whyStatus(error);
  if (error instanceof HttpBodyError) return "answered something that is not JSON";
  if (error instanceof HttpResponseTooLargeError) return "answered too much";
  if (error instanceof z.ZodError) return "answered something unexpected";
  if (error instanceof SecretUnavailableError || error instanceof CredentialError)
    return "its credential is not usable";
  return "failed";
}

function whyStatus({ status, headers }: HttpStatusError): string {
  // GitHub says "too many" with 403, Statuspage with 420.
  if (
    status === 429 ||
    status === 420 ||
    (status === 403 && (headers["x-ratelimit-remaining"] === "0" || headers["retry-after"] !== undefined))
  ) {
    return `limits our requests, ${status}`;
  }
  if (status === 401 || status === 403) return `refused our credential, ${status}`;
  return `answered ${status}`;
}
