import { AppError } from "./app-error.ts";

/** `GET https://host/path` of a request: what a message may say of it. Query, user and password stay out. */
export function describeTarget(method: string, url: string): string {
  if (!URL.canParse(url)) return `${method} (not a URL)`;
  const { origin, pathname } = new URL(url);
  return `${method} ${origin}${pathname}`;
}

/** The other side answered, and not with 2xx. `bodyText` is its (bounded) answer: for decisions, never for a message. */
export class HttpStatusError extends AppError {
  override readonly name = "HttpStatusError";

  constructor(
    readonly target: string,
    readonly status: number,
    readonly headers: Readonly<Record<string, string>>,
    readonly bodyText: string,
  ) {
    super(`${target} answered ${status}`);
  }
}

/** No complete answer within the time. The other side may have done what was asked. */
export class HttpTimeoutError extends AppError {
  override readonly name = "HttpTimeoutError";

  constructor(
    readonly target: string,
    readonly timeoutMs: number,
    options?: { cause: unknown },
  ) {
    super(`${target} gave no complete answer within ${timeoutMs} ms`, options);
  }
}

/**
 * No answer at all. `sent` is `no` when the request surely never left (name not found, connection refused, TLS refused) and
 * `unknown` when the connection broke afterwards: then the other side may have done what was asked.
 */
export class HttpUnreachableError extends AppError {
  override readonly name = "HttpUnreachableError";

  constructor(
    readonly target: string,
    readonly sent: "no" | "unknown",
    options: { cause: unknown },
  ) {
    const code = errorCode(options.cause);
    super(
      `${target} could not be reached${code ? ` (${code})` : ""}; ` +
        (sent === "no" ? "nothing was sent" : "the connection broke and the request may have been carried out"),
      options,
    );
  }
}

/** The answer was longer than the caller is willing to hold. */
export class HttpResponseTooLargeError extends AppError {
  override readonly name = "HttpResponseTooLargeError";

  constructor(
    readonly target: string,
    readonly status: number,
    readonly maxResponseBytes: number,
  ) {
    super(`${target} answered ${status} with more than ${maxResponseBytes} bytes; the answer was dropped`);
  }
}

/** A 2xx answer whose body is not JSON. */
export class HttpBodyError extends AppError {
  override readonly name = "HttpBodyError";

  constructor(
    readonly target: string,
    readonly status: number,
    options: { cause: unknown },
  ) {
    super(`${target} answered ${status} with a body that is not JSON`, options);
  }
}

/** Codes of failures that happen before the first byte of a request is written. */
const BEFORE_SENDING = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EAI_FAIL",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EADDRNOTAVAIL",
  "UND_ERR_CONNECT_TIMEOUT",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "ERR_SSL_WRONG_VERSION_NUMBER",
]);
const BEFORE_SENDING_FAMILY = /^(CERT_|ERR_TLS_CERT_)/;

/** The first machine-readable code in an error or its causes. */
export function errorCode(error: unknown, depth = 0): string | undefined {
  if (!(error instanceof Error) || depth > 4) return undefined;
  const code: unknown = Reflect.get(error, "code");
  if (typeof code === "string" && code !== "") return code;
  return errorCode(error.cause, depth + 1);
}

/** Whether every cause of this failure lies before the first byte of the request. */
export function surelyNotSent(error: unknown, depth = 0): boolean {
  if (!(error instanceof Error) || depth > 4) return false;
  // A host with several addresses fails with one error an address: all of them must be harmless.
  if (error instanceof AggregateError && error.errors.length > 0) {
    return error.errors.every((one) => surelyNotSent(one, depth + 1));
  }
  const code: unknown = Reflect.get(error, "code");
  if (typeof code === "string" && (BEFORE_SENDING.has(code) || BEFORE_SENDING_FAMILY.test(code))) return true;
  return error.cause !== undefined && surelyNotSent(error.cause, depth + 1);
}
