import type { NextFunction, Request, RequestHandler, Response } from "express";
import type { Logger } from "../platform/logger.ts";
import { SecretUnavailableError } from "../platform/secrets.ts";
import { StoreUnavailableError } from "../platform/store-unavailable-error.ts";
import type { Route } from "../routes.ts";
import { comeAgain, problem, refuseUnread } from "./reply.ts";

/** Nothing in the table fits: 405 when another method would, else 404. */
export function notFound(routes: readonly Pick<Route, "path" | "method">[]): RequestHandler {
  const patterns = routes.map(({ path, method }) => ({
    method,
    pattern: new RegExp(`^${path.replace(/:[a-zA-Z]+/g, "[^/]+")}$`),
  }));
  return (request, response) => {
    const allowed = patterns.filter(({ pattern }) => pattern.test(request.path)).map(({ method }) => method);
    const reply =
      allowed.length > 0
        ? problem(405, "method-not-allowed", `Use ${allowed.join(" or ")} here.`, { allow: allowed.join(", ") })
        : problem(404, "not-found", "There is nothing at this address; check the path.");
    refuseUnread(request, response, reply);
  };
}

/** The last resort: says nothing of the inside. Express wants four parameters here. */
export function failed(log: Logger) {
  return (error: unknown, request: Request, response: Response, _next: NextFunction): void => {
    // A path that cannot be decoded is the caller's mistake; Express marks it with a status.
    const status: unknown = error instanceof Error ? Reflect.get(error, "status") : undefined;
    if (status === 400) {
      refuseUnread(
        request,
        response,
        problem(400, "address-malformed", "The address cannot be decoded; check the path."),
      );
      return;
    }
    log.error("request-failed", { method: request.method, route: request.route?.path, error });
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const expected = error instanceof StoreUnavailableError || error instanceof SecretUnavailableError;
    const retry = comeAgain("unavailable", "Something this endpoint depends on cannot be reached; send it again.", 5);
    const message = "Something went wrong on our side; it has been logged.";
    refuseUnread(request, response, expected ? retry : problem(500, "internal", message));
  };
}
