import type { Request, Response } from "express";
import type { Logger } from "../platform/logger.ts";
import type { Route } from "../routes.ts";
import type { Authenticate, Reader } from "./authenticate.ts";
import { readRawBody } from "./raw-body.ts";
import { comeAgain, problem, refuseUnread, sendJson, UNAUTHORIZED } from "./reply.ts";

export interface Admitted {
  rawBody: Buffer;
  /** Who sent it, where the endpoint tells senders apart. */
  reader: Reader | undefined;
}

/** The verified bytes of a request; `refused` when there are none and the sender, if still there, has its answer. */
export async function admit(
  route: Pick<Route, "path" | "bodyLimit" | "timeoutMs">,
  request: Request,
  response: Response,
  { authenticate, log }: { authenticate: Authenticate | undefined; log: Logger },
): Promise<Admitted | "refused"> {
  // Ends before the route's whole time does, so that a slow sender hears what was slow.
  const read = await readRawBody(request, { limitBytes: route.bodyLimit, timeoutMs: route.timeoutMs - 100 });
  if (read.kind === "broken-off") return "refused";
  if (read.kind !== "read") {
    log.warn("request-refused", { route: route.path, reason: read.kind });
    refuseUnread(request, response, read.kind === "too-large" ? tooLarge(route) : tooSlow(route));
    return "refused";
  }
  if (!authenticate) return { rawBody: read.body, reader: undefined };

  const outcome = await authenticate({
    method: request.method,
    path: request.originalUrl,
    headers: request.headersDistinct,
    rawBody: read.body,
  });
  if (outcome.kind === "accepted") return { rawBody: read.body, reader: outcome.reader };
  log.warn("signature-refused", { route: route.path, reason: outcome.reason, outcome: outcome.kind });
  const retry = comeAgain(
    "signature-unconfirmed",
    "The signature cannot be checked against the newest secret now.",
    10,
  );
  sendJson(response, outcome.kind === "refused" ? UNAUTHORIZED : retry);
  return "refused";
}

const tooLarge = ({ bodyLimit }: Pick<Route, "bodyLimit">) =>
  problem(
    413,
    "body-too-large",
    bodyLimit === 0 ? "This endpoint takes no body." : `The body is longer than ${bodyLimit} bytes; send less at once.`,
  );

const tooSlow = ({ timeoutMs }: Pick<Route, "timeoutMs">) =>
  problem(408, "body-too-slow", `The body did not arrive within ${timeoutMs} ms; send it again.`);
