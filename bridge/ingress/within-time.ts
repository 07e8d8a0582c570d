import type { Logger } from "../platform/logger.ts";
import type { Route } from "../routes.ts";
import { comeAgain, type JsonReply } from "./reply.ts";

/** The answer, or 503 when it takes longer than the route allows. Work that is late is told to stop, and heard if it fails. */
export async function withinTime<T>(
  answer: Promise<T>,
  route: Pick<Route, "path" | "timeoutMs">,
  ending: AbortController,
  log: Logger,
): Promise<T | JsonReply> {
  let late = false;
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<JsonReply>((resolve) => {
    timer = setTimeout(() => {
      late = true;
      log.warn("request-too-slow", { route: route.path, timeoutMs: route.timeoutMs });
      resolve(
        comeAgain("too-slow", `The work took longer than ${route.timeoutMs} ms; send the same request again.`, 1),
      );
      ending.abort();
    }, route.timeoutMs);
  });
  answer.catch((error: unknown) => {
    if (late) log.error("request-failed-late", { route: route.path, error });
  });
  try {
    return await Promise.race([answer, timeUp]);
  } finally {
    clearTimeout(timer);
  }
}
