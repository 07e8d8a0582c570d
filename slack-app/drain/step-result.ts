import type { DrainEnd } from "./drain.ts";

/**
 * What a draining function gives back to Slack. A posted card keeps the execution open; a refused app fails the step,
 * because a wrong secret needs a person; a bridge that is away does not, because the next drain tries again.
 */
export function stepResult(end: DrainEnd) {
  switch (end.kind) {
    case "card-open":
      return { completed: false as const };
    case "refused":
      return {
        error: `The bridge refused this app (${end.status}: ${end.message}). Check BRIDGE_SHARED_SECRET with \`slack env list\`.`,
      };
    case "over":
    case "unreachable":
      return { outputs: { done: end.done, failed: end.failed } };
  }
}
