import type { Clock } from "./clock.ts";
import {
  describeTarget,
  errorCode,
  HttpBodyError,
  HttpResponseTooLargeError,
  HttpStatusError,
  HttpTimeoutError,
  HttpUnreachableError,
  surelyNotSent,
} from "./http-errors.ts";
import type { Logger } from "./logger.ts";
import { noManners, type VendorManners } from "./manners/manners.ts";
import type { Priority } from "./manners/token-queue.ts";
import { type Random, systemRandom } from "./random.ts";
import { backoffMs, pauseAskedForMs } from "./retry-timing.ts";

export { sendOnce } from "./send-once.ts";

export interface HttpRequest {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  url: string;
  headers?: Readonly<Record<string, string>>;
  /** Sent as it is; an object is sent as JSON with its Content-Type. */
  body?: string | Uint8Array | Readonly<Record<string, unknown>> | undefined;
  /** Bounds everything: connecting, headers, body and repeats. Default: the client's. */
  timeoutMs?: number | undefined;
  /** `safe`: asking twice does no harm; at most two repeats. `never`: one attempt, whatever happens. */
  retry: "never" | "safe";
  /** Who goes first when the vendor's budget is short. Default `command`. */
  priority?: Priority | undefined;
  /** Default 1 MiB. */
  maxResponseBytes?: number | undefined;
  /** What logs and errors call this request, for a URL that is itself a credential. Default: method, origin and path. */
  describedAs?: string | undefined;
}

export interface HttpReply {
  status: number;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  text: string;
  /** @throws HttpBodyError when the body is not JSON. */
  json(): unknown;
}

export interface Http {
  /**
   * One exchange, whole or an error; redirects are not followed.
   * @throws HttpStatusError for any answer but 2xx (redirects too)
   * @throws HttpTimeoutError @throws HttpUnreachableError @throws HttpResponseTooLargeError
   * @throws BreakerOpenError @throws TokensSpentError when nothing was sent for the sake of good manners
   */
  send(request: HttpRequest): Promise<HttpReply>;
}

export interface HttpDeps {
  clock: Clock;
  timeoutMs: number;
  log: Logger;
  /** For jitter. */
  random?: Pick<Random, "fraction"> | undefined;
  /** Towards the one vendor this client is for. Default: none. */
  manners?: VendorManners | undefined;
}

const MAX_REPEATS = 2;
const DEFAULT_MAX_RESPONSE_BYTES = 1_048_576;
const MAX_ERROR_TEXT_BYTES = 16_384;
/** Answers that a read may meet by bad luck. 501 and the like are final. */
const TRANSIENT = new Set([408, 425, 429, 500, 502, 503, 504]);

/** The bridge's outbound HTTP. Connections are reused; for a write that must not be doubled use `sendOnce`. */
export function createHttp(deps: HttpDeps): Http {
  const { clock, timeoutMs: defaultTimeoutMs, log, random = systemRandom, manners = noManners } = deps;
  return {
    send(request) {
      const timeoutMs = request.timeoutMs ?? defaultTimeoutMs;
      const target = request.describedAs ?? describeTarget(request.method, request.url);
      const startedAt = clock.monotonic();
      const leftMs = () => Math.max(1, timeoutMs - (clock.monotonic() - startedAt));

      const attempts = async (): Promise<HttpReply> => {
        for (let repeat = 0; ; repeat += 1) {
          try {
            const reply = await manners.attempt(() => exchange(request, target, timeoutMs, leftMs()), {
              priority: request.priority,
              withinMs: leftMs(),
            });
            log.debug("http-answered", { target, status: reply.status, repeat, durationMs: timeoutMs - leftMs() });
            return reply;
          } catch (error) {
            const waitMs = request.retry === "safe" ? repeatAfter(error, repeat, random, clock.now()) : undefined;
            const again = waitMs !== undefined && repeat < MAX_REPEATS && waitMs < leftMs();
            log[again ? "debug" : "info"]("http-failed", {
              target,
              repeat,
              again,
              reason: error instanceof Error ? error.name : "unknown",
              ...(error instanceof HttpStatusError ? { status: error.status } : { code: errorCode(error) }),
              durationMs: timeoutMs - leftMs(),
            });
            if (!again) throw error;
            await wait(waitMs);
          }
        }
      };
      return manners.call(attempts, timeoutMs);
    },
  };
}

/** Milliseconds to wait before asking again, or undefined when asking again would not help. */
function repeatAfter(
  error: unknown,
  repeat: number,
  random: Pick<Random, "fraction">,
  now: number,
): number | undefined {
  const jittered = backoffMs(repeat, random.fraction());
  if (error instanceof HttpUnreachableError) return jittered;
  if (!(error instanceof HttpStatusError) || !TRANSIENT.has(error.status)) return undefined;
  // What the server asks for is a minimum; the jitter spreads those who were all told the same second.
  return (pauseAskedForMs(error, now) ?? 0) + jittered;
}

async function exchange(request: HttpRequest, target: string, timeoutMs: number, leftMs: number): Promise<HttpReply> {
  const signal = AbortSignal.timeout(Math.ceil(leftMs));
  const maxBytes = request.maxResponseBytes ?? DEFAULT_MAX_RESPONSE_BYTES;
  try {
    const { body, headers } = encode(request);
    const response = await fetch(request.url, {
      method: request.method,
      headers,
      redirect: "manual",
      signal,
      ...(body === undefined ? {} : { body }),
    });
    const answerHeaders = Object.fromEntries(response.headers);
    if (!response.ok) {
      const bytes = await readBounded(response, MAX_ERROR_TEXT_BYTES, "cut");
      throw new HttpStatusError(target, response.status, answerHeaders, decode(bytes ?? new Uint8Array()));
    }
    const bytes = await readBounded(response, maxBytes, "refuse");
    if (bytes === undefined) throw new HttpResponseTooLargeError(target, response.status, maxBytes);
    const text = decode(bytes);
    return { status: response.status, headers: answerHeaders, text, json: () => parse(text, target, response.status) };
  } catch (error) {
    if (error instanceof HttpStatusError || error instanceof HttpResponseTooLargeError) throw error;
    if (signal.aborted) throw new HttpTimeoutError(target, timeoutMs, { cause: error });
    throw new HttpUnreachableError(target, surelyNotSent(error) ? "no" : "unknown", { cause: error });
  }
}

function encode({ body, headers = {} }: HttpRequest): { body?: BodyInit; headers: Record<string, string> } {
  if (body === undefined) return { headers: { ...headers } };
  if (typeof body === "string") return { body, headers: { ...headers } };
  if (body instanceof Uint8Array) return { body: new Uint8Array(body), headers: { ...headers } };
  const named = Object.keys(headers).some((name) => name.toLowerCase() === "content-type");
  return {
    body: JSON.stringify(body),
    headers: named ? { ...headers } : { ...headers, "content-type": "application/json" },
  };
}

/** Reads a body up to `maxBytes`. Past it: `cut` keeps the beginning, `refuse` gives undefined. Never holds more than one chunk extra. */
async function readBounded(
  response: Response,
  maxBytes: number,
  past: "cut" | "refuse",
): Promise<Uint8Array | undefined> {
  if (!response.body) return new Uint8Array();
  const reader = response.body.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    length += value.byteLength;
    if (length > maxBytes) {
      await reader.cancel();
      if (past === "refuse") return undefined;
      break;
    }
  }
  return Buffer.concat(chunks).subarray(0, maxBytes);
}

const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

function parse(text: string, target: string, status: number): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new HttpBodyError(target, status, { cause });
  }
}

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
